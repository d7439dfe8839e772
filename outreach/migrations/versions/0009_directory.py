"""directory: what staff change, translate, confirm and upload

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
LISTINGS = "services_at_locations"
FIELDS = "field IN ('name', 'eligibility', 'phone', 'address', 'languages', 'categories', 'hours')"
UPLOAD_STATES = "state IN ('waiting', 'checked', 'confirmed', 'imported', 'refused', 'cancelled')"


def upgrade() -> None:
    op.add_column(LISTINGS, sa.Column("hidden_at", INSTANT, nullable=True))
    op.add_column(LISTINGS, sa.Column("confirmed_on", sa.Date(), nullable=True))
    _add_edits()
    _add_translations()
    _add_uploads()


def downgrade() -> None:
    for name in ("directory_uploads", "listing_translations", "listing_edits"):
        op.drop_table(name)
    for column in ("confirmed_on", "hidden_at"):
        op.drop_column(LISTINGS, column)


def _add_edits() -> None:
    op.create_table(
        "listing_edits",
        sa.Column("service_at_location_id", BIG_ID, nullable=False),
        sa.Column("field", sa.String(24), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source_value", sa.JSON(), nullable=False),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=False),
        sa.Column("edited_at", INSTANT, nullable=False),
        sa.CheckConstraint(FIELDS, name=op.f("ck_listing_edits_listing_field")),
        _to_listing("listing_edits"),
        sa.ForeignKeyConstraint(["edited_by_id"], ["staff.id"], name=op.f("fk_listing_edits_edited_by_id")),
        sa.PrimaryKeyConstraint("service_at_location_id", "field", name=op.f("pk_listing_edits")),
    )
    op.create_index(
        "ix_listing_edits_differs",
        "listing_edits",
        ["service_at_location_id"],
        postgresql_where=sa.text("differs"),
        sqlite_where=sa.text("differs = 1"),
    )


def _add_translations() -> None:
    table = "listing_translations"
    op.create_table(
        table,
        sa.Column("service_at_location_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("note", sa.String(40), nullable=True),
        sa.Column("eligibility", sa.String(110), nullable=True),
        sa.Column("english_digest", sa.String(64), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", INSTANT, nullable=True),
        _to_listing(table),
        sa.ForeignKeyConstraint(["written_by_id"], ["staff.id"], name=op.f(f"fk_{table}_written_by_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["staff.id"], name=op.f(f"fk_{table}_reviewed_by_id")),
        sa.PrimaryKeyConstraint("service_at_location_id", "language", name=op.f(f"pk_{table}")),
    )


def _add_uploads() -> None:
    op.create_table(
        "directory_uploads",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("problem", sa.String(400), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(UPLOAD_STATES, name=op.f("ck_directory_uploads_upload_state")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["staff.id"], name=op.f("fk_directory_uploads_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_uploads")),
    )
    op.create_index("ix_directory_uploads_state", "directory_uploads", ["state"])


def _to_listing(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_service_at_location_id")
    return sa.ForeignKeyConstraint(["service_at_location_id"], ["services_at_locations.id"], name=name)
