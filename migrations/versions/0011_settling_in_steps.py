"""the batch of a wave that is being settled, a step at a time"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wave", sa.Column("settling", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """What was settled of a batch stays a batch; the rest becomes another one."""
    op.drop_column("wave", "settling")
