"""inbox: texts that wait for a person, who looks after a family, and what staff write

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("handled_at IS NULL")
WAITS_FOR = "waits_for IN ('not_understood', 'media', 'answer', 'after_callback', 'reopened')"


def upgrade() -> None:
    _add_waiting_texts()
    op.create_table(
        "threads",
        sa.Column("contact_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("read_inbound_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_threads_contact_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff.id"], name=op.f("fk_threads_assignee_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_threads")),
    )
    op.create_index(op.f("ix_threads_assignee_id"), "threads", ["assignee_id"])
    _add_staff_texts()


def downgrade() -> None:
    for name in ("staff_texts", "threads", "waiting_texts"):
        op.drop_table(name)


def _add_waiting_texts() -> None:
    op.create_table(
        "waiting_texts",
        sa.Column("inbound_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("waits_for", sa.String(24), nullable=False),
        sa.Column("handled_at", INSTANT, nullable=True),
        sa.CheckConstraint(WAITS_FOR, name=op.f("ck_waiting_texts_waits_for")),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbounds.id"], name=op.f("fk_waiting_texts_inbound_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_waiting_texts_contact_id")),
        sa.PrimaryKeyConstraint("inbound_id", name=op.f("pk_waiting_texts")),
    )
    op.create_index(
        "ix_waiting_texts_open",
        "waiting_texts",
        ["contact_id", "inbound_id"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index("ix_waiting_texts_contact", "waiting_texts", ["contact_id", "handled_at"])


def _add_staff_texts() -> None:
    op.create_table(
        "staff_texts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("text_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("canned", sa.String(40), nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_staff_texts_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_texts_staff_id")),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"], name=op.f("fk_staff_texts_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_texts")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_texts_key")),
    )
    op.create_index("ix_staff_texts_contact", "staff_texts", ["contact_id", "written_at"])
