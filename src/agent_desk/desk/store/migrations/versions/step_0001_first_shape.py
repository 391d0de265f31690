"""Documents, the way to central, lists, search, drafts."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_DOCUMENTS = (
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE counter (series TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
    # central's truth, as received
    (
        "CREATE TABLE base (scope TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
        " body TEXT NOT NULL, PRIMARY KEY (kind, id, scope))"
    ),
    "CREATE INDEX base_of_scope ON base (scope, kind, id, version)",
    # sum: of row_hash over live rows, 16 hexadecimal digits
    (
        "CREATE TABLE scope (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, boot INTEGER NOT NULL, live INTEGER NOT NULL,"
        " sum TEXT NOT NULL, mismatches INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"
    ),
    # how a document looks with what waits here on top of central's truth
    (
        "CREATE TABLE overlay (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT,"
        " pending INTEGER NOT NULL, conflict TEXT NOT NULL DEFAULT '', PRIMARY KEY (kind, id)) WITHOUT ROWID"
    ),
)
_SENDING = (
    # state: queued, inflight, acked; seen_at: the feed position, by scope, at which central's answer shows
    (
        "CREATE TABLE outbox (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, by TEXT NOT NULL,"
        " wall TEXT NOT NULL, mono INTEGER NOT NULL, boot TEXT NOT NULL, happened_at TEXT NOT NULL, args TEXT NOT NULL,"
        " hash TEXT NOT NULL, after TEXT NOT NULL, state TEXT NOT NULL, seen_at TEXT NOT NULL DEFAULT '{}',"
        " tries INTEGER NOT NULL DEFAULT 0, what TEXT NOT NULL, subject TEXT NOT NULL, money INTEGER, currency TEXT)"
    ),
    (
        "CREATE TABLE effect (n INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id, n))"
        " WITHOUT ROWID"
    ),
    "CREATE INDEX effect_of_command ON effect (n)",
    (
        "CREATE TABLE outbox_done (id TEXT PRIMARY KEY, n INTEGER NOT NULL, generation INTEGER NOT NULL,"
        " name TEXT NOT NULL, by TEXT NOT NULL, wall TEXT NOT NULL, mono INTEGER NOT NULL, boot TEXT NOT NULL,"
        " happened_at TEXT NOT NULL, args TEXT NOT NULL, hash TEXT NOT NULL, after TEXT NOT NULL, state TEXT NOT NULL,"
        " what TEXT NOT NULL, subject TEXT NOT NULL, money INTEGER, currency TEXT, effects TEXT NOT NULL,"
        " done_at TEXT NOT NULL)"
    ),
    "CREATE INDEX outbox_done_by_number ON outbox_done (generation, n)",
    (
        "CREATE TABLE notice (id INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
        " what TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL, parked INTEGER NOT NULL, refusals TEXT NOT NULL,"
        " kind TEXT, ref TEXT, current TEXT NOT NULL, settled_at TEXT,"
        " reason TEXT NOT NULL DEFAULT '')"
    ),
)
_KEEPING = (
    "CREATE TABLE draft (page TEXT PRIMARY KEY, body TEXT NOT NULL, saved_at TEXT NOT NULL) WITHOUT ROWID",
    (
        "CREATE TABLE paper (kind TEXT NOT NULL, number TEXT NOT NULL, subject TEXT NOT NULL, path TEXT NOT NULL,"
        " made_at TEXT NOT NULL, PRIMARY KEY (kind, number)) WITHOUT ROWID"
    ),
    "CREATE INDEX paper_of_subject ON paper (subject)",
    (
        "CREATE TABLE account (login TEXT PRIMARY KEY, id TEXT NOT NULL, staff TEXT NOT NULL, verifier TEXT NOT NULL,"
        " wrong_tries INTEGER NOT NULL DEFAULT 0, wait_until TEXT) WITHOUT ROWID"
    ),
    "CREATE INDEX account_by_id ON account (id)",
)
_LISTS = (
    (
        "CREATE TABLE order_row (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number TEXT, placed_at TEXT,"
        " customer TEXT, customer_name TEXT, place TEXT, pieces INTEGER, total INTEGER, due INTEGER, state TEXT,"
        " held INTEGER, desk TEXT)"
    ),
    "CREATE INDEX order_row_by_time ON order_row (placed_at DESC, number DESC)",
    "CREATE INDEX order_row_by_customer ON order_row (customer, placed_at DESC)",
    "CREATE INDEX order_row_held ON order_row (placed_at DESC) WHERE held",
    "CREATE INDEX order_row_due ON order_row (placed_at DESC) WHERE due > 0",
    (
        "CREATE TABLE customer_row (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number TEXT, name TEXT,"
        " phone TEXT, email TEXT, place TEXT)"
    ),
    (
        "CREATE TABLE product_row (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, code TEXT, name TEXT, "
        " barcode TEXT, prices TEXT, measured INTEGER, dangerous INTEGER)"
    ),
    "CREATE INDEX product_row_by_code ON product_row (code COLLATE NOCASE)",
    "CREATE INDEX product_row_by_barcode ON product_row (barcode) WHERE barcode <> ''",
    (
        "CREATE TABLE cart_row (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number TEXT, state TEXT, "
        " held_as TEXT, held_at TEXT, customer_name TEXT, lines INTEGER, taken_by TEXT)"
    ),
    "CREATE INDEX cart_row_open ON cart_row (rid) WHERE state <> 'ordered'",
    (
        "CREATE TABLE quote_row (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number TEXT, customer TEXT,"
        " customer_name TEXT, saved_at TEXT, valid_until TEXT, service TEXT, destination TEXT, pieces INTEGER,"
        " total INTEGER, state TEXT)"
    ),
    "CREATE INDEX quote_row_by_time ON quote_row (saved_at DESC)",
    "CREATE INDEX quote_row_by_customer ON quote_row (customer, saved_at DESC)",
    "CREATE INDEX quote_row_by_number ON quote_row (number COLLATE NOCASE)",
    (
        "CREATE TABLE shipment_row (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number TEXT, booked_at TEXT,"
        " customer_name TEXT, service TEXT, destination TEXT, pieces INTEGER, unmeasured INTEGER, state TEXT,"
        " held INTEGER, order_id TEXT)"
    ),
    "CREATE INDEX shipment_row_by_number ON shipment_row (number COLLATE NOCASE)",
    "CREATE INDEX shipment_row_held ON shipment_row (order_id) WHERE held = 2",
    "CREATE INDEX shipment_row_unmeasured ON shipment_row (booked_at) WHERE unmeasured > 0 AND state <> 'cancelled'",
)
# words come folded and parted by spaces, so the plainest tokenizer is the exact one
_SEARCH = tuple(
    f"CREATE VIRTUAL TABLE {name} USING fts5 (words, content='', contentless_delete=1, detail='none',"
    " tokenize='ascii', prefix='1 2 3')"
    for name in ("find_order", "find_customer", "find_product", "find_shipment")
)


def upgrade() -> None:
    for statement in (*_DOCUMENTS, *_SENDING, *_KEEPING, *_LISTS, *_SEARCH):
        op.execute(statement)
