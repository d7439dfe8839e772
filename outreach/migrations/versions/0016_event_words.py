"""an event's name and place in the languages of its families

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COLUMNS = ("titles", "places")


def upgrade() -> None:
    with op.batch_alter_table("events") as table:
        for column in COLUMNS:
            table.add_column(sa.Column(column, sa.JSON(), server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("events") as table:
        for column in COLUMNS:
            table.drop_column(column)
