"""responses from consent to settling"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

WITHOUT_STATISTICS = {
    "inbox": ("answers", "receipt_hash", "content_hash"),
    "draft": ("answers", "token_hash"),
}
"""PostgreSQL keeps samples of a column's values for its planner; of these there must be none."""


def upgrade() -> None:
    create_tables()
    if op.get_context().dialect.name == "postgresql":
        for table, columns in WITHOUT_STATISTICS.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def create_tables() -> None:
    op.create_table(
        "document",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_document"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "door",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", "purpose", name="pk_door"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_door_org_id_object_id", "door", ["org_id", "object_id"], unique=False)
    op.create_table(
        "limit_counter",
        sa.Column("bucket", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ends", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "ends", name="pk_limit_counter"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "limit_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_limit_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organisation",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", DOCUMENT, nullable=False),
        sa.CheckConstraint("kind IN ('owner', 'region', 'municipality', 'provider')", name="ck_organisation_kind"),
        sa.CheckConstraint("(parent_id IS NULL) = (id = org_id)", name="ck_organisation_root"),
        sa.ForeignKeyConstraint(
            ["org_id", "parent_id"], ["organisation.org_id", "organisation.id"], name="fk_organisation_org_id_parent_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_organisation"),
        sa.UniqueConstraint("org_id", "slug", name="uq_organisation_org_id_slug"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programme",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", DOCUMENT, nullable=False),
        sa.Column("values", DOCUMENT, nullable=False),
        sa.Column("modules", DOCUMENT, nullable=False),
        sa.Column("services", DOCUMENT, nullable=False),
        sa.Column("funder", DOCUMENT, nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_programme"),
        sa.UniqueConstraint("slug", name="uq_programme_slug"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", DOCUMENT, nullable=False),
        sa.Column("service", sa.String(length=64), nullable=True),
        sa.Column("service_group", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "organisation_id"],
            ["organisation.org_id", "organisation.id"],
            name="fk_unit_org_id_organisation_id",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_unit"),
        sa.UniqueConstraint("org_id", "slug", name="uq_unit_org_id_slug"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "version",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number > 0", name="ck_version_number"),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name="fk_version_sha256"),
        sa.PrimaryKeyConstraint("org_id", "questionnaire", "number", name="pk_version"),
        sa.UniqueConstraint("org_id", "questionnaire", "sha256", name="uq_version_org_id_questionnaire_sha256"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wave",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("opens", sa.Date(), nullable=True),
        sa.Column("closes", sa.Date(), nullable=True),
        sa.Column("settles", sa.Date(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=True),
        sa.Column("offers_withdrawal", sa.Boolean(), nullable=False),
        sa.Column("receipt_key", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'open', 'closed', 'settled')", name="ck_wave_state"),
        sa.CheckConstraint("invited >= 0", name="ck_wave_invited"),
        sa.ForeignKeyConstraint(
            ["org_id", "programme_id"], ["programme.org_id", "programme.id"], name="fk_wave_org_id_programme_id"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "questionnaire", "version"],
            ["version.org_id", "version.questionnaire", "version.number"],
            name="fk_wave_org_id_questionnaire_version",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_wave"),
        sa.UniqueConstraint("org_id", "programme_id", "slug", name="uq_wave_org_id_programme_id_slug"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "collector",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("preset", DOCUMENT, nullable=False),
        sa.CheckConstraint("channel IN ('web', 'chat', 'telegram', 'tablet', 'paper')", name="ck_collector_channel"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_collector_state"),
        sa.ForeignKeyConstraint(["org_id", "unit_id"], ["unit.org_id", "unit.id"], name="fk_collector_org_id_unit_id"),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_collector_org_id_wave_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_collector"),
        sa.UniqueConstraint("code", name="uq_collector_code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.String(length=64), nullable=False),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("receipt_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_inbox_org_id_wave_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_inbox"),
        sa.UniqueConstraint("receipt_hash", name="uq_inbox_receipt_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inbox_org_id_wave_id", "inbox", ["org_id", "wave_id"], unique=False)
    op.create_table(
        "participation",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.CheckConstraint("outcome IN ('finished', 'declined')", name="ck_participation_outcome"),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_participation_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "wave_id", "mark", name="pk_participation"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settled",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("columns", DOCUMENT, nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_settled_org_id_wave_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_settled"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_settled_org_id_wave_id", "settled", ["org_id", "wave_id"], unique=False)
    op.create_table(
        "settled_text",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'approved', 'refused')", name="ck_settled_text_state"),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_settled_text_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_settled_text"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_settled_text_org_id_wave_id", "settled_text", ["org_id", "wave_id"], unique=False)
    op.create_table(
        "submission_key",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_submission_key_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "wave_id", "key_hash", name="pk_submission_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("variant", sa.String(length=64), nullable=False),
        sa.Column("view", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("touched", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint("variant IN ('standard', 'easy')", name="ck_draft_variant"),
        sa.CheckConstraint("view IN ('author', 'single', 'pages')", name="ck_draft_view"),
        sa.CheckConstraint("size IN (100, 150, 200)", name="ck_draft_size"),
        sa.ForeignKeyConstraint(
            ["org_id", "collector_id"], ["collector.org_id", "collector.id"], name="fk_draft_org_id_collector_id"
        ),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_draft_org_id_wave_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_draft"),
        sa.UniqueConstraint("org_id", "token_hash", name="uq_draft_org_id_token_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draft_org_id_wave_id", "draft", ["org_id", "wave_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_draft_org_id_wave_id", table_name="draft")
    op.drop_table("draft")
    op.drop_table("submission_key")
    op.drop_index("ix_settled_text_org_id_wave_id", table_name="settled_text")
    op.drop_table("settled_text")
    op.drop_index("ix_settled_org_id_wave_id", table_name="settled")
    op.drop_table("settled")
    op.drop_table("participation")
    op.drop_index("ix_inbox_org_id_wave_id", table_name="inbox")
    op.drop_table("inbox")
    op.drop_table("collector")
    op.drop_table("wave")
    op.drop_table("version")
    op.drop_table("unit")
    op.drop_table("programme")
    op.drop_table("organisation")
    op.drop_table("limit_key")
    op.drop_table("limit_counter")
    op.drop_index("ix_door_org_id_object_id", table_name="door")
    op.drop_table("door")
    op.drop_table("document")
