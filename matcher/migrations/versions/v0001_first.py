"""The first schema: calls with their raw records, life cycle and earlier versions; runs; profiles; decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    counters = op.create_table(
        "revision",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("what", name="pk_revision"),
    )
    op.bulk_insert(counters, [{"what": what, "value": 0} for what in ("calls", "decisions", "profile", "runs")])
    op.create_table(
        "call",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("portal_status", sa.String(), nullable=False),
        sa.Column("last_deadline", sa.Date(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("reference", name="pk_call"),
    )
    op.create_index("ix_call_identifier", "call", ["identifier"])
    op.create_table(
        "raw",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("fetched", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_raw"),
        sa.ForeignKeyConstraint(["reference"], ["call.reference"], name="fk_raw_reference_call"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_state", "run", ["state"])
    op.create_table(
        "life",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=False),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Date(), nullable=True),
        sa.Column("news", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_life"),
        sa.ForeignKeyConstraint(["reference"], ["call.reference"], name="fk_life_reference_call"),
    )
    op.create_table(
        "call_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_call_version"),
        sa.ForeignKeyConstraint(["reference"], ["call.reference"], name="fk_call_version_reference_call"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_call_version_reference", "call_version", ["reference"])
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_change_run_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_reference", "change", ["reference"])
    op.create_index("ix_change_on", "change", ["on"])
    op.create_table(
        "reject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reject"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_reject_run_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reject_run", "reject", ["run"])
    op.create_table(
        "profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_profile"),
        sa.UniqueConstraint("region", "version", name="uq_profile_region"),
        sqlite_autoincrement=True,
    )
    # No foreign key to calls: what people wrote outlives every call.
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_reference", "decision", ["reference"])
    op.create_index("ix_decision_identifier", "decision", ["identifier"])
