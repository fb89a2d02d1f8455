"""the quarter in which somebody answered, where a questionnaire releases it"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("period", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    """What waits for settling then belongs to its wave, as where no quarter is released."""
    op.drop_column("inbox", "period")
