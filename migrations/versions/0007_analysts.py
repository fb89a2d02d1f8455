"""what analysts have agreed to, and tokens of their programs"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TENANTS = ("agreement", "api_token")

ACTING = "org_id = nullif(current_setting('app.org', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_agreement_person_id"),
        sa.PrimaryKeyConstraint("org_id", "person_id", "version", name="pk_agreement"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "api_token",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_api_token_person_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_api_token"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_api_token_org_id_person_id", "api_token", ["org_id", "person_id"])
    if op.get_context().dialect.name == "postgresql":
        for table in TENANTS:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY acting_for ON {table} USING ({ACTING}) WITH CHECK ({ACTING})")


def downgrade() -> None:
    op.execute("DELETE FROM door WHERE purpose = 'api'")
    for table in TENANTS:
        op.drop_table(table)
