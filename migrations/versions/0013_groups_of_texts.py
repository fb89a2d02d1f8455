"""which group of services a text is about, where a questionnaire releases services"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("settled_text", sa.Column("service_group", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("settled_text", "service_group")
