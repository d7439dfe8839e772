"""crisis: who is on duty, pages by text and e-mail, holds until staff release them, the steps staff follow

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
HELD = sa.text("released_at IS NULL")
UNDER_WAY = sa.text("status IN ('queued', 'sending')")
MAIL_STATES = "status IN ('queued', 'sending', 'sent', 'failed', 'expired', 'canceled')"


def upgrade() -> None:
    for flag in ("on_duty", "supervisor"):
        op.add_column("staff", sa.Column(flag, sa.Boolean(), server_default=sa.false(), nullable=False))
    _add_mails()
    _add_pages()
    _add_holds()
    op.create_table(
        "protocol_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["written_by_id"], ["staff.id"], name=op.f("fk_protocol_versions_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_versions")),
    )


def downgrade() -> None:
    for table in ("protocol_versions", "holds", "crisis_pages", "mails"):
        op.drop_table(table)
    for flag in ("supervisor", "on_duty"):
        op.drop_column("staff", flag)


def _add_mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.CheckConstraint(MAIL_STATES, name=op.f("ck_mails_mail_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("source", "source_id", "part", "address", name="uq_mails_once"),
    )
    op.create_index("ix_mails_due", "mails", ["not_before"], postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY)


def _add_pages() -> None:
    op.create_table(
        "crisis_pages",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_alarm", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("paged_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_crisis_pages_callback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_pages")),
        sa.UniqueConstraint("callback_id", "number", name="uq_crisis_pages_once"),
    )


def _add_holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_holds_contact_id")),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_holds_callback_id")),
        sa.ForeignKeyConstraint(["released_by_id"], ["staff.id"], name=op.f("fk_holds_released_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_contact", "holds", ["contact_id"])
    op.create_index("ix_holds_callback_id", "holds", ["callback_id"])
    op.create_index("uq_holds_open", "holds", ["contact_id"], unique=True, postgresql_where=HELD, sqlite_where=HELD)
    # Families held already stay so: from now on somebody has to release them.
    op.execute(
        "INSERT INTO holds (contact_id, since) SELECT id, held_since FROM contacts WHERE held_since IS NOT NULL"
    )
