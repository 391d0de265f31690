"""The right column: the last round, money at risk, what may be done, how far a first sync is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.pages.sync.state import LastSync, ProgressView, Risk
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.text import Mark, Rule, Text
from agent_desk.desk.usecases.syncing_status import Allowed

RIGHT = Qt.AlignmentFlag.AlignRight
_SCALE = 1000


class Bar(QProgressBar):
    """A plain track, filled from the left; `share` is 0 to 1."""

    def __init__(self, tall: int, says: str) -> None:
        super().__init__()
        self._share = 0.0
        self.setTextVisible(False)
        self.setRange(0, _SCALE)
        self.setFixedHeight(tall)
        self.setAccessibleName(says)

    def put(self, share: float, says: str) -> None:
        self._share = share
        self.setValue(round(share * _SCALE))
        self.setAccessibleName(says)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        box(painter, area, 4, theme.sunken)
        path = QPainterPath()
        path.addRoundedRect(area, 4, 4)
        painter.setClipPath(path)
        painter.fillRect(QRectF(0, 0, area.width() * self._share, area.height()), QColor(theme.plot_1))
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
        self.body.addSpacing(8)
        self.body.addWidget(self._bar)
        self.body.addSpacing(3)
        self.body.addLayout(across(Text("USD 0", "caption", "text_2"), None, self._most))
        self.body.addSpacing(6)
        self.body.addLayout(line)

    def put(self, risk: Risk) -> None:
        self._total.setText(risk.total)
        self._bar.put(risk.share, f"{risk.total} at risk, in {risk.orders}")
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
    """What may be done at this age of the data."""

    def __init__(self) -> None:
        super().__init__((14, 8, 14, 10), 5, name="What you may do at this age")
        self._shown: tuple[Allowed, ...] = ()
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(5)
        self.body.addWidget(Text("What you may do at this age", "section"))
        self.body.addLayout(self._lines)
        self.body.addStretch(1)

    def put(self, allowed: Sequence[Allowed]) -> None:
        if tuple(allowed) == self._shown:
            return
        self._shown = tuple(allowed)
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in self._shown:
            chip = Chip("Yes", "check", "ok") if one.allowed else Chip("Not now", "ban", "danger")
            line = QWidget()
            line.setAccessibleName(f"{one.what}, {one.age_rule}, {chip.spec.words}")
            line.setLayout(across(Text(one.what), None, Text(one.age_rule, "caption", "text_2"), chip, spacing=10))
            self._lines.addWidget(line)


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
