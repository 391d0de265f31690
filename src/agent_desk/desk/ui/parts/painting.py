"""The strokes every painted part shares."""

from functools import lru_cache
from math import floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.icons import icon

_KEPT = 2048
"""Of what was worked out to paint something, as it is likely to be painted again."""
_BREAKS = dict.fromkeys(map(ord, "\t\n\r\u2028\u2029"), " ")


def painter_on(widget: QWidget) -> QPainter:
    """A painter on `widget` with smooth edges; end it before the paint event returns."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def box(  # noqa: PLR0917 - a stroke reads like the calls of the painter around it
    painter: QPainter, area: QRectF, radius: float, fill: str = "", edge: str = "", width: float = 1.0
) -> None:
    """A rounded box whose edge lies wholly inside `area`."""
    inner = area.adjusted(width / 2, width / 2, -width / 2, -width / 2) if edge else area
    painter.setPen(QPen(colour_of(edge), width) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(colour_of(fill) if fill else Qt.BrushStyle.NoBrush)
    least = min(inner.width(), inner.height()) / 2
    painter.drawRoundedRect(inner, min(radius, least), min(radius, least))


def hatch(painter: QPainter, area: QRectF, colour: str, step: float = 4.0) -> None:
    """Slanted lines over `area`: the mark of what lies over a limit."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QColor(colour), 1.5))
    at = area.left() - area.height()
    while at < area.right():
        painter.drawLine(QPointF(at, area.bottom()), QPointF(at + area.height(), area.top()))
        at += step
    painter.restore()


def put_icon(painter: QPainter, name: str, colour: str, at: QPointF, size: int) -> None:
    """The icon `name` with its upper left corner at `at`."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QPointF(round(at.x()), round(at.y())), icon(name, colour, size, ratio))


def put_text(
    painter: QPainter,
    area: QRectF,
    text: str,
    face: QFont,
    colour: str,
    *,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line of text in `area`, shortened with an ellipsis where it does not fit."""
    room = int(area.width()) + 1
    shown = text if _laid_out(text, face).size().width() <= room else _shortened(text, face, room)
    left = area.left()
    if align is not Qt.AlignmentFlag.AlignLeft:
        over = area.width() - _advance(shown, face)
        left += over if align is Qt.AlignmentFlag.AlignRight else over / 2
    put_line(painter, QPointF(left, area.top() + (area.height() - _tall(face)) / 2), shown, face, colour)


def put_line(painter: QPainter, at: QPointF, text: str, face: QFont, colour: str) -> None:
    """One line of text, whole, with its upper left corner at `at`."""
    painter.setFont(face)
    painter.setPen(colour_of(colour))
    painter.drawStaticText(at, _laid_out(text, face))


def text_width(text: str, face: QFont) -> int:
    """How many px `text` takes in one line."""
    return floor(_advance(text, face) + 0.5)


@lru_cache(_KEPT)
def _laid_out(text: str, face: QFont) -> QStaticText:
    # finding the shapes and places of letters takes longer than drawing them, and most text is painted many times
    line = QStaticText(text.translate(_BREAKS))
    line.setTextFormat(Qt.TextFormat.PlainText)
    line.prepare(font=face)
    return line


@lru_cache(_KEPT)
def _shortened(text: str, face: QFont, room: int) -> str:
    return QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, room)


@lru_cache(_KEPT)
def _advance(text: str, face: QFont) -> float:
    return QFontMetricsF(face).horizontalAdvance(text)


@lru_cache(_KEPT)
def _tall(face: QFont) -> float:
    return QFontMetricsF(face).height()


@lru_cache(_KEPT)
def colour_of(name: str) -> QColor:
    """The colour of a name such as `#RRGGBB`; not to be changed."""
    return QColor(name)


def faded(colour: str, opacity: float) -> QColor:
    """The colour let through by `opacity`, 0 to 1."""
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made
