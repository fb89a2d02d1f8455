"""which words of a text were approved, when the others of a wave go, and no statistics about words"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACTING = "org_id = nullif(current_setting('app.org', true), '')::uuid"
BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    # In the words of both engines: SQLite adds a column together with its check, but no check to a table.
    op.execute(
        f"ALTER TABLE settled_text ADD COLUMN approved_sha256 {BYTES[dialect]} CONSTRAINT ck_settled_text_approved "
        "CHECK ((state = 'approved') = (approved_sha256 IS NOT NULL))"
    )
    op.create_table(
        "text_deadline",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_text_deadline_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "wave_id", name="pk_text_deadline"),
        sqlite_with_rowid=False,
    )
    if dialect == "postgresql":
        op.execute("ALTER TABLE text_deadline ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE text_deadline FORCE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE settled_text ALTER COLUMN text SET STATISTICS 0")
        # Given its own type again, the column loses what was sampled of it before.
        op.execute("ALTER TABLE settled_text ALTER COLUMN text TYPE text")
        op.execute(f"CREATE POLICY acting_for ON text_deadline USING ({ACTING}) WITH CHECK ({ACTING})")


def downgrade() -> None:
    """Without the hash nobody knows which words were approved: all texts wait again."""
    forced = op.get_context().dialect.name == "postgresql"
    if forced:
        op.execute("ALTER TABLE settled_text NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE settled_text SET state = 'waiting', approved_sha256 = NULL WHERE state = 'approved'")
    if forced:
        op.execute("ALTER TABLE settled_text FORCE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE settled_text ALTER COLUMN text SET STATISTICS -1")
    op.execute("ALTER TABLE settled_text DROP COLUMN approved_sha256")
    op.drop_table("text_deadline")
