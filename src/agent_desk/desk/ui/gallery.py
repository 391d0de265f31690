"""Every part in every state, drawn to pictures: `python -m agent_desk.desk.ui.gallery OUT_DIR [--dark]`."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QColor, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import dress, worn
from agent_desk.desk.ui.fonts import FontRole
from agent_desk.desk.ui.gallery_frame import a_palette, a_shell
from agent_desk.desk.ui.parts.banner import Banner, BannerSpec
from agent_desk.desk.ui.parts.box_drawing import BoxDrawing, Piece
from agent_desk.desk.ui.parts.button import ActionButton, ButtonKind
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import AgeChip, Chip, ChipSpec, FilterChip, SeverityChip
from agent_desk.desk.ui.parts.choice import Choice
from agent_desk.desk.ui.parts.field import UnitField
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.lock import LockRing
from agent_desk.desk.ui.parts.meter import MeterRow
from agent_desk.desk.ui.parts.money import MoneyPair
from agent_desk.desk.ui.parts.notices import Notice, NoticeCard
from agent_desk.desk.ui.parts.painting import painter_on
from agent_desk.desk.ui.parts.refusals import Fix, RefusalItem, RefusalList
from agent_desk.desk.ui.parts.switch import Round, Switch, Tick
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.parts.tiles import ServiceCard, ServiceOffer, TenderTile
from agent_desk.desk.ui.parts.timeline import Event, Timeline
from agent_desk.desk.ui.parts.waiting import AFTER_MS, EmptyState, Skeleton
from agent_desk.desk.ui.theme import DARK, LIGHT, Theme

NOON = datetime(2026, 11, 22, 10, 18, tzinfo=UTC)


class Board(QWidget):
    """A page of the gallery: columns of cards on the colour behind cards."""

    def __init__(self, *columns: tuple[int, tuple[QWidget, ...]]) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 12, 12, 12)
        line.setSpacing(8)
        for stretch, cards in columns:
            column = QVBoxLayout()
            column.setSpacing(8)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            line.addLayout(column, stretch)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        painter.fillRect(self.rect(), QColor(worn().bg))
        painter.end()


def _card(title: str, *parts: QWidget) -> Card:
    card = Card(name=title)
    card.body.addWidget(Text(title, "section"))
    for part in parts:
        card.body.addWidget(part)
    return card


def _line(*parts: QWidget | None) -> QWidget:
    holder = QWidget()
    holder.setLayout(across(*parts, None))
    return holder


def _type() -> Card:
    samples: tuple[tuple[str, FontRole], ...] = (
        ("USD 322.33", "money_xl"),
        ("USD 126.64", "money_l"),
        ("New quote", "title"),
        ("Price, ocean", "section"),
        ("Body text, 1,059.21", "body"),
        ("Label of a field", "label"),
        ("Caption, as of 09:14", "caption"),
        ("Q-GEO2-00417", "code"),
    )
    return _card("Type: Inter, tabular figures", *[Text(words, role) for words, role in samples])


def _buttons() -> Card:
    kinds: tuple[ButtonKind, ...] = ("primary", "secondary", "tonal", "quiet", "mgr", "danger")
    grid = QWidget()
    cells = QGridLayout(grid)
    cells.setContentsMargins(0, 0, 0, 0)
    cells.setSpacing(6)
    for row, kind in enumerate(kinds):
        refused = ActionButton("Save", kind)
        refused.set_not_now("Nothing was changed")
        for at, button in enumerate((ActionButton("Save", kind, key="F8"), ActionButton("Save", kind), refused)):
            cells.addWidget(button, row, at, Qt.AlignmentFlag.AlignLeft)
    cells.setColumnStretch(3, 1)
    big = _line(
        ActionButton("Counter 44", "primary", icon="check", key="F12", height=44),
        ActionButton("Zero", icon="scale", key="F4", height=64),
    )
    return _card("Buttons", grid, big)


def _fields() -> Card:
    rest, locked = UnitField("Rest", "46.5", unit="lb"), UnitField("Locked", "46.5", unit="lb")
    blocks, warns = UnitField("Blocks", "212.0", unit="lb"), UnitField("Warns", "198.0", unit="lb")
    locked.set_state("locked")
    blocks.set_state("error", "12 lb over")
    warns.set_state("warn", "2 lb left")
    grid = QWidget()
    cells = QGridLayout(grid)
    cells.setContentsMargins(0, 0, 0, 0)
    cells.setSpacing(8)
    choice = Choice("Choice", [("ocean", "Ocean"), ("air", "Air economy")], "ocean")
    for at, field in enumerate((rest, locked, choice, blocks, warns)):
        cells.addWidget(field, at // 3, at % 3, Qt.AlignmentFlag.AlignTop)
    units = Switch([("lb", "lb, in"), ("kg", "kg, cm")], "lb", says="Units")
    return _card("Fields", grid, _line(units, Tick("Insure", checked=True), Round("Card", checked=True)))


def _chips() -> Card:
    def now() -> datetime:
        return NOON

    rule = timedelta(hours=1, minutes=10)
    on = FilterChip("Last 7 days")
    on.setChecked(True)
    return _card(
        "Chips and keys",
        _line(Chip("Online", "wifi", "ok", tall=30), Chip("Offline, 3 waiting", "wifi-off", "warn", tall=30)),
        _line(AgeChip(NOON - timedelta(minutes=64), rule, now), AgeChip(NOON - timedelta(minutes=87), rule, now)),
        _line(SeverityChip("blocks"), SeverityChip("warns"), SeverityChip("needs_manager")),
        _line(Chip("Paid", "circle-check", "ok"), Chip("Unknown", "circle-question-mark", "warn")),
        _line(Chip("MMG claim", "smartphone", "mgr"), Chip("Draft", "hard-drive"), Chip("Now", "scale", "info")),
        _line(*[KeyCap(cap) for cap in ("F4", "Ctrl K", "Enter", "Alt 1")]),
        _line(on, FilterChip("Held", 7)),
    )


def _meters() -> Card:
    rows = (
        ("Piece weight", 0.23, "153 lb left"),
        ("Shipment", 0.96, "18 lb left"),
        ("L + W + H", 1.1, "1.5 in over"),
    )
    return _card("Room left, never by colour alone", *[MeterRow(*row, label_width=90, words_width=90) for row in rows])


def refusals() -> list[RefusalItem]:
    """Three refusals, one of each severity."""
    return [
        RefusalItem(
            "1", "blocks", "Piece 4, weight", "piece.too_heavy", "Take off 12 lb: piece 2 has room for 153.5 lb.",
            (Fix("move", "Move 12 lb"), Fix("special", "Special quote", "mgr")),
        ),
        RefusalItem("2", "warns", "Piece 2, goods", "goods.battery_unclear", "Lithium battery: say how it is packed."),
        RefusalItem(
            "3", "needs_manager", "Discount", "price.over_limit", "12 % is over your 10 %. Ask for a one-time code.",
            (Fix("ask", "Ask for a code", "mgr"),),
        ),
    ]  # fmt: skip


def _to_settle() -> Card:
    listed = RefusalList()
    listed.put(refusals())
    listed.setMinimumHeight(250)
    return _card("Refusals, all at once", listed)


def _notices() -> Card:
    return _card(
        "Notices, one door",
        NoticeCard(Notice("Quote 00417 saved", "On this desk, sent to central", undo=lambda: None)),
        NoticeCard(Notice("Label printer has no paper", "2 labels wait", "warn", "printer-x", "Other")),
        NoticeCard(Notice("Something of ours broke", "Report 7F2A kept. Your work is saved.", "danger", action="Copy")),
    )


def _banners() -> Card:
    return _card(
        "Banners",
        Banner(BannerSpec("a", "Offline since 08:52", "Cash sales go on.", "wifi-off")),
        Banner(BannerSpec("b", "Update needed", "Your work is kept.", "circle-arrow-up", "danger")),
        Banner(BannerSpec("c", "First sync", "41 %, you can start now.", "cloud-download", "info", action="Open")),
    )


def _services() -> Card:
    cheap = ServiceCard(
        ServiceOffer("ocean", "ship", "Ocean", "21 to 28 days", "USD 1,059.21", "GYD 221,375",
                     ChipSpec("Lowest", "arrow-down", "ok"))
    )  # fmt: skip
    cheap.setChecked(True)
    return _card(
        "Services",
        ServiceCard(ServiceOffer("e", "zap", "Air express", "", why_not="Only piece 2 fits 50 lb, 62 in L+W+H")),
        ServiceCard(ServiceOffer("a", "plane", "Air economy", "4 to 6 days", "USD 2,111.20", "GYD 441,241")),
        cheap,
    )


def _tenders() -> Card:
    chosen, closed = TenderTile("banknote", "Cash GYD", "drawer 2", "F6"), TenderTile("wallet", "Account", "", "F9")
    chosen.setChecked(True)
    closed.set_not_now("not set up")
    ring = LockRing(0.8)
    ring.put(0.8)
    return _card(
        "Tender and lock",
        _line(TenderTile("banknote", "Cash USD", "drawer 1", "F5"), chosen, closed),
        _line(ring, MoneyPair("USD 322.33", "GYD 67,367", "money_xl", left=True)),
    )


def _drawing() -> Card:
    over = BoxDrawing(Piece(126, 14, 10, 120, "126 in", "side limit 120 in", "6 in over"))
    over.setMinimumHeight(230)
    return _card("Piece to scale", over, BoxDrawing())


def _timeline() -> Card:
    events = (
        Event("Piece 1 measured, held for consent", "46.3 lb, declared 38.0 lb", "09:57", "scale", "warn"),
        Event("Cash USD 53.21", "S. Persaud, till 2", "09:18", "banknote", "ok"),
        Event("Order placed", "S. Persaud, desk GEO-2, rate 209.00", "09:12", "shopping-cart"),
    )
    return _card("Timeline", Timeline(events))


def boards() -> dict[str, QWidget]:
    """The pages of the gallery by their names."""
    empty = EmptyState("package-open", "No piece yet", "Scan a label, or add one by hand.", "Add piece", cap="F4")
    return {
        "parts-1": Board(
            (33, (_type(), _meters())),
            (37, (_buttons(), _fields())),
            (27, (_chips(), _card("Empty", empty), _card("Loading", Skeleton(2)))),
            (38, (_to_settle(), _notices())),
        ),
        "parts-2": Board((1, (_banners(), _services())), (1, (_tenders(), _timeline())), (1, (_drawing(),))),
        "shell": a_shell(),
        "search": a_palette(),
    }


def draw(out: Path, theme: Theme, app: QApplication) -> list[Path]:
    """Draws every board at 1366x768 into `out`; the files it wrote."""
    dress(app, theme)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, board in boards().items():
        board.resize(1366, 768)
        board.show()
        late = QEventLoop()
        QTimer.singleShot(AFTER_MS + 20, late.quit)  # a skeleton shows late
        late.exec()
        picture = QPixmap(board.size())
        board.render(picture)
        path = out / f"{name}-{theme.name}.png"
        picture.save(str(path))
        written.append(path)
        board.close()
    return written


def main(arguments: list[str]) -> int:
    """Draws the gallery; 2 where no folder is named."""
    folders = [argument for argument in arguments if not argument.startswith("--")]
    if not folders:
        sys.stderr.write("Name a folder for the pictures.\n")
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    for path in draw(Path(folders[0]), DARK if "--dark" in arguments else LIGHT, app):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
