"""Chips: a state as icon and word in one phrase."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import FontRole, font
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width
from agent_desk.desk.ui.theme import Tone
from agent_desk.domain.times import age_text, time_text

Severity = Literal["blocks", "warns", "needs_manager"]

SEVERITIES: dict[Severity, tuple[str, str, Tone]] = {
    "blocks": ("Blocks", "circle-x", "danger"),
    "warns": ("Warns", "triangle-alert", "warn"),
    "needs_manager": ("Needs manager", "shield-user", "mgr"),
}


@dataclass(frozen=True, slots=True)
class ChipSpec:
    """A chip as a value, for parts that paint chips themselves."""

    words: str
    icon: str = ""
    tone: Tone = "neutral"


def _face(tall: int) -> FontRole:
    return "label_strong" if tall >= 28 else "caption_strong"


def chip_size(spec: ChipSpec, tall: int = 22) -> QSize:
    """The room a chip takes."""
    mark = _mark_size(tall)
    wide = text_width(spec.words, font(_face(tall))) + 2 * _pad(tall) + 1
    return QSize(wide + (mark + 4 if spec.icon else 0), tall)


def draw_chip(painter: QPainter, area: QRectF, spec: ChipSpec) -> None:
    """Draws a chip into `area`."""
    colours = worn().tone(spec.tone)
    tall = int(area.height())
    box(painter, area, area.height() / 2, colours.fill, colours.line)
    at = area.left() + _pad(tall)
    if spec.icon:
        mark = _mark_size(tall)
        put_icon(painter, spec.icon, colours.ink, QPointF(at, area.center().y() - mark / 2), mark)
        at += mark + 4
    words = QRectF(at, area.top(), area.right() - at - _pad(tall) + 2, area.height())
    put_text(painter, words, spec.words, font(_face(tall)), colours.ink)


def _pad(tall: int) -> int:
    return 8 if tall >= 28 else 7


def _mark_size(tall: int) -> int:
    return 18 if tall >= 28 else 14


class Chip(QLabel):
    """A state in a word, an icon and a tone; read as one phrase. 22 px high, 30 in the shell."""

    def __init__(self, words: str, icon: str = "", tone: Tone = "neutral", *, tall: int = 22, says: str = "") -> None:
        super().__init__(words)
        self._spec = ChipSpec(words, icon, tone)
        self._tall = tall
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(_face(tall)))
        self.setFixedHeight(tall)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(says or words)

    @property
    def spec(self) -> ChipSpec:
        return self._spec

    def show_state(self, words: str, icon: str = "", tone: Tone = "neutral", says: str = "") -> None:
        """Shows another state."""
        spec = ChipSpec(words, icon, tone)
        self.setAccessibleName(says or words)
        if spec != self._spec:
            self._spec = spec
            self.setText(words)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return chip_size(self._spec, self._tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        draw_chip(painter, QRectF(self.rect()), self._spec)
        painter.end()


class SeverityChip(Chip):
    """How serious a refusal is; `count` turns it into `2 block`, `1 warns`."""

    def __init__(self, severity: Severity, *, count: int | None = None, place: str = "") -> None:
        words, icon, tone = SEVERITIES[severity]
        if count is not None:
            words = counted_severity(severity, count)
        super().__init__(words, icon, tone, says=f"{words}, {place}" if place else words)


def counted_severity(severity: Severity, count: int) -> str:
    """`1 blocks`, `2 block`, `1 needs manager`."""
    one, more = {"blocks": ("blocks", "block"), "warns": ("warns", "warn")}.get(
        severity, ("needs manager", "need manager")
    )
    return f"{count} {one if count == 1 else more}"


class AgeChip(Chip):
    """When a number was true: plain while within its rule, amber with the age in words past it.

    `now` gives an aware time in the zone to show; the words follow it by themselves while the chip is shown.
    `verb` is what happened then: `as of`, `locked`.
    """

    def __init__(
        self, as_of: datetime, rule: timedelta, now: Callable[[], datetime], *, verb: str = "as of", prefix: str = ""
    ) -> None:
        super().__init__("", "clock", "plain")
        self._as_of = as_of
        self._rule = rule
        self._now = now
        self._verb = verb
        self._prefix = prefix
        self._timer = QTimer(self, interval=15_000)
        self._timer.timeout.connect(self.reword)
        self.reword()

    def set_as_of(self, as_of: datetime, *, verb: str = "as of", prefix: str = "") -> None:
        """A newer number arrived."""
        self._as_of = as_of
        self._verb = verb
        self._prefix = prefix
        self.reword()

    def is_stale(self) -> bool:
        """Whether the number is past its rule."""
        return self._now() - self._as_of > self._rule

    def reword(self) -> None:
        """Says the age anew."""
        now = self._now()
        words = f"{self._verb} {time_text(self._as_of, now)}"
        words = f"{self._prefix}, {words}" if self._prefix else words
        if self.is_stale():
            words = f"{words}, {age_text(now - self._as_of)}"
            self.show_state(words, "triangle-alert", "warn", f"{words}, past its rule")
        else:
            self.show_state(words, "clock", "plain")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reword()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


class FilterChip(QAbstractButton):
    """A chip that is pressed: a filter with its count, on or off."""

    def __init__(self, words: str, count: int | None = None, *, icon: str = "", tall: int = 32) -> None:
        super().__init__()
        self._count = count
        self._icon = icon
        self.setText(words)
        self.setCheckable(True)
        self.setFixedHeight(tall)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()

    def set_count(self, count: int | None) -> None:
        if count != self._count:
            self._count = count
            self._name()
            self.updateGeometry()
            self.update()

    def _name(self) -> None:
        self.setAccessibleName(self.text() if self._count is None else f"{self.text()}, {self._count}")

    def sizeHint(self) -> QSize:
        wide = text_width(self.text(), font("label_strong")) + 20
        wide += 22 if self._icon else 0
        return QSize(
            wide + (text_width(str(self._count), font("label")) + 6 if self._count is not None else 0), self.height()
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        on = self.isChecked()
        fill = theme.accent_soft if on else theme.hover if self.underMouse() else theme.surface
        box(painter, area, 16, fill, theme.accent if on else theme.border_strong)
        if self.hasFocus():
            box(painter, area, 16, "", theme.focus, 2)
        ink = theme.accent if on else theme.text_2
        at = 10.0
        if self._icon:
            put_icon(painter, self._icon, ink, QPointF(at, (self.height() - 16) / 2), 16)
            at += 22
        face = font("label_strong")
        wide = text_width(self.text(), face)
        put_text(painter, QRectF(at, 0, wide + 1, self.height()), self.text(), face, ink)
        if self._count is not None:
            rest = QRectF(at + wide + 6, 0, self.width(), self.height())
            put_text(painter, rest, str(self._count), font("label"), ink if on else theme.text_3)
        painter.end()
