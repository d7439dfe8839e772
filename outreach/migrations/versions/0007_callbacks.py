"""callbacks: whose matter each is, attempts and alerts, and when and about what each partner calls

Revision ID: 0007
Revises: 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CHECKS = {
    "urgency": "urgency IN ('crisis', 'soon', 'normal')",
    "callback_state": "state IN ('open', 'assigned', 'closed')",
    "outcome": "outcome IN ('reached', 'left_voicemail', 'no_answer', 'wrong_number', 'no_longer_needed')",
    "day_part": "preferred_time IN ('morning', 'afternoon', 'evening')",
}
ALERTS = "kind IN ('reminder', 'coordinators', 'admins')"
NEW_COLUMNS = ("partner_id", "topic", "interpreter", "attempts", "next_try_at", "missed_at")


def upgrade() -> None:
    with _callbacks() as table:
        table.add_column(sa.Column("partner_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("topic", sa.String(40), nullable=True))
        table.add_column(sa.Column("interpreter", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("next_try_at", INSTANT, nullable=True))
        table.add_column(sa.Column("missed_at", INSTANT, nullable=True))
        table.create_foreign_key(op.f("fk_callbacks_partner_id"), "partners", ["partner_id"], ["id"])
        table.create_index(op.f("ix_callbacks_partner_id"), ["partner_id"])
    with op.batch_alter_table("callback_entries") as table:
        table.alter_column("action", existing_type=sa.String(40), type_=sa.String(200), existing_nullable=False)
        table.add_column(sa.Column("partner_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_callback_entries_partner_id"), "partners", ["partner_id"], ["id"])
    _add_alerts()
    _add_partners_tables()


def downgrade() -> None:
    for name in ("partner_topics", "partner_closed_days", "partner_hours", "callback_alerts"):
        op.drop_table(name)
    op.execute("UPDATE callback_entries SET action = substr(action, 1, 40)")
    with op.batch_alter_table("callback_entries") as table:
        table.drop_constraint(op.f("fk_callback_entries_partner_id"), type_="foreignkey")
        table.drop_column("partner_id")
        table.alter_column("action", existing_type=sa.String(200), type_=sa.String(40), existing_nullable=False)
    with _callbacks() as table:
        table.drop_index(op.f("ix_callbacks_partner_id"))
        table.drop_constraint(op.f("fk_callbacks_partner_id"), type_="foreignkey")
        for column in NEW_COLUMNS:
            table.drop_column(column)


def _callbacks() -> Any:
    """The table to be altered. SQLite makes it anew and would drop its CHECKs unless all of them are given."""
    if op.get_bind().dialect.name != "sqlite":
        return op.batch_alter_table("callbacks")
    with op.batch_alter_table("callbacks", recreate="always") as table:
        for check, condition in CHECKS.items():
            table.drop_constraint(op.f(f"ck_callbacks_{check}"), type_="check")
            table.create_check_constraint(op.f(f"ck_callbacks_{check}"), condition)
    return op.batch_alter_table("callbacks", recreate="always")


def _add_alerts() -> None:
    op.create_table(
        "callback_alerts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("promised_at", INSTANT, nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.CheckConstraint(ALERTS, name=op.f("ck_callback_alerts_alert")),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_callback_alerts_callback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_alerts")),
        sa.UniqueConstraint("callback_id", "kind", "promised_at", name="uq_callback_alerts_once"),
    )


def _add_partners_tables() -> None:
    _add_of_partner(
        "partner_hours",
        "weekday",
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
    )
    _add_of_partner(
        "partner_closed_days",
        "day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
    )
    _add_of_partner("partner_topics", "topic", sa.Column("topic", sa.String(40), nullable=False))


def _add_of_partner(name: str, key: str, *columns: sa.Column[Any]) -> None:
    """A table with at most one row for each partner and `key`."""
    op.create_table(
        name,
        sa.Column("partner_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f(f"fk_{name}_partner_id")),
        sa.PrimaryKeyConstraint("partner_id", key, name=op.f(f"pk_{name}")),
    )
