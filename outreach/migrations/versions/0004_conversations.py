"""conversations: listings offered and flagged, needs nobody meets, and when a family would like its call

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("settled_at IS NULL")
PROBLEMS = "problem IN ('closed', 'wrong', 'no_answer')"
DAY_PARTS = "preferred_time IN ('morning', 'afternoon', 'evening')"
URGENCIES = "urgency IN ('crisis', 'soon', 'normal')"
STATES = "state IN ('open', 'assigned', 'closed')"
OUTCOMES = "outcome IN ('reached', 'left_voicemail', 'no_answer', 'wrong_number', 'no_longer_needed')"


def upgrade() -> None:
    _add_listing_tables()
    op.add_column("callbacks", sa.Column("time_asked_at", INSTANT, nullable=True))
    op.add_column("callbacks", sa.Column("slipped_at", INSTANT, nullable=True))
    # SQLite adds a CHECK only with its column; PostgreSQL takes it the same way.
    op.add_column(
        "callbacks",
        sa.Column(
            "preferred_time",
            sa.String(24),
            sa.CheckConstraint(DAY_PARTS, name=op.f("ck_callbacks_day_part")),
            nullable=True,
        ),
    )


def downgrade() -> None:
    _drop_callback_columns()
    for name in ("unmet_needs", "listing_flags", "listing_offers"):
        op.drop_table(name)


def _drop_callback_columns() -> None:
    columns = ("preferred_time", "slipped_at", "time_asked_at")
    if op.get_bind().dialect.name != "sqlite":
        for column in columns:
            op.drop_column("callbacks", column)
        return
    # SQLite makes the table anew and would drop its other CHECKs unless they are given.
    kept = {"urgency": URGENCIES, "callback_state": STATES, "outcome": OUTCOMES}
    with op.batch_alter_table("callbacks", recreate="always") as table:
        table.drop_constraint(op.f("ck_callbacks_day_part"), type_="check")
        for name, condition in kept.items():
            table.drop_constraint(op.f(f"ck_callbacks_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_callbacks_{name}"), condition)
        for column in columns:
            table.drop_column(column)


def _add_listing_tables() -> None:
    op.create_table(
        "listing_offers",
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("zip", sa.String(5), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=True),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_listing_offers_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_listing_offers")),
    )
    _add_flags()
    op.create_table(
        "unmet_needs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("zip", sa.String(5), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "category", "zip", name=op.f("pk_unmet_needs")),
    )


def _add_flags() -> None:
    op.create_table(
        "listing_flags",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("service_at_location_id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("problem", sa.String(24), nullable=False),
        sa.Column("flagged_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(PROBLEMS, name=op.f("ck_listing_flags_listing_problem")),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["services_at_locations.id"],
            name=op.f("fk_listing_flags_service_at_location_id"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_listing_flags_contact_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_listing_flags_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_flags")),
        sa.UniqueConstraint("contact_id", "service_at_location_id", "day", name="uq_listing_flags_once"),
    )
    op.create_index(
        "ix_listing_flags_open",
        "listing_flags",
        ["service_at_location_id"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
