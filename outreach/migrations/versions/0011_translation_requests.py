"""translation requests: a text that somebody needs in a language, until it is there

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "translation_requests",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("context", sa.String(120), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("english_digest", sa.String(64), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("remark", sa.String(400), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_translation_requests_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_requests")),
    )
    op.create_index(
        "uq_translation_requests_open",
        "translation_requests",
        ["context", "language"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("translation_requests")
