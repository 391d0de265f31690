"""The right column: the last round, money at risk, what may be done, how far a first sync is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.pages.sync.state import HeldView, LastSync, ProgressView, Risk
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Mark, Rule, Text
from agent_desk.desk.usecases.syncing_status import Allowed

RIGHT = Qt.AlignmentFlag.AlignRight
_SCALE = 1000


class Bar(QProgressBar):
    """A plain track, filled from the left; `share` is 0 to 1."""

    def __init__(self, tall: int, says: str) -> None:
        super().__init__()
        self._share = 0.0
        self._tick = 0.0
        self._ink = "plot_1"
        self.setTextVisible(False)
        self.setRange(0, _SCALE)
        self.setFixedHeight(tall)
        self.setAccessibleName(says)

    def put(self, share: float, says: str) -> None:
        self._share = share
        self.setValue(round(share * _SCALE))
        self.setAccessibleName(says)
        self.update()

    def mark(self, share: float, ink: str) -> None:
        """A line at that share of the track, none at 0; the filled part in another colour."""
        self._tick, self._ink = share, ink
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        box(painter, area, 4, theme.sunken)
        path = QPainterPath()
        path.addRoundedRect(area, 4, 4)
        painter.setClipPath(path)
        painter.fillRect(QRectF(0, 0, area.width() * self._share, area.height()), QColor(theme.role(self._ink)))
        if self._tick:
            painter.fillRect(QRectF(area.width() * self._tick - 1, 0, 2, area.height()), QColor(theme.text))
        painter.end()


class LastCard(Card):
    """When central last answered, and what each step did."""

    def __init__(self) -> None:
        super().__init__((14, 8, 14, 8), 0, name="Last sync")
        self._at = Text("", "money_l")
        self._under = Text("", "caption", "text_2", elides=True)
        self._clock = Text("", "caption", "text_2", align=RIGHT)
        self._marks = [Mark("check", "ok", 16) for _ in range(4)]
        self._names = [Text("", "body") for _ in range(4)]
        self._words = [Text("", "label_strong", align=RIGHT) for _ in range(4)]
        self.body.addWidget(Text("Last sync", "section"))
        self.body.addLayout(across(self._at, None, self._clock))
        self.body.addWidget(self._under)
        self.body.addSpacing(4)
        self.body.addWidget(Rule())
        self.body.addSpacing(3)
        for mark, name, words in zip(self._marks, self._names, self._words, strict=True):
            words.setFixedHeight(20)
            self.body.addLayout(across(mark, name, None, words))

    def put(self, last: LastSync) -> None:
        self._at.setText(last.at)
        self._under.setText(last.under)
        self._clock.setText(last.clock)
        for at, step in enumerate(last.steps):
            self._marks[at].set_mark(step.icon, step.role)
            self._names[at].setText(step.name)
            self._words[at].setText(step.words)


class RiskCard(Card):
    """BYD-4: money that only this desk knows of."""

    def __init__(self) -> None:
        super().__init__((14, 8, 14, 10), 0, name="Money at risk")
        self._total = Text("", "money_l", align=RIGHT)
        self._bar = Bar(18, "Money at risk")
        self._most = Text("", "caption", "text_2", align=RIGHT)
        self._ceiling = Text("", "caption_strong", align=RIGHT)
        self._orders = Text("", "caption", "text_2")
        self._cash = Text("", "label_strong", align=RIGHT)
        self._until = Text("till it is sent", "caption", "warn", align=RIGHT)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text("Cash sales not at central", "label_strong"))
        words.addWidget(self._orders)
        sums = QVBoxLayout()
        sums.setSpacing(0)
        sums.addWidget(self._cash)
        sums.addWidget(self._until)
        line = across(_Swatch(), spacing=8)
        line.addLayout(words, 1)
        line.addLayout(sums)
        self.body.addLayout(across(Text("Money at risk", "section"), None, self._total))
        self._over = across(None, self._ceiling, None)
        self.body.addLayout(self._over)
        self.body.addSpacing(2)
        self.body.addWidget(self._bar)
        self.body.addSpacing(3)
        self.body.addLayout(across(Text("USD 0", "caption", "text_2"), None, self._most))
        self.body.addSpacing(6)
        self.body.addLayout(line)

    def put(self, risk: Risk) -> None:
        self._total.setText(risk.total)
        under = f", {risk.ceiling}" if risk.ceiling else ""
        self._bar.put(risk.share, f"{risk.total} at risk, in {risk.orders}{under}")
        self._bar.mark(risk.ceiling_share, {"warn": "warn_mark", "danger": "danger_fill"}.get(risk.tone, "plot_1"))
        self._ceiling.setText(risk.ceiling)
        self._ceiling.set_tone(risk.tone if risk.tone in {"warn", "danger"} else "text")
        # about over its line
        self._over.setStretch(0, round(risk.ceiling_share * _SCALE))
        self._over.setStretch(2, round((1 - risk.ceiling_share) * _SCALE))
        self._most.setText(risk.most)
        self._orders.setText(risk.orders)
        self._cash.setText(risk.total)
        self._until.setVisible(risk.share > 0)


class _Swatch(QWidget):
    """The colour of a series beside its name."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(11, 11)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        box(painter, QRectF(self.rect()), 2, worn().plot_1)
        painter.end()


