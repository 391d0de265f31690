"""The cards of the Quote page and where they lie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.quote.customer_card import CustomerCard
from agent_desk.desk.ui.pages.quote.customer_form import CustomerForm
from agent_desk.desk.ui.pages.quote.left_cards import GoodsCard, LastTimeCard, RouteCard
from agent_desk.desk.ui.pages.quote.lower_cards import DrawingCard, SettleCard, StepsCard
from agent_desk.desk.ui.pages.quote.pieces_card import PiecesCard
from agent_desk.desk.ui.pages.quote.price_column import PriceColumn
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.page_view import room_of
from agent_desk.desk.ui.parts.text import Text

AREA = "quote"
SHORT_BELOW = 680
"""Room for the page in px under which the last time gives way."""


class QuoteFrame(QWidget):
    """Left the customer, route and goods, in the middle the pieces, right the price; it decides nothing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setAccessibleName("Quote")
        self._now = now
        self._order: list[QWidget] = []
        self._build_head()
        self._build_cards()
        self._lay()

    def _build_head(self) -> None:
        self.title = Text("New quote", "title")
        self.number = Text("", "code", "text_2")
        self.standing = Chip("Draft, kept on this desk", "hard-drive", "neutral")
        self.validity = Chip("Valid 24 h once saved", "timer", "plain")
        self.clear_button = ActionButton("Clear", key=caption(AREA, "clear"), icon="eraser", height=32)
        self.pdf_button = ActionButton("PDF", key=caption(AREA, "pdf"), icon="printer", height=32)
        self.save_button = ActionButton("Save quote", key=caption(AREA, "save"), icon="save", height=32)

    def _build_cards(self) -> None:
        self.customer = CustomerCard(self, caption(AREA, "customer"))
        self.form = CustomerForm(self)
        self.route = RouteCard(self)
        self.goods = GoodsCard()
        self.last = LastTimeCard()
        self.pieces = PiecesCard()
        self.drawing = DrawingCard()
        self.drawing.setFixedWidth(262)
        self.settle = SettleCard(caption(AREA, "settle"))
        self.steps = StepsCard()
        self.price = PriceColumn(self._now, caption(AREA, "to_cart"))

    def _lay(self) -> None:
        head = across(self.title, 2, self.number, 2, self.standing, self.validity, None, spacing=8)
        head.setSpacing(9)
        for button in (self.clear_button, self.pdf_button, self.save_button):
            head.addWidget(button)
        left, middle = QVBoxLayout(), QVBoxLayout()
        for column in (left, middle):
            column.setSpacing(8)
        for card in (self.customer, self.route, self.goods, self.last):
            left.addWidget(card)
        left.addStretch(1)
        lower = QWidget()
        pair = QHBoxLayout(lower)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(8)
        pair.addWidget(self.drawing)
        pair.addWidget(self.settle, 1)
        self._lower = QStackedWidget()
        self._lower.addWidget(lower)
        self._lower.addWidget(self.steps)
        middle.addWidget(self.pieces, 278)
        middle.addWidget(self._lower, 335)
        side = QWidget()
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(276)
        self.price.setFixedWidth(326)
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(side)
        body.addLayout(middle, 1)
        body.addWidget(self.price)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addLayout(body, 1)

    def show_steps(self, *, steps: bool) -> None:
        """The table of steps in place of the drawing, or back."""
        self._lower.setCurrentIndex(1 if steps else 0)
        if steps:
            self.steps.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_steps(self) -> None:
        self.show_steps(steps=False)
        self.price.explain.setFocus(Qt.FocusReason.OtherFocusReason)

    def order_focus(self) -> None:
        """Tab goes down the left, through the middle, down the right to the commit; the head of the page is last."""
        order: list[QWidget] = []
        for area in (self.customer, self.route, self.goods, self.last):
            order += _stops(area)
        order += _stops(self.pieces.units)
        for row in self.pieces.rows():
            order += row.cells.values()
        order.append(self.pieces.add)
        for refusal in self.settle.list.rows():
            order += refusal.buttons()
        order += [self.steps.close_button, *self.price.cards(), self.price.explain, self.price.commit]
        order += [self.clear_button, self.pdf_button, self.save_button]
        if order != self._order:
            self._order = order
            for one, other in pairwise(order):
                QWidget.setTabOrder(one, other)

    def shows_steps(self) -> bool:
        return self._lower.currentIndex() == 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.last.set_short(short=room_of(self) < SHORT_BELOW)


def _stops(area: QWidget) -> list[QWidget]:
    """What of a card takes the focus, in the order it was made; the lists of its boxes are windows of their own."""
    inside = [child for child in area.findChildren(QWidget) if child.window() is area.window()]
    return [child for child in inside if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
