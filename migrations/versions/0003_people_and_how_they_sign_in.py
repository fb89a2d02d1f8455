"""people, how they sign in, and the audit log"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

APPENDED_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        # INSERT OR REPLACE deletes without asking the trigger above.
        (
            "CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit "
            "WHEN EXISTS (SELECT 1 FROM audit WHERE org_id = NEW.org_id AND number = NEW.number) "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$"
        ),
        "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses()",
        "CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_refuses()",
    ),
}
"""Nobody changes or deletes a row, whichever program they use."""


def upgrade() -> None:
    create_people()
    create_signing_in()
    create_audit()


def create_people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("once", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "belonging",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_belonging_person_id"),
        sa.PrimaryKeyConstraint("person_id", "org_id", name="pk_belonging"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_belonging_org_id", "belonging", ["org_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.CheckConstraint("role IN ('collector', 'analyst', 'manager', 'admin')", name="ck_membership_role"),
        sa.ForeignKeyConstraint(
            ["org_id", "organisation_id"],
            ["organisation.org_id", "organisation.id"],
            name="fk_membership_org_id_organisation_id",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_membership"),
        sa.UniqueConstraint(
            "org_id", "person_id", "organisation_id", "role", name="uq_membership_org_id_person_id_organisation_id_role"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "membership_unit",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["membership.org_id", "membership.id"],
            name="fk_membership_unit_org_id_membership_id",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "unit_id"], ["unit.org_id", "unit.id"], name="fk_membership_unit_org_id_unit_id"
        ),
        sa.PrimaryKeyConstraint("org_id", "membership_id", "unit_id", name="pk_membership_unit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assignment",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.CheckConstraint("task IN ('leader', 'group_member', 'expert', 'rater')", name="ck_assignment_task"),
        sa.ForeignKeyConstraint(
            ["org_id", "organisation_id"],
            ["organisation.org_id", "organisation.id"],
            name="fk_assignment_org_id_organisation_id",
        ),
        sa.ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"], name="fk_assignment_org_id_wave_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_assignment_person_id"),
        sa.PrimaryKeyConstraint("org_id", "wave_id", "organisation_id", "person_id", "task", name="pk_assignment"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_assignment_org_id_person_id", "assignment", ["org_id", "person_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("units", DOCUMENT, nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('collector', 'analyst', 'manager', 'admin')", name="ck_invitation_role"),
        sa.ForeignKeyConstraint(
            ["org_id", "organisation_id"],
            ["organisation.org_id", "organisation.id"],
            name="fk_invitation_org_id_organisation_id",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_invitation"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reset",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("factors", sa.Boolean(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_reset"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reset_person_id", "reset", ["person_id"], unique=False)


def create_signing_in() -> None:
    op.create_table(
        "totp",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=48), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_totp_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_totp"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_code",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_recovery_code_person_id"),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name="pk_recovery_code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=2048), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_passkey_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_hash", name="uq_passkey_credential_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"], unique=False)
    op.create_table(
        "oidc_link",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_oidc_link_person_id"),
        sa.PrimaryKeyConstraint("org_id", "subject_hash", name="pk_oidc_link"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_oidc_link_org_id_person_id", "oidc_link", ["org_id", "person_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("second", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("method IN ('passphrase', 'passkey', 'oidc', 'link')", name="ck_staff_session_method"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_staff_session_person_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_session"),
        sa.UniqueConstraint("id", name="uq_staff_session_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_staff_session_person_id", "staff_session", ["person_id"], unique=False)
    op.create_table(
        "pre_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("values", DOCUMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('second_factor', 'passkey', 'new_passkey', 'oidc')", name="ck_pre_session_purpose"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_pre_session_person_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_pre_session"),
        sqlite_with_rowid=False,
    )


def create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("actor IN ('staff', 'operator', 'job', 'nobody')", name="ck_audit_actor"),
        sa.CheckConstraint("number > 0", name="ck_audit_number"),
        sa.PrimaryKeyConstraint("org_id", "number", name="pk_audit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name="pk_audit_head"),
        sqlite_with_rowid=False,
    )
    for statement in APPENDED_ONLY[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "audit_head",
        "audit",
        "pre_session",
        "staff_session",
        "oidc_link",
        "passkey",
        "recovery_code",
        "totp",
        "reset",
        "invitation",
        "assignment",
        "membership_unit",
        "membership",
        "belonging",
        "person",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuses()")
    op.execute("DELETE FROM door WHERE purpose = 'invitation'")
