"""A piece to scale inside the side limit."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import hatch, painter_on, put_text, text_width
from agent_desk.desk.ui.theme import Theme

_DEPTH = (0.42, -0.26)  # where depth goes on the page, as a share of the side


@dataclass(frozen=True, slots=True)
class Piece:
    """What to draw: three sides and the limit of one side, all in the same unit; words for the figures."""

    length: float
    width: float
    height: float
    side_limit: float
    length_words: str
    limit_words: str
    over_words: str = ""


class _Corners:
    """The faces of a box of that length, depth and height whose lower left front corner is `origin`."""

    def __init__(self, origin: QPointF, scale: float, length: float, depth: float, height: float) -> None:
        across, up = QPointF(length * scale, 0), QPointF(0, -height * scale)
        away = QPointF(depth * scale * _DEPTH[0], depth * scale * _DEPTH[1])
        self.front = QPolygonF([origin, origin + across, origin + across + up, origin + up])
        self.back = self.front.translated(away)
        self.top = QPolygonF([origin + up, origin + up + across, origin + up + across + away, origin + up + away])
        edge = origin + across
        self.side = QPolygonF([edge, edge + away, edge + away + up, edge + up])


class BoxDrawing(QWidget):
    """The piece as a box in the dashed cube of the side limit; the part outside is red and hatched."""

    def __init__(self, piece: Piece | None = None) -> None:
        super().__init__()
        self._piece = piece
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.put(piece)

    def put(self, piece: Piece | None) -> None:
        """Draws another piece, or only says that the sides are missing."""
        self._piece = piece
        if piece is None:
            self.setAccessibleName("No drawing: fill the three sides")
        else:
            says = f"Drawing to scale, length {piece.length_words}, {piece.limit_words}"
            self.setAccessibleName(f"{says}, {piece.over_words}" if piece.over_words else says)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(238, 200)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        if self._piece is None:
            middle = Qt.AlignmentFlag.AlignHCenter
            put_text(painter, QRectF(self.rect()), "Fill the three sides", font("label"), theme.text_3, align=middle)
        else:
            self._draw(painter, theme, self._piece)
        painter.end()

    def _draw(self, painter: QPainter, theme: Theme, piece: Piece) -> None:
        longest = max(piece.length, piece.side_limit)
        wide = longest + piece.side_limit * _DEPTH[0]
        tall = max(piece.side_limit, piece.height) - piece.side_limit * _DEPTH[1]
        scale = min((self.width() - 16) / wide, (self.height() - 44) / tall)
        origin = QPointF(8, self.height() - 28)
        cube = _Corners(origin, scale, piece.side_limit, piece.side_limit, piece.side_limit)
        pen = QPen(QColor(theme.text_3), 1.2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for face in (cube.front, cube.back):
            painter.drawPolygon(face)
        for near, far in zip(cube.front.toList(), cube.back.toList(), strict=True):
            painter.drawLine(near, far)
        self._draw_box(painter, theme, piece, origin, scale)
        self._draw_words(painter, theme, piece, origin, scale, cube)

    @staticmethod
    def _draw_box(painter: QPainter, theme: Theme, piece: Piece, origin: QPointF, scale: float) -> None:
        inside = min(piece.length, piece.side_limit)
        parts = [(0.0, inside, (theme.box_1, theme.box_2, theme.box_3))]
        if piece.length > piece.side_limit:
            red = (theme.danger_fill, theme.danger_fill, theme.danger_fill)
            parts.append((inside, piece.length - inside, red))
        for start, length, (top, front, side) in parts:
            corners = _Corners(origin + QPointF(start * scale, 0), scale, length, piece.width, piece.height)
            painter.setPen(QPen(QColor(theme.box_3 if not start else theme.danger), 1))
            for face, colour in ((corners.side, side), (corners.top, top), (corners.front, front)):
                painter.setBrush(QColor(colour))
                painter.drawPolygon(face)
            if start:
                hatch(painter, corners.front.boundingRect(), theme.on_danger)

    @staticmethod
    def _draw_words(  # noqa: PLR0917 - one drawing in two steps
        painter: QPainter, theme: Theme, piece: Piece, origin: QPointF, scale: float, cube: _Corners
    ) -> None:
        face = font("caption_strong")
        over = bool(piece.over_words)
        ink = theme.danger if over else theme.text_2
        right = origin.x() + piece.length * scale
        low = origin.y() + 12
        painter.setPen(QPen(QColor(ink), 1.2))
        painter.drawLine(QPointF(origin.x(), low), QPointF(right, low))
        for at in (origin.x(), right):
            painter.drawLine(QPointF(at, low - 4), QPointF(at, low + 4))
        wide = text_width(piece.length_words, face) + 10
        words = QRectF((origin.x() + right - wide) / 2, low - 8, wide, 16)
        if wide < right - origin.x():
            painter.fillRect(words, QColor(theme.surface))
        else:
            words.moveLeft(right + 4)
        put_text(painter, words, piece.length_words, face, ink, align=Qt.AlignmentFlag.AlignHCenter)
        back = cube.back.boundingRect()
        limit = QRectF(back.left() + 6, back.top() + 2, back.width() - 8, 16)
        put_text(painter, limit, piece.limit_words, font("caption"), theme.text_2)
        if over:
            wide = text_width(piece.over_words, face) + 2
            tip = QPointF(right, origin.y() - piece.height * scale)
            spot = QRectF(right - 4, tip.y() - 48, wide, 16)
            spot.moveRight(min(spot.right(), cube.back.boundingRect().right() + 24))
            painter.setPen(QPen(QColor(theme.danger), 1.2))
            painter.drawLine(tip, QPointF(spot.left() + 14, spot.bottom()))
            put_text(painter, spot, piece.over_words, face, theme.danger)
