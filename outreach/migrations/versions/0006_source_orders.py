"""source orders: a pause, a resumption or a cancellation holds from its commit on, however many texts it is about

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("open")
# What is paused or canceled now; a run of a canceled campaign may still have texts that come back from the carrier.
STOPPED = """
    INSERT INTO source_orders (source, source_id, "order", reason, given_at, open)
    SELECT 'run', runs.id, CASE campaigns.state WHEN 'paused' THEN 'pause' ELSE 'cancel' END,
           CASE campaigns.state WHEN 'paused' THEN 'paused' ELSE 'canceled' END, CURRENT_TIMESTAMP, {yes}
    FROM runs JOIN campaigns ON campaigns.id = runs.campaign_id
    WHERE campaigns.state IN ('paused', 'canceled')
"""


def upgrade() -> None:
    op.create_table(
        "source_orders",
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("order", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(80), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("\"order\" IN ('pause', 'resume', 'cancel')", name=op.f("ck_source_orders_order")),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_source_orders")),
    )
    op.create_index("ix_source_orders_open", "source_orders", ["source"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.execute(STOPPED.format(yes="true" if op.get_bind().dialect.name == "postgresql" else "1"))


def downgrade() -> None:
    op.drop_table("source_orders")
