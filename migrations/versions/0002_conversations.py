"""conversations: where people stand in a chat, keys of waves, codes to move with, reminders, what bots have seen"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

WITHOUT_STATISTICS = {
    "conversation": ("talk",),
    "handover": ("code_hash", "sealed"),
    "reminder": ("key", "sealed"),
    "wave_key": ("wrapped",),
}
"""PostgreSQL keeps samples of a column's values for its planner; of these there must be none."""


def upgrade() -> None:
    op.add_column("collector", sa.Column("several", sa.Boolean(), server_default=sa.false(), nullable=False))
    create_conversations()
    create_bots()
    if op.get_context().dialect.name == "postgresql":
        for table, columns in WITHOUT_STATISTICS.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def create_conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("talk", DOCUMENT, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.CheckConstraint("rev >= 0", name="ck_conversation_rev"),
        sa.ForeignKeyConstraint(
            ["org_id", "collector_id"], ["collector.org_id", "collector.id"], name="fk_conversation_org_id_collector_id"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "draft_id"], ["draft.org_id", "draft.id"], name="fk_conversation_org_id_draft_id"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_conversation_org_id_wave_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_conversation"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_conversation_org_id_draft_id", "conversation", ["org_id", "draft_id"], unique=False)
    op.create_index("ix_conversation_org_id_wave_id", "conversation", ["org_id", "wave_id"], unique=False)
    op.create_table(
        "wave_key",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=60), nullable=False),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_wave_key_org_id_wave_id"),
        sa.PrimaryKeyConstraint("wave_id", name="pk_wave_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "handover",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("purpose IN ('page', 'telegram')", name="ck_handover_purpose"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_handover"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reminder",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=44), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_reminder_org_id_wave_id"),
        sa.PrimaryKeyConstraint("key", name="pk_reminder"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reminder_org_id_wave_id", "reminder", ["org_id", "wave_id"], unique=False)


def create_bots() -> None:
    op.create_table(
        "bot_seen",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id", name="pk_bot_seen"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bot",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bot"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("bot", "lease", "bot_seen", "reminder", "handover", "wave_key", "conversation"):
        op.drop_table(table)
    op.execute("DELETE FROM door WHERE purpose = 'conversation'")
    op.drop_column("collector", "several")
