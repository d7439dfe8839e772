"""words of a deployment's own in what families say; a phone's texts are routed in their order

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KINDS = "kind IN ('word', 'phrase')"
STATES = "state IN ('waiting', 'in_force', 'refused', 'withdrawn')"
CURRENT = sa.text("state IN ('waiting', 'in_force')")
STORED = sa.text("state = 'stored'")


def upgrade() -> None:
    op.create_table(
        "own_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("route", sa.String(24), nullable=False),
        sa.Column("detail", sa.String(40), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("text", sa.String(80), nullable=False),
        sa.Column("folded", sa.String(160), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(400), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_own_words_own_word_kind")),
        sa.CheckConstraint(STATES, name=op.f("ck_own_words_own_word_state")),
        sa.ForeignKeyConstraint(["written_by_id"], ["staff.id"], name=op.f("fk_own_words_written_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_own_words_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_words")),
    )
    op.create_index(
        "uq_own_words_current",
        "own_words",
        ["language", "folded"],
        unique=True,
        postgresql_where=CURRENT,
        sqlite_where=CURRENT,
    )
    op.create_index(
        "ix_inbounds_of_phone", "inbounds", ["phone", "id"], postgresql_where=STORED, sqlite_where=STORED
    )


def downgrade() -> None:
    op.drop_index("ix_inbounds_of_phone", table_name="inbounds")
    op.drop_table("own_words")
