"""What central refused: why, what to do about it, two ways out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.sync.state import RefusedView
from agent_desk.desk.ui.parts.asking import Asking, Question
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.text import Mark, Rule, Text

MOST = 20
_ROW = 89


class RefusedRow(QFrame):
    """One matter; emits `opened(key)` and `withdrawn(key, reason)`."""

    opened = Signal(str)
    withdrawn = Signal(str, str)
    chosen = Signal(str)

    def __init__(self, view: RefusedView) -> None:
        super().__init__()
        self.view = view
        self._is_chosen = False
        self.setFixedHeight(_ROW)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{view.heading}: {view.what}, {view.subject}. {view.why} {view.to_do}")
        self.open = ActionButton(view.opens, key=caption("sync", "first_fix"), height=30)
        if not view.opens:
            self.open.hide()
        self.withdraw = ActionButton(view.leaves, key=caption("sync", "second_fix"), height=30)
        self.open.clicked.connect(lambda: self.opened.emit(view.key))
        self.withdraw.clicked.connect(self.ask)
        self.asking = Asking()
        buttons = QWidget()
        buttons.setLayout(across(None, self.open, self.withdraw, spacing=6))
        self._ways = QStackedWidget()
        self.asking.done.connect(lambda: self._ways.setCurrentIndex(0))
        self._ways.addWidget(buttons)
        self._ways.addWidget(self.asking)
        self._ways.setFixedHeight(32)
        head = across(
            _mark(view),
            Text(view.what, "strong"),
            Text(view.subject, "caption", "text_2", elides=True),
            Text(view.code, "caption", "text_3"),
            spacing=8,
        )
        head.setStretch(2, 1)
        why = across(Text(view.why, "body", "text_2", elides=True))
        why.setContentsMargins(26, 0, 0, 0)
        way = across(Mark("wrench", "accent", 15), Text(view.to_do, "label_strong", elides=True), self._ways, spacing=6)
        way.setStretch(1, 1)
        way.setContentsMargins(26, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 7, 11, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(why)
        column.addLayout(way)

    def ask(self) -> None:
        """Asks why it is withdrawn; what has happened is only taken note of."""
        if not self.view.asks_why:
            self.withdrawn.emit(self.view.key, "")
            return
        self._ways.setCurrentIndex(1)
        key = self.view.key
        question = Question("Why", "Withdraw", "Keep", lambda reason: self.withdrawn.emit(key, reason), "Reason")
        self.asking.ask(question)

    def set_chosen(self, chosen: bool) -> None:
        self._is_chosen = chosen
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit(self.view.key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.chosen.emit(self.view.key)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        theme = worn()
        painter.fillRect(self.rect(), QColor(theme.hover if self._is_chosen else theme.surface))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(theme.divider))
        if self._is_chosen:
            painter.fillRect(QRectF(0, 0, 4, self.height()), QColor(theme.accent))
        if self.hasFocus():
            box(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, "", theme.focus, 2)
        painter.end()


def _mark(view: RefusedView) -> Mark:
    if view.loss is not None:
        return Mark("history", "warn", 18, view.heading)
    return Mark("octagon-x", "danger", 18, view.heading)


class RefusedCard(Card):
    """Every matter, the newest first; `F6` and `F7` act on the chosen one."""

    opened = Signal(str)
    withdrawn = Signal(str, str)

    def __init__(self) -> None:
        super().__init__((1, 10, 1, 6), 0, name="Refused or replaced, need you")
        self._count = Chip("0", "circle-x", "danger")
        self._views: tuple[RefusedView, ...] = ()
        self._rows: list[RefusedRow] = []
        self._chosen = ""
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._none = Text("Nothing was refused, nothing written over.", "body", "text_2")
        head = across(Text("Refused or replaced, need you", "section"), None, self._none, self._count, spacing=8)
        head.setContentsMargins(11, 0, 11, 0)
        self._rule = Rule()
        self.body.addLayout(head)
        self.body.addSpacing(9)
        self.body.addWidget(self._rule)
        self.body.addWidget(self._scroll)

    def put(self, views: Sequence[RefusedView], *, room: int) -> None:
        """Shows these in at most `room` rows' height; the others scroll."""
        shown = tuple(views)[:MOST]
        self._count.show_state(str(len(views)), "circle-x", "danger", f"{len(views)} need you")
        self._count.setVisible(bool(shown))
        self._none.setVisible(not shown)
        self._rule.setVisible(bool(shown))
        self._scroll.setVisible(bool(shown))
        self._scroll.setFixedHeight(min(len(shown), room) * _ROW)
        if shown == self._views:
            return
        self._views = shown
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._rows = [RefusedRow(view) for view in shown]
        for row in self._rows:
            row.opened.connect(self.opened)
            row.withdrawn.connect(self.withdrawn)
            row.chosen.connect(self._choose)
            column.addWidget(row)
        self._scroll.setWidget(inside)
        if shown:
            self._choose(self._chosen if any(view.key == self._chosen for view in shown) else shown[0].key)

    def row(self) -> RefusedRow | None:
        """The chosen one."""
        return next((row for row in self._rows if row.view.key == self._chosen), None)

    def rows(self) -> list[RefusedRow]:
        return list(self._rows)

    def _choose(self, key: str) -> None:
        self._chosen = key
        for row in self._rows:
            row.set_chosen(row.view.key == key)
