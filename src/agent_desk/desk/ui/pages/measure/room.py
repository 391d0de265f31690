"""The right column: room left to the limits, each service's fit, the dangerous question."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from agent_desk.desk.ui.pages.measure.state import Room, ServiceRoom
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.meter import MeterRow
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Mark, Rule, Text

WIDE = 332
_LABEL, _WORDS = 120, 92


class _Meters(QWidget):
    """Meters under each other; as many as there are."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._rows: list[MeterRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def put(self, rooms: tuple[Room, ...]) -> None:
        labels = tuple(room.label for room in rooms)
        if labels != self._labels:
            self._labels = labels
            for row in self._rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = [MeterRow(room.label, role="medium", label_width=_LABEL, words_width=_WORDS) for room in rooms]
            for row in self._rows:
                self._column.addWidget(row)
        for row, room in zip(self._rows, rooms, strict=True):
            row.put(room.share, room.words)


class _Service(QWidget):
    """One service: its limits, whether the piece fits, what would make it."""

    def __init__(self) -> None:
        super().__init__()
        self._label = Text("", "wstrong", elides=True)
        self._limits = Text("", "caption", "text_2", elides=True)
        self._chip = Chip("", "check", "ok", tall=28)
        self._meters = _Meters()
        self._advice = Text("", "body", "text", wraps=True)
        self._bulb = Mark("lightbulb", "accent", 18)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._label)
        words.addWidget(self._limits)
        head = across(spacing=8)
        head.addLayout(words, 1)
        head.addWidget(self._chip)
        advice = across(self._bulb, spacing=8)
        advice.addWidget(self._advice, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._meters)
        column.addLayout(advice)

    def put(self, service: ServiceRoom) -> None:
        self._label.setText(service.label)
        self._limits.setText(service.limits)
        self._limits.setVisible(bool(service.limits))
        if service.fits is None:
            self._chip.show_state("Not measured", "circle-dashed", "neutral")
        elif service.fits:
            self._chip.show_state("Fits", "check", "ok")
        else:
            self._chip.show_state("Does not fit", "x", "danger")
        self._meters.put(service.rooms)
        self._meters.setVisible(bool(service.rooms))
        self._advice.setText(service.advice)
        self._advice.setVisible(bool(service.advice))
        self._bulb.setVisible(bool(service.advice))


class RoomCard(Card):
    """What is left of every limit."""

    def __init__(self) -> None:
        super().__init__((14, 8, 14, 10), 6, name="Room left")
        self._meters = _Meters()
        self._services: list[_Service] = []
        self._rules: list[Rule] = []
        self._hint = Text("Stands here once a piece is scanned.", "body", "text_2", wraps=True)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.body.addWidget(Text("Room left", "wstrong"))
        self.body.addWidget(self._hint)
        self.body.addWidget(self._meters)
        self.body.addLayout(self._column)
        self.body.addStretch(1)

    def put(self, rooms: tuple[Room, ...], services: tuple[ServiceRoom, ...]) -> None:
        self._hint.setVisible(not rooms)
        self._meters.put(rooms)
        while len(self._services) < len(services):
            service, rule = _Service(), Rule()
            self._column.addWidget(rule)
            self._column.addWidget(service)
            self._services.append(service)
            self._rules.append(rule)
        for at, shown in enumerate(self._services):
            self._rules[at].setVisible(at < len(services))
            shown.setVisible(at < len(services))
            if at < len(services):
                shown.put(services[at])


class DangerCard(Card):
    """Dangerous or restricted: nothing is chosen until somebody looked; emits `answered(yes)`."""

    answered = Signal(bool)

    def __init__(self) -> None:
        super().__init__((14, 7, 12, 7), 0, name="Dangerous or restricted")
        self.setFixedHeight(64)
        self.switch = Switch((("no", "No"), ("yes", "Yes")), tall=48, says="Dangerous or restricted")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(Text("Dangerous or restricted?", "wstrong"))
        words.addWidget(Text("Battery, aerosol, fuel, food", "caption", "text_2"))
        words.addStretch(1)
        line = across(spacing=8)
        line.addLayout(words, 1)
        line.addWidget(self.switch)
        self.body.addLayout(line)
        self.switch.chosen.connect(lambda key: self.answered.emit(key == "yes"))

    def focus_first(self) -> None:
        """The cursor on the answer; nothing is answered by that."""
        self.switch.findChildren(QRadioButton)[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def put(self, dangerous: bool | None) -> None:
        self.switch.put({None: "", True: "yes", False: "no"}[dangerous])
        answers = self.switch.findChildren(QRadioButton)
        chosen = next((answer for answer in answers if answer.isChecked()), None)
        if chosen is not None and any(answer.hasFocus() for answer in answers):
            chosen.setFocus(Qt.FocusReason.OtherFocusReason)
