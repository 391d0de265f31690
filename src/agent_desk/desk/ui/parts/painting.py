"""The strokes every painted part shares."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.icons import icon


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
    painter.setPen(QPen(QColor(edge), width) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
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
    painter.setFont(face)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) + 1)
    painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def text_width(text: str, face: QFont) -> int:
    """How many px `text` takes in one line."""
    return QFontMetrics(face).horizontalAdvance(text)


def faded(colour: str, opacity: float) -> QColor:
    """The colour let through by `opacity`, 0 to 1."""
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made
