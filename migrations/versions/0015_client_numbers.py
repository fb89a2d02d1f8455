"""how many clients a wave was for"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ACTING = "org_id = nullif(current_setting('app.org', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "client_number",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("stratum", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name="ck_client_number_number"),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_client_number_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "wave_id", "stratum", name="pk_client_number"),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE client_number ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE client_number FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY acting_for ON client_number USING ({ACTING}) WITH CHECK ({ACTING})")


def downgrade() -> None:
    op.drop_table("client_number")
