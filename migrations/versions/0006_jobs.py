"""jobs of the worker, and no statistics about what is confidential"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CONFIDENTIAL = {
    "inbox": {"id": "uuid"},
    "draft": {"sealed": "bytea"},
    "door": {"token_hash": "bytea", "object_id": "uuid"},
    "bot_seen": {"update_id": "bigint"},
}
"""Columns, beside those of the first two migrations, whose values PostgreSQL would keep in its statistics after they are gone."""

QUEUE = (
    "CREATE TABLE queue.huey_kv (queue text NOT NULL, key text NOT NULL, value bytea NOT NULL, PRIMARY KEY (queue, key))",
    (
        "CREATE TABLE queue.huey_schedule "
        "(id bigserial PRIMARY KEY, queue text NOT NULL, data bytea NOT NULL, timestamp double precision NOT NULL)"
    ),
    "CREATE INDEX huey_schedule_queue_timestamp ON queue.huey_schedule (queue, timestamp)",
    (
        "CREATE TABLE queue.huey_task (id bigserial PRIMARY KEY, queue text NOT NULL, data bytea NOT NULL, "
        "priority double precision NOT NULL DEFAULT 0.0)"
    ),
    "CREATE INDEX huey_task_queue_priority_id ON queue.huey_task (queue, priority DESC, id)",
    (
        "CREATE TABLE queue.huey_counter "
        "(queue text NOT NULL, key text NOT NULL, value bigint NOT NULL DEFAULT 0, PRIMARY KEY (queue, key))"
    ),
)
"""What Huey would make by itself, which the role that serves may not."""


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state IN ('due', 'running', 'done', 'failed')", name="ck_job_state"),
        sa.PrimaryKeyConstraint("org_id", "kind", "object_id", name="pk_job"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in CONFIDENTIAL.items():
            for column, kind in columns.items():
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
                # Given its own type again, a column loses what was sampled of it before.
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")
        op.execute("CREATE SCHEMA queue")
        for statement in QUEUE:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA queue CASCADE")
        for table, columns in CONFIDENTIAL.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1")
    op.drop_table("job")
