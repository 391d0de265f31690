"""One order at the right: what happened, what is paid for certain, the pieces, the papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.orders.refund import RefundPart
from agent_desk.desk.ui.pages.orders.words import (
    EVENTS,
    PaymentLine,
    PieceLine,
    Say,
    chip_of,
    due_words,
    payment_lines,
    piece_lines,
    pieces_title,
    totals_words,
    who_words,
)
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.money import MoneyPair
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Mark, Rule, Text, plain_tip
from agent_desk.desk.ui.parts.timeline import Event, Timeline
from agent_desk.desk.ui.parts.waiting import EmptyState
from agent_desk.desk.usecases.viewing import OrderShown
from agent_desk.domain.formats import money_text
from agent_desk.domain.times import time_text

WIDE = 440
MOST_EVENTS = 5
MOST_LINES = 4
TABS = ("overview", "timeline", "payments", "pieces", "documents")


class DetailCard(Card):
    """Emits `receipt_wanted(tender id)`, `paper_wanted(path)`, `main_wanted()`, `refund_wanted()`."""

    receipt_wanted = Signal(str)
    paper_wanted = Signal(str)
    main_wanted = Signal()
    refund_wanted = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__((13, 8, 13, 10), 6, name="Order")
        self.setFixedWidth(WIDE)
        self._now = now
        self._short = False
        self.shown: OrderShown | None = None
        self._number = Text("", "title", elides=True)
        self._chip = Chip("")
        self._money = MoneyPair(role="money_l", under="label")
        self._who = Text("", "label", "text_2", elides=True)
        self.tabs = Switch([(tab, tab.capitalize()) for tab in TABS], TABS[0], says="Parts of the order", even=True)
        self.tabs.chosen.connect(lambda _tab: self._show_tab())
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.main = ActionButton("Receipt", "primary", key=caption("orders", "main"), icon="receipt", height=36)
        self.main.clicked.connect(self.main_wanted)
        self.refund = ActionButton("Give back", key=caption("orders", "refund"), icon="rotate-ccw", height=36)
        self.refund.clicked.connect(self.refund_wanted)
        self.refunding = RefundPart()
        self.refunding.hide()
        self._empty = EmptyState("clipboard-list", "No order chosen", "Choose one in the list to see all of it here.")
        self._whole = self._build()
        self.body.addWidget(self._whole, 1)
        self.body.addWidget(self._empty, 1)
        self.put(None)

    def _build(self) -> QWidget:
        left = QVBoxLayout()
        left.setSpacing(3)
        title = across(spacing=8)
        title.addWidget(self._number, 1)
        title.addWidget(self._chip)
        left.addLayout(title)
        left.addWidget(self._who)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addLayout(left, 1)
        head.addWidget(self._money)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.tabs)
        column.addWidget(self._area, 1)
        column.addWidget(self.refunding)
        column.addLayout(across(None, self.refund, self.main))
        return whole

    def put(self, shown: OrderShown | None) -> None:
        """Shows an order; the tab stays."""
        if self.shown is None or shown is None or self.shown.order.id != shown.order.id:
            self.refunding.hide()
        self.shown = shown
        self._whole.setVisible(shown is not None)
        self._empty.setVisible(shown is None)
        if shown is None:
            return
        self._number.setText(shown.order.number)
        self._chip.show_state(*chip_of(shown))
        self._money.put(*totals_words(shown.order))
        self._who.setText(who_words(shown))
        pieces, papers = len(piece_lines(shown.shipments)), len(shown.order.tenders)
        titles = ("Overview", "Timeline", "Payments", f"Pieces {pieces}", f"Papers {papers}")
        self.tabs.set_options(list(zip(TABS, titles, strict=True)), self.tabs.key() or TABS[0])
        due = due_words(shown.order)
        can = any(shown.order.refundable(tender).minor > 0 for tender in shown.order.tenders)
        self.refund.set_not_now("" if can else "Nothing of this order is left to give back.")
        self.main.set_words("Take payment" if due else "Receipt")
        self.main.set_icon("banknote" if due else "receipt")
        self._show_tab()

    def set_short(self, *, short: bool) -> None:
        """One event fewer where there is little height."""
        if short != self._short:
            self._short = short
            self._show_tab()

    def _show_tab(self) -> None:
        shown = self.shown
        if shown is None:
            return
        tab = self.tabs.key() or TABS[0]
        parts: dict[str, Callable[[OrderShown, bool], list[QWidget]]] = {
            "timeline": self._timeline,
            "payments": self._payments,
            "pieces": self._pieces,
            "documents": self._papers,
        }
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for at, (name, build) in enumerate(parts.items()):
            if tab in {name, TABS[0]}:
                widgets = build(shown, tab != TABS[0])
                if tab == TABS[0] and at and widgets:
                    column.addWidget(Rule())
                for widget in widgets:
                    column.addWidget(widget)
        column.addStretch(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)  # the card shows through

    def _timeline(self, shown: OrderShown, whole: bool) -> list[QWidget]:
        now = self._now()
        events = [
            Event(one.title, one.detail, time_text(one.at, now), EVENTS[one.kind][0], EVENTS[one.kind][1])
            for one in shown.timeline
        ]
        timeline = Timeline()
        timeline.put(events, None if whole else MOST_EVENTS - int(self._short))
        return [_head("Timeline", ""), timeline]

    def _payments(self, shown: OrderShown, whole: bool) -> list[QWidget]:
        lines = payment_lines(shown)
        widgets: list[QWidget] = [_head("Payments", "" if lines else "None yet")]
        widgets += [_payment_row(line) for line in (lines if whole else lines[:MOST_LINES])]
        risk = money_text(shown.at_risk)
        line = across(
            Text("Paid for certain", "label", "text_2"), Text(money_text(shown.certain), "label_strong"), None,
            Text("At risk until sent", "label", "text_2"),
            Text(risk, "label_strong", "warn" if shown.at_risk.minor else "text"),
        )  # fmt: skip
        widgets.append(_lined(line))
        due = due_words(shown.order)
        if due:
            widgets.append(
                _lined(across(Text("Still to pay", "label", "text_2"), Text(due, "label_strong", "warn"), None))
            )
        return widgets

    def _pieces(self, shown: OrderShown, whole: bool) -> list[QWidget]:
        lines = piece_lines(shown.shipments)
        if not lines and not whole:
            return []
        shown_lines = lines if whole else lines[:MOST_LINES]
        more = len(lines) - len(shown_lines)
        note = f"{more} more under Pieces" if more else "" if lines else "Nothing to ship in this order"
        return [_head(pieces_title(shown.shipments), note), *(_piece_row(line) for line in shown_lines)]

    def _papers(self, shown: OrderShown, whole: bool) -> list[QWidget]:
        made = {paper.number: paper for paper in shown.papers}
        buttons = []
        for tender in shown.order.tenders:
            words = f"Receipt {tender.receipt}" if whole or len(shown.order.tenders) > 1 else "Receipt"
            button = ActionButton(words, icon="receipt", height=28)
            button.clicked.connect(lambda _on=False, key=str(tender.id): self.receipt_wanted.emit(key))
            path = made[tender.receipt].path if tender.receipt in made else "Not printed at this desk yet"
            button.setToolTip(plain_tip(path))
            buttons.append(button)
        if not buttons:
            return [_head("Papers", "None before something is paid")] if whole else []
        if whole:
            rows: list[QWidget] = [_head("Papers", "Printed again, a receipt is marked COPY")]
            return rows + [_lined(across(button, None)) for button in buttons]
        return [_lined(across(*buttons[:2], None, spacing=6))]


def _lined(line: QHBoxLayout) -> QWidget:
    holder = QWidget()
    line.setContentsMargins(0, 0, 0, 0)
    holder.setLayout(line)
    return holder


def _head(words: str, note: str) -> QWidget:
    return _lined(across(Text(words, "label", "text_2"), None, Text(note, "caption", "text_3")))


def _chip(say: Say) -> Chip:
    return Chip(say.words, say.icon, say.tone)  # type: ignore[arg-type]  # the words' tones are those of chips


def _payment_row(line: PaymentLine) -> QWidget:
    amount = Text(line.amount, "label_strong", align=Qt.AlignmentFlag.AlignRight)
    row = across(
        Mark(line.icon, "text_2", 16), Text(line.what, "body", "text_2", elides=True), _chip(line.chip), amount
    )
    row.setStretch(1, 1)
    return _lined(row)


def _piece_row(line: PieceLine) -> QWidget:
    figures = Text(line.figures, "label_strong", align=Qt.AlignmentFlag.AlignRight)
    row = across(
        Text(line.number, "body", "text_2"), Text(line.contents or "Piece", "body", "text_2", elides=True),
        _chip(line.chip), figures,
    )  # fmt: skip
    row.setStretch(1, 1)
    return _lined(row)
