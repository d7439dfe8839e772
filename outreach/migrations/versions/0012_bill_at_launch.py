"""the bill of a campaign, as it was shown when it was launched

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("bill", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("campaigns", "bill")
