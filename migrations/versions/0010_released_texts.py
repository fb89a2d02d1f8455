"""in which release a text went out

Until now the files of a release held what was approved when they were written, and changed with every decision.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In the words of both engines: SQLite adds a column together with its check, but no check to a table.
    op.execute(
        "ALTER TABLE settled_text ADD COLUMN batch INTEGER CONSTRAINT ck_settled_text_batch "
        "CHECK (batch IS NULL OR state = 'approved')"
    )


def downgrade() -> None:
    """Texts that went out stay in the files of their release only, so that none goes out once more."""
    forced = op.get_context().dialect.name == "postgresql"
    if forced:
        op.execute("ALTER TABLE settled_text NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM settled_text WHERE batch IS NOT NULL")
    if forced:
        op.execute("ALTER TABLE settled_text FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE settled_text DROP COLUMN batch")
