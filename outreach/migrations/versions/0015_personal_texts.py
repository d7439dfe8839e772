"""texts with the family's own name: what a family without one gets

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = "fk_campaign_wordings_nameless_id"


def upgrade() -> None:
    with op.batch_alter_table("campaign_wordings") as table:
        table.add_column(sa.Column("nameless_id", BIG_ID, nullable=True))
        table.create_foreign_key(op.f(KEY), "texts", ["nameless_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("campaign_wordings") as table:
        table.drop_constraint(op.f(KEY), type_="foreignkey")
        table.drop_column("nameless_id")
