"""The carts of the branch as tabs: this one, those begun here, those put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.pages.cart.sale import SaleView
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width
from agent_desk.desk.ui.parts.text import Mark, Text, plain_tip
from agent_desk.domain.formats import money_text
from agent_desk.domain.times import time_text

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desk.desk.usecases.carting import CartTabs
    from agent_desk.desk.usecases.rows import CartRow

LEAST_WIDE = 600
"""The room that is counted on before the bar is laid out."""
_MORE_WIDE = 84


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it is in a word, whose it is in a few more."""

    cart: UUID | None
    words: str
    under: str
    icon: str
    current: bool = False
    held: bool = False


def tab_list(sale: SaleView, others: CartTabs) -> tuple[Tab, ...]:
    """The current cart first, then those of this desk, then the held ones, the newest first."""
    due = "" if sale.totals is None or not sale.lines else f", {money_text(sale.totals.total)}"
    cart = None if sale.cart is None else sale.cart.id
    this = Tab(cart, "This cart", f"{_lines(len(sale.lines))}{due}", "shopping-cart", current=True)
    here = [Tab(row.id, "Open", _whose(row), "shopping-cart") for row in others.here]
    held = [Tab(row.id, _held_words(row, sale.now), _whose(row), "pause", held=True) for row in others.held]
    return (this, *here, *held)


def _held_words(row: CartRow, now: datetime) -> str:
    return "Held" if row.held_at is None else f"Held {time_text(row.held_at, now)}"


def _whose(row: CartRow) -> str:
    return f"{row.held_as or row.customer_name or 'Walk-in'}, {_lines(row.lines)}"


def _lines(count: int) -> str:
    return {0: "empty", 1: "1 line"}.get(count, f"{count} lines")


def elsewhere_words(desks: Sequence[str]) -> str:
    """`1 more at GEO-1`, `3 more at GEO-1, GEO-3`; empty for none."""
    return f"{len(desks)} more at {', '.join(dict.fromkeys(desks))}" if desks else ""


class CartTab(QAbstractButton):
    """One tab as drawn; a long name is shortened."""

    MOST_WIDE = 240

    def __init__(self, tab: Tab) -> None:
        super().__init__()
        self.setFixedHeight(28)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.put(tab)

    def put(self, tab: Tab) -> None:
        """Shows another state of it."""
        self.tab = tab
        self.setText(tab.words)
        self.setShortcut(QKeySequence())  # an ampersand in a name is no key
        self.setFixedWidth(self.width_of(tab))
        self.setAccessibleName(f"{tab.words}, {tab.under}")
        self.setToolTip(plain_tip(f"{tab.words}, {tab.under}"))
        self.update()

    @classmethod
    def width_of(cls, tab: Tab) -> int:
        """What it takes of the line, in px."""
        words = text_width(tab.words, font("label_strong"))
        return min(12 + 16 + 6 + words + 8 + text_width(tab.under, font("caption")) + 12, cls.MOST_WIDE)

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(self.tab), 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        if self.tab.current:
            box(painter, area, 6, theme.surface, theme.accent, 2)
        else:
            box(painter, area, 6, theme.hover if self.underMouse() else theme.sunken, theme.border)
        if self.hasFocus():
            box(painter, area, 6, "", theme.focus, 2)
        ink = theme.accent if self.tab.current else theme.text_2
        put_icon(painter, self.tab.icon, ink, QPointF(11, 6), 16)
        face = font("label_strong")
        # the sum stays whole: where there is no room the name is shortened
        room = self.width() - 34 - 8 - 10 - text_width(self.tab.under, font("caption")) - 1
        wide = min(text_width(self.tab.words, face), room)
        put_text(painter, QRectF(34, 0, wide + 1, 28), self.tab.words, face, theme.text)
        rest = QRectF(34 + wide + 8, 0, self.width() - 34 - wide - 8 - 10, 28)
        put_text(painter, rest, self.tab.under, font("caption"), theme.text_2)
        painter.end()


class CartTabsBar(QWidget):
    """The line of tabs; emits `recalled(cart)` of a held one and `chosen(cart)` of an open one."""

    recalled = Signal(UUID)
    chosen = Signal(UUID)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(28)
        self._tabs: tuple[Tab, ...] = ()
        self._buttons: list[CartTab] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(6)
        self._more = Text("", "label", "text_2")
        self._mark = Mark("monitor", "text_2", 16)
        self._elsewhere = Text("", "label_strong", "text_2")
        self._line.addWidget(self._more)
        self._line.addStretch(1)
        self._line.addWidget(self._mark)
        self._line.addWidget(self._elsewhere)

    def put(self, tabs: Sequence[Tab], elsewhere: Sequence[str]) -> None:
        """Shows these tabs; the focus stays on the tab it was on."""
        words = elsewhere_words(elsewhere)
        self._elsewhere.setText(words)
        self._elsewhere.setVisible(bool(words))
        self._mark.setVisible(bool(words))
        if tuple(tabs) == self._tabs:
            return
        self._tabs = tuple(tabs)
        fitting = self._fitting()
        if [tab.cart for tab in fitting] != [button.tab.cart for button in self._buttons]:
            self._make_buttons(fitting)
        for tab, button in zip(fitting, self._buttons, strict=True):
            if button.tab != tab:
                button.put(tab)
        left = len(self._tabs) - len(self._buttons)
        self._more.setText(f"{left} more" if left else "")
        self._more.setVisible(bool(left))

    def _fitting(self) -> list[Tab]:
        """Those the line has room for; the current one always."""
        room = max(self.width(), LEAST_WIDE) - self._elsewhere.sizeHint().width() - _MORE_WIDE
        fitting: list[Tab] = []
        for tab in self._tabs:
            room -= CartTab.width_of(tab) + self._line.spacing()
            if room < 0 and not tab.current:
                break
            fitting.append(tab)
        return fitting

    def _make_buttons(self, tabs: Sequence[Tab]) -> None:
        focused = next((button.tab.cart for button in self._buttons if button.hasFocus()), None)
        for button in self._buttons:
            self._line.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [CartTab(tab) for tab in tabs]
        for at, button in enumerate(self._buttons):
            button.clicked.connect(lambda _on=False, button=button: self._press(button.tab))
            self._line.insertWidget(at, button)
            if focused is not None and button.tab.cart == focused:
                button.setFocus()

    def held(self) -> list[UUID]:
        """The carts that can be recalled."""
        return [tab.cart for tab in self._tabs if tab.held and tab.cart is not None]

    def focus_held(self) -> None:
        """Puts the cursor on the first held cart."""
        button = next((button for button in self._buttons if button.tab.held), None)
        if button is not None:
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _press(self, tab: Tab) -> None:
        if tab.cart is None or tab.current:
            return
        (self.recalled if tab.held else self.chosen).emit(tab.cart)
