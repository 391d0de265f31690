"""Files of other desks' unsent work, on their way to central."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE handover (id TEXT PRIMARY KEY, summary TEXT NOT NULL, taken_at TEXT NOT NULL, outcome TEXT,"
        " trouble TEXT NOT NULL DEFAULT '') WITHOUT ROWID"
    )
    op.execute(
        "CREATE TABLE handover_part (handover TEXT NOT NULL, number INTEGER NOT NULL, line TEXT NOT NULL,"
        " PRIMARY KEY (handover, number)) WITHOUT ROWID"
    )
