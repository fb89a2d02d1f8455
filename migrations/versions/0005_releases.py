"""releases, their frozen files, the ledger, and the policy of each wave"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

KEYS = {
    "ledger": ("org_id", "wave_id", "number"),
    "release_part": ("org_id", "release_id", "name", "number"),
    "release_file": ("org_id", "release_id", "name"),
    "release": ("org_id", "id"),
}
"""Table -> its key. Rows are only ever added, save what becomes of a release."""

MADE = ("org_id", "id", "wave_id", "batch", "made", "n", "withheld", "policy_sha256")
"""Columns of a release that stay as they were made."""

TENANTS = ("wave_policy", *KEYS)

ACTING = "org_id = nullif(current_setting('app.org', true), '')::uuid"


def upgrade() -> None:
    create_releases()
    create_files()
    create_ledger()
    if op.get_context().dialect.name == "sqlite":
        for table, key in KEYS.items():
            keep_in_sqlite(table, key)
    else:
        keep_in_postgresql()


def create_releases() -> None:
    op.create_table(
        "wave_policy",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("services", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_wave_policy_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "wave_id", name="pk_wave_policy"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("made", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("policy_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("analyst", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('made', 'published', 'withdrawn')", name="ck_release_state"),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_release_org_id_wave_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_release"),
        sa.UniqueConstraint("org_id", "wave_id", "batch", name="uq_release_org_id_wave_id_batch"),
        sqlite_with_rowid=False,
    )


def create_files() -> None:
    op.create_table(
        "release_file",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "release_id"], ["release.org_id", "release.id"], name="fk_release_file_org_id_release_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "release_id", "name", name="pk_release_file"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release_part",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "release_id", "name"],
            ["release_file.org_id", "release_file.release_id", "release_file.name"],
            name="fk_release_part_org_id_release_id_name",
        ),
        sa.PrimaryKeyConstraint("org_id", "release_id", "name", "number", name="pk_release_part"),
        sqlite_with_rowid=False,
    )


def create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("event IN ('made', 'published', 'withdrawn')", name="ck_ledger_event"),
        sa.CheckConstraint("number > 0", name="ck_ledger_number"),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_ledger_org_id_wave_id"),
        sa.PrimaryKeyConstraint("org_id", "wave_id", "number", name="pk_ledger"),
        sqlite_with_rowid=False,
    )


def keep_in_sqlite(table: str, key: tuple[str, ...]) -> None:
    """INSERT OR REPLACE deletes without asking the trigger on deletions."""
    changes = f"UPDATE OF {', '.join(MADE)}" if table == "release" else "UPDATE"
    there = " AND ".join(f"{column} = NEW.{column}" for column in key)
    replaced = f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {there})"  # noqa: S608 - names of ours
    for name, event in (
        ("unchanged", f"{changes} ON {table}"),
        ("kept", f"DELETE ON {table}"),
        ("not_replaced", replaced),
    ):
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {event} {refuse}")


def keep_in_postgresql() -> None:
    """Row security as for every table of organisations, and nobody changes or deletes a row."""
    op.execute(
        "CREATE FUNCTION release_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in TENANTS:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY acting_for ON {table} USING ({ACTING}) WITH CHECK ({ACTING})")
    for table in KEYS:
        changes = f"UPDATE OF {', '.join(MADE)}" if table == "release" else "UPDATE"
        refuse = "EXECUTE FUNCTION release_refuses()"
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE {changes} OR DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} {refuse}")


def downgrade() -> None:
    for table in (*KEYS, "wave_policy"):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION release_refuses()")
