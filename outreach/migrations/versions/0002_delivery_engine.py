"""the delivery engine: watched texts, past tries, sender pauses, breakers, urgent campaigns

Revision ID: 0002
Revises: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SENDING = sa.text("status = 'sending'")
UNKNOWN = sa.text("status = 'unknown'")
WATCHED = sa.text("status IN ('sending', 'unknown', 'accepted', 'sent')")
STATUSES = (
    "queued", "held", "paused", "sending", "unknown", "accepted", "sent", "delivered", "undelivered", "failed",
    "skipped", "expired", "canceled",
)
PURPOSES = ("campaign", "reply", "confirmation", "crisis", "alert", "staff")
STATES = ("running", "paused", "done", "canceled")
NEW_PURPOSES = ("urgent", *PURPOSES)
NEW_STATES = ("awaiting", *STATES)
HANDED_OVER = "status IN ('sending', 'unknown', 'accepted', 'sent')"


def upgrade() -> None:
    _add_tables()
    with _altered("messages", {"message_status": ("status", STATUSES), "purpose": ("purpose", NEW_PURPOSES)}) as table:
        table.add_column(sa.Column("watch_at", INSTANT, nullable=True))
        table.drop_index("ix_messages_sending")
        table.drop_index("ix_messages_unknown")
        table.create_index("ix_messages_watched", ["status", "watch_at"], postgresql_where=WATCHED, sqlite_where=WATCHED)
    with _altered("campaigns", {"campaign_state": ("state", NEW_STATES)}) as table:
        table.add_column(sa.Column("paused_reason", sa.String(200), nullable=True))
        table.add_column(sa.Column("urgent_reason", sa.String(200), nullable=True))
        table.add_column(sa.Column("approved_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("approved_at", INSTANT, nullable=True))
        table.create_foreign_key(op.f("fk_campaigns_approved_by_id"), "staff", ["approved_by_id"], ["id"])
    # What is in a worker's hands or at the carrier is looked after at once.
    op.execute(f"UPDATE messages SET watch_at = COALESCE(claimed_at, sent_at) WHERE {HANDED_OVER}")  # noqa: S608


def downgrade() -> None:
    op.execute("UPDATE campaigns SET state = 'canceled' WHERE state = 'awaiting'")
    op.execute("UPDATE messages SET purpose = 'campaign' WHERE purpose = 'urgent'")
    with _altered("campaigns", {"campaign_state": ("state", STATES)}) as table:
        table.drop_constraint("fk_campaigns_approved_by_id", type_="foreignkey")
        for name in ("approved_at", "approved_by_id", "urgent_reason", "paused_reason"):
            table.drop_column(name)
    with _altered("messages", {"message_status": ("status", STATUSES), "purpose": ("purpose", PURPOSES)}) as table:
        table.drop_index("ix_messages_watched")
        table.create_index("ix_messages_unknown", ["claimed_at"], postgresql_where=UNKNOWN, sqlite_where=UNKNOWN)
        table.create_index("ix_messages_sending", ["claimed_at"], postgresql_where=SENDING, sqlite_where=SENDING)
        table.drop_column("watch_at")
    for name in ("breakers", "sender_pauses", "past_tries"):
        op.drop_table(name)


def _add_tables() -> None:
    op.create_table(
        "past_tries",
        sa.Column("carrier_sid", sa.String(40), nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_past_tries_message_id")),
        sa.PrimaryKeyConstraint("carrier_sid", name=op.f("pk_past_tries")),
    )
    op.create_index(op.f("ix_past_tries_message_id"), "past_tries", ["message_id"])
    op.create_table(
        "sender_pauses",
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_sender_pauses")),
    )
    op.create_table(
        "breakers",
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("tripped_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_breakers")),
    )


def _altered(name: str, checks: dict[str, tuple[str, tuple[str, ...]]]) -> Any:
    """The table with these CHECKs by name: the column, and the words it may hold.

    SQLite makes the table anew and would drop its CHECKs unless all of them are given; PostgreSQL exchanges them.
    """
    conditions = {check: f"{column} IN ({', '.join(map(repr, words))})" for check, (column, words) in checks.items()}
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(name, recreate="always") as table:
            for check, condition in conditions.items():
                table.drop_constraint(op.f(f"ck_{name}_{check}"), type_="check")
                table.create_check_constraint(op.f(f"ck_{name}_{check}"), condition)
        return op.batch_alter_table(name, recreate="always")
    for check, condition in conditions.items():
        op.drop_constraint(op.f(f"ck_{name}_{check}"), name, type_="check")
        op.create_check_constraint(op.f(f"ck_{name}_{check}"), name, condition)
    return op.batch_alter_table(name)
