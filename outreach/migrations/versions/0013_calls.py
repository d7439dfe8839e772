"""calls from a page: who called which family, and how far it came

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
UNDER_WAY = sa.text("ended_at IS NULL")
STATES = (
    "state IN ('starting', 'unknown', 'ringing_staff', 'asking', 'ringing_family', 'talking', 'answered', "
    "'family_busy', 'family_no_answer', 'family_failed', 'hung_up', 'not_pressed', 'staff_busy', 'staff_no_answer', "
    "'staff_failed', 'refused', 'not_taken')"
)


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("staff_phone", sa.String(16), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(80), nullable=True),
        sa.Column("carrier_sid", sa.String(34), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("staff_answered_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("watch_at", INSTANT, nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_calls_call_state")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_calls_contact_id")),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_calls_callback_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calls_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("key", name=op.f("uq_calls_key")),
        sa.UniqueConstraint("carrier_sid", name=op.f("uq_calls_carrier_sid")),
    )
    for name, column, unique in (
        ("uq_calls_staff_under_way", "staff_id", True),
        ("uq_calls_contact_under_way", "contact_id", True),
        ("ix_calls_watch", "watch_at", False),
    ):
        op.create_index(
            name, "calls", [column], unique=unique, postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY
        )
    op.create_index("ix_calls_contact", "calls", ["contact_id", "id"])
    op.create_index(op.f("ix_calls_callback_id"), "calls", ["callback_id"])


def downgrade() -> None:
    op.drop_table("calls")
