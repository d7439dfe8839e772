"""wording of a deployment's own: its states, its reviews, and own packs

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = "state IN ('draft', 'in_review', 'reviewed')"
ORIGINS = "origin IN ('person', 'upload', 'machine', 'shipped')"
ACTS = "act IN ('written', 'submitted', 'reviewed', 'sent_back', 'withdrawn')"


def upgrade() -> None:
    op.create_table(
        "wordings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("context", sa.String(120), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("english", sa.String(1600), nullable=False),
        sa.Column("english_digest", sa.String(64), nullable=False),
        sa.Column("text", sa.String(1600), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("origin", sa.String(24), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("released", sa.String(1600), nullable=True),
        sa.Column("released_digest", sa.String(64), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", INSTANT, nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_wordings_wording_state")),
        sa.CheckConstraint(ORIGINS, name=op.f("ck_wordings_origin")),
        sa.ForeignKeyConstraint(["written_by_id"], ["staff.id"], name=op.f("fk_wordings_written_by_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["staff.id"], name=op.f("fk_wordings_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
        sa.UniqueConstraint("context", "language", name="uq_wordings_once"),
    )
    op.create_index("ix_wordings_state", "wordings", ["state", "language"])
    op.create_table(
        "wording_events",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("context", sa.String(120), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("origin", sa.String(24), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("english_digest", sa.String(64), nullable=False),
        sa.Column("text", sa.String(1600), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("remark", sa.String(400), nullable=True),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.CheckConstraint(ACTS, name=op.f("ck_wording_events_wording_act")),
        sa.CheckConstraint(ORIGINS, name=op.f("ck_wording_events_origin")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_wording_events_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_events")),
    )
    op.create_index("ix_wording_events_of", "wording_events", ["context", "language"])
    op.create_table(
        "own_packs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("based_on", sa.String(80), nullable=True),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_own_packs_partner_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_own_packs_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["staff.id"], name=op.f("fk_own_packs_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_packs")),
    )
    op.create_index(op.f("ix_own_packs_partner_id"), "own_packs", ["partner_id"])


def downgrade() -> None:
    for name in ("own_packs", "wording_events", "wordings"):
        op.drop_table(name)