class AllowedCard(Card):
    """What may be done at this age of the data; its other side says what is kept here, and how old each part is."""

    def __init__(self) -> None:
        super().__init__((14, 8, 14, 10), 5, name="What you may do at this age")
        self._shown: tuple[Allowed, ...] = ()
        self._held: tuple[HeldView, ...] = ()
        self._side = Switch((("may", "May do"), ("held", "Kept here")), says="Shown", tall=26)
        self._sides = QStackedWidget()
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(5)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(3)
        for lines in (self._lines, self._rows):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.addLayout(lines)
            column.addStretch(1)
            self._sides.addWidget(side)
        self._side.put("may")
        self._side.chosen.connect(lambda key: self._sides.setCurrentIndex(key == "held"))
        self.body.addLayout(across(Text("At this age", "section"), None, self._side))
        self.body.addWidget(self._sides, 1)

    def put(self, allowed: Sequence[Allowed]) -> None:
        if tuple(allowed) == self._shown:
            return
        self._shown = tuple(allowed)
        _clear(self._lines)
        for one in self._shown:
            chip = Chip("Yes", "check", "ok") if one.allowed else Chip("Not now", "ban", "danger")
            line = QWidget()
            line.setAccessibleName(f"{one.what}, {one.age_rule}, {chip.spec.words}")
            line.setLayout(across(Text(one.what), None, Text(one.age_rule, "caption", "text_2"), chip, spacing=10))
            self._lines.addWidget(line)

    def put_held(self, held: Sequence[HeldView]) -> None:
        """What is kept of central's here."""
        if tuple(held) == self._held:
            return
        self._held = tuple(held)
        _clear(self._rows)
        for one in self._held:
            line = QWidget()
            line.setAccessibleName(f"{one.name}, {one.rows}, {one.age}")
            age = Text(one.age, "caption", "warn" if one.is_old else "text_2", align=RIGHT)
            age.setFixedWidth(110)
            line.setLayout(across(Text(one.name, "label"), None, Text(one.rows, "caption", "text_2"), age, spacing=8))
            self._rows.addWidget(line)


def _clear(lines: QVBoxLayout) -> None:
    while (item := lines.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


class FirstCard(Card):
    """How far a first sync is, step by step."""

    def __init__(self) -> None:
        super().__init__((12, 10, 12, 12), 8, name="First sync")
        self._can = Chip("You can start now", "check", "ok")
        self._names: list[str] = []
        self._rows: dict[str, tuple[Bar, Text]] = {}
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.body.addLayout(
            across(
                Mark("cloud-download", "accent", 18),
                Text("First sync", "section"),
                Text("It goes on by itself, also after a restart", "caption", "text_2"),
                None,
                self._can,
            )
        )
        self.body.addLayout(self._lines)

    def put(self, steps: Sequence[ProgressView], *, can_start: bool) -> None:
        self._can.show_state(
            "You can start now" if can_start else "Customers and prices first",
            "check" if can_start else "hourglass",
            "ok" if can_start else "neutral",
        )
        for step in steps:
            if step.name not in self._rows:
                self._rows[step.name] = (Bar(8, step.name), Text("", "label", "text_2", align=RIGHT))
                self._lines.addLayout(self._line(step.name))
            bar, words = self._rows[step.name]
            bar.put(step.share, f"{step.name}, {step.words}")
            words.setText(step.words)

    def _line(self, name: str) -> QVBoxLayout:
        bar, words = self._rows[name]
        label = Text(name, "body")
        label.setFixedWidth(170)
        words.setFixedWidth(130)
        line = across(label, bar, words, spacing=10)
        line.setStretch(1, 1)
        column = QVBoxLayout()
        column.addLayout(line)
        return column
