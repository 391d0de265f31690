"""A QR code, painted in whole pixels; what must not be scanned lies under a veil."""

from __future__ import annotations

import segno
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text
from agent_desk.desk.ui.theme import Tone

SIDE = 264
_QUIET = 4
"""Modules of white around a code, without which phones do not see it."""
_INK, _FAINT, _PAPER = "#0B1421", "#C7D0DC", "#FFFFFF"
"""The same in the dark theme: phones read dark on light."""


class QrCode(QWidget):
    """Shows a text as a code of level M; with a veil nobody can scan it."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._rows: tuple[tuple[bool, ...], ...] = ()
        self._veil: tuple[str, str, Tone] | None = None
        self.setFixedSize(QSize(SIDE, SIDE))

    def put(self, text: str, veil: tuple[str, str, Tone] | None = None) -> None:
        """`veil` is icon, words and tone; under a veil the code that was shown before stays, faint."""
        if text and text != self._text:
            self._text = text
            self._rows = tuple(tuple(map(bool, row)) for row in segno.make(text, error="m", micro=False).matrix)
        elif not text and veil is None:
            self._text, self._rows = "", ()
        self._veil = veil
        self.setAccessibleName(veil[1] if veil else "Code for the customer's phone" if self._rows else "No code yet")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        theme = worn()
        area = QRectF(self.rect())
        box(painter, area, 8, _PAPER, theme.border)
        if self._rows:
            step = SIDE // (len(self._rows) + 2 * _QUIET)
            start = (SIDE - step * len(self._rows)) // 2
            ink = QColor(_FAINT if self._veil else _INK)
            for at, row in enumerate(self._rows):
                for along, dark in enumerate(row):
                    if dark:
                        painter.fillRect(start + along * step, start + at * step, step, step, ink)
        elif self._veil is None:
            middle = QPointF(SIDE / 2 - 14, SIDE / 2 - 26)
            put_icon(painter, "loader-circle", _FAINT, middle, 28)
            words = QRectF(0, SIDE / 2 + 6, SIDE, 20)
            put_text(painter, words, "Opening", font("label"), "#5B6878", align=Qt.AlignmentFlag.AlignHCenter)
        if self._veil is not None:
            icon, words_, tone = self._veil
            colours = theme.tone(tone)
            plate = QRectF(SIDE / 2 - 92, SIDE / 2 - 44, 184, 88)
            box(painter, plate, 8, theme.surface, colours.ink, 1.5)
            put_icon(painter, icon, colours.ink, QPointF(SIDE / 2 - 14, plate.top() + 14), 28)
            words = QRectF(plate.left(), plate.top() + 52, plate.width(), 20)
            put_text(painter, words, words_, font("strong"), colours.ink, align=Qt.AlignmentFlag.AlignHCenter)
        painter.end()
