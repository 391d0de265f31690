"""The key that does the same as the thing it is shown on."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, faded, painter_on, put_text, text_width


def cap_size(caption: str, tall: int = 18) -> QSize:
    """The room a key cap takes."""
    face = font("label_strong" if tall > 20 else "caption_strong")
    return QSize(max(text_width(caption, face) + 10, 24), tall)


def draw_cap(painter: QPainter, area: QRectF, caption: str, *, on_fill: str = "", dimmed: bool = False) -> None:
    """Draws a key cap; `on_fill` is the ink of a filled button it lies on."""
    theme = worn()
    if on_fill:
        painter.setPen(faded(on_fill, 0.65))
        painter.setBrush(faded(on_fill, 0.14))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    else:
        box(painter, area, 4, theme.keycap, theme.border)
    face = font("label_strong" if area.height() > 20 else "caption_strong")
    ink = on_fill or (theme.text_3 if dimmed else theme.text_2)
    put_text(painter, area, caption, face, ink, align=Qt.AlignmentFlag.AlignHCenter)


class KeyCap(QLabel):
    """A key drawn as a key: `F4`, `Ctrl K`."""

    def __init__(self, caption: str, tall: int = 18) -> None:
        super().__init__(caption)
        self._tall = tall
        self.setFont(font("label_strong" if tall > 20 else "caption_strong"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(f"Key {caption}")
        self.setFixedSize(cap_size(caption, tall))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        draw_cap(painter, QRectF(self.rect()), self.text())
        painter.end()
