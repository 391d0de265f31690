"""The frame and the search as the gallery shows them."""

from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.parts.banner import BannerSpec
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip, ChipSpec
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.parts.palette import Hit, HitGroup
from agent_desk.desk.ui.parts.rows import RowsView
from agent_desk.desk.ui.parts.rows_model import Cell, Column, PagedRows, Row
from agent_desk.desk.ui.parts.statusline import StatusItem
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.shell import PAGE_MARGINS, Shell

_AT = datetime(2026, 11, 22, 10, 18, tzinfo=UTC)
_PAGES = (
    ("quote", "Quote", "calculator"),
    ("cart", "Cart", "shopping-cart"),
    ("measure", "Measure", "scale"),
    ("orders", "Orders", "clipboard-list"),
    ("sync", "Sync", "refresh-cw"),
)
_COLUMNS = (
    Column("Order", 104, role="code_strong"),
    Column("Placed", 62, tone="text_2"),
    Column("Customer", 0),
    Column("Pieces", 64, right=True, tone="text_2"),
    Column("Total USD", 84, right=True, role="strong"),
    Column("State", 120, role="label_strong"),
)


def _list_page() -> QWidget:
    model = PagedRows(_COLUMNS)
    states = (
        ("To measure", "package", "text_2"),
        ("Held", "pause", "warn"),
        ("In transit", "plane", "accent"),
    )

    def fill(page: int) -> None:
        rows = []
        for at in range(page * 100, min((page + 1) * 100, 240)):
            words, icon, tone = states[at % 3]
            cells = ("09:46", f"Customer {at}", str(at % 9 + 1), f"{at * 7.5 + 20:,.2f}")
            order = Cell(f"GEO2-{93 - at % 90:05d}")
            rows.append(Row(str(at), (order, *map(Cell, cells), Cell(words, icon, tone))))
        model.fill(page, rows)

    model.page_wanted.connect(fill)
    model.renew(240)
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(*PAGE_MARGINS)
    head = across(
        Text("Orders", "title"), Chip("Draft, kept on this desk", "hard-drive"), None, ActionButton("Export", key="F10")
    )
    column.addLayout(head)
    card = Card((0, 0, 0, 0))
    view = RowsView(model, "Orders")
    view.setParent(card)
    model.setParent(view)
    card.body.addWidget(view)
    column.addWidget(card, 1)
    view.selectRow(2)
    return page


def a_shell() -> Shell:
    """The frame with five pages, a banner and a notice."""
    shell = Shell()
    for key, title, icon in _PAGES:
        page = _list_page() if key == "orders" else QWidget()
        if page.layout() is None:
            QHBoxLayout(page)
        shell.add_page(key, title, icon, page)
    shell.open_page("orders")
    shell.set_badge("cart", "lines", 5)
    shell.set_badge("sync", "refused", 2)
    shell.top.set_rate("USD 1 = GYD 209.00", _AT - timedelta(minutes=87), timedelta(hours=1), lambda: _AT)
    shell.top.set_person("Shanice Persaud", "Booking agent")
    shell.top.set_till("Till 2, open")
    shell.top.pill.put("offline", 3)
    shell.status.set_items(
        [StatusItem("scan-barcode", "Scanner ready"), StatusItem("printer", "Receipt and label printers ready")]
    )
    shell.status.set_desk("Desk GEO-2, Regent Street")
    shell.status.set_saved("Saved on this desk 09:41:07")
    shell.set_banners(
        [BannerSpec("offline", "Offline since 08:52", "You can go on selling for cash.", "wifi-off",
                    aside="Next try in 0:41", action="Try now", cap="F5")]
    )  # fmt: skip
    shell.notices.put(Notice("Quote 00417 saved", "On this desk, sent to central", undo=lambda: None))
    return shell


def a_palette() -> Shell:
    """The search over the frame."""
    shell = a_shell()
    palette = shell.palette_sheet
    best = ChipSpec("Best match", "star", "ok")
    palette.put(
        [
            HitGroup("customers", "Customers", "2", (
                Hit("c1", "user", "Indranie Persaud, +592 623 4471", "Sounds like “persad”, and the phone ends in 4471",
                    ((9, 16), (27, 31)), (best,), "GY-10482"),
                Hit("c2", "user", "Devon Persaud, +592 604 1180", "Sounds like “persad”", ((6, 13),), (), "GY-11037",
                    "Alt 2"),
            )),
            HitGroup("actions", "Actions", "1", (
                Hit("a1", "user-plus", "Add a customer called “persad”", "First look: 2 people above may be the same",
                    (), (ChipSpec("Check first", "triangle-alert", "warn"),), "", "Ctrl U"),
            )),
        ],
        "3 found in 6 ms, on this desk",
    )  # fmt: skip
    palette.set_filters([("", "Everything", 3), ("customers", "Customers", 2), ("actions", "Actions", 1)])
    palette.entry.put("persad 4471")
    shell.resize(1366, 768)
    shell.open_search()
    return shell
