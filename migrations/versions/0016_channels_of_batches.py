"""how many of a settled batch answered through each channel"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ACTING = "org_id = nullif(current_setting('app.org', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "channel_count",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name="ck_channel_count_people"),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_channel_count_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "wave_id", "batch", "channel", name="pk_channel_count"),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE channel_count ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE channel_count FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY acting_for ON channel_count USING ({ACTING}) WITH CHECK ({ACTING})")


def downgrade() -> None:
    op.drop_table("channel_count")
