"""which results are published, whosever they are"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
READ = ("programme", "release", "wave")
ACTING = "org_id = nullif(current_setting('app.org', true), '')::uuid"

PUBLISHED = """
INSERT INTO published_results (org_id, programme_id, programme, wave, name, synthetic)
SELECT p.org_id, p.id, p.slug, w.slug, p.name, p.synthetic
FROM programme p
JOIN (
  SELECT w.org_id, w.programme_id, max(w.slug) AS slug
  FROM wave w
  JOIN release r ON r.org_id = w.org_id AND r.wave_id = w.id
  WHERE r.public AND r.state = 'published'
  GROUP BY w.org_id, w.programme_id
) w ON w.org_id = p.org_id AND w.programme_id = p.id
"""


def upgrade() -> None:
    op.create_table(
        "published_results",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("wave", sa.String(length=64), nullable=False),
        sa.Column("name", DOCUMENT, nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "programme_id"],
            ["programme.org_id", "programme.id"],
            name="fk_published_results_org_id_programme_id",
        ),
        sa.PrimaryKeyConstraint("org_id", "programme_id", name="pk_published_results"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_published_results_programme", "published_results", ["programme"])
    forced = op.get_context().dialect.name == "postgresql"
    if forced:
        _force(READ, "NO FORCE")
    op.execute(PUBLISHED)
    if forced:
        _force(READ, "FORCE")
        op.execute("ALTER TABLE published_results ENABLE ROW LEVEL SECURITY")
        _force(["published_results"], "FORCE")
        op.execute(f"CREATE POLICY acting_for ON published_results USING ({ACTING}) WITH CHECK ({ACTING})")
        op.execute("CREATE POLICY anybody ON published_results FOR SELECT USING (true)")


def downgrade() -> None:
    op.drop_table("published_results")


def _force(tables: tuple[str, ...] | list[str], how: str) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")
