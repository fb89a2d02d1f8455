"""names of programmes before their organisation is known, and row security"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TENANTS = (
    *("organisation", "unit", "programme", "version", "wave", "collector", "draft", "conversation", "submission_key"),
    *("participation", "inbox", "settled", "settled_text", "membership", "membership_unit", "assignment", "invitation"),
    *("oidc_link", "audit", "audit_head"),
)
"""Tables whose rows belong to one organisation, as this migration finds them."""

ACTING = "org_id = nullif(current_setting('app.org', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "directory",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_directory"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO directory (slug, org_id) SELECT slug, org_id FROM programme")
    if op.get_bind().dialect.name == "postgresql":
        for table in TENANTS:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY acting_for ON {table} USING ({ACTING}) WITH CHECK ({ACTING})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TENANTS:
            op.execute(f"DROP POLICY acting_for ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_table("directory")
