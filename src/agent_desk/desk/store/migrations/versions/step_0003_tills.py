"""Tills in a list, and what sales and refunds of this desk moved through their drawers."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE till_row (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number TEXT, desk TEXT, state TEXT,"
        " opened_at TEXT)"
    )
    op.execute("CREATE INDEX till_row_of_desk ON till_row (desk, opened_at DESC)")
    op.execute("CREATE TABLE till_through (id TEXT PRIMARY KEY, till TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID")
    op.execute("CREATE INDEX till_through_of_till ON till_through (till)")
