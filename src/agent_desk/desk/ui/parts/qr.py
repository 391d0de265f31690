"""A QR code, painted in whole pixels; what must not be scanned lies under a veil."""

from __future__ import annotations

import segno
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text
from agent_desk.desk.ui.theme import CODE_FAINT, CODE_INK, CODE_PAPER, CODE_WORDS, Tone

SIDE = 264
_QUIET = 4
"""Modules of white around a code, without which phones do not see it."""
_LEAST_STEP = 2
"""Pixels of a module."""


def _modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Dark and light; nothing of a text that no code holds or no phone could read at this size."""
    try:
        # the lowest level: long links stay coarse enough to be read off a screen
        code = segno.make(text, error="l", micro=False)
    except segno.DataOverflowError:
        return ()
    rows = tuple(tuple(map(bool, row)) for row in code.matrix)
    return rows if SIDE // (len(rows) + 2 * _QUIET) >= _LEAST_STEP else ()


class QrCode(QWidget):
    """Shows a text as a code; with a veil nobody can scan it, and what is too long for one has to be copied."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._rows: tuple[tuple[bool, ...], ...] = ()
        self._veil: tuple[str, str, Tone] | None = None
        self.setFixedSize(QSize(SIDE, SIDE))

    def put(self, text: str, veil: tuple[str, str, Tone] | None = None) -> None:
        """`veil` is icon, words and tone; under a veil the code that was shown before stays, faint."""
        if text and text != self._text:
            self._text, self._rows = text, _modules(text)
        elif not text and veil is None:
            self._text, self._rows = "", ()
        self._veil = veil
        said = "Code for the customer's phone" if self._rows else "Too long for a code" if self._text else "No code yet"
        self.setAccessibleName(veil[1] if veil else said)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        theme = worn()
        area = QRectF(self.rect())
        box(painter, area, 8, CODE_PAPER, theme.border)
        if self._rows:
            step = SIDE // (len(self._rows) + 2 * _QUIET)
            start = (SIDE - step * len(self._rows)) // 2
            ink = QColor(CODE_FAINT if self._veil else CODE_INK)
            for at, row in enumerate(self._rows):
                for along, dark in enumerate(row):
                    if dark:
                        painter.fillRect(start + along * step, start + at * step, step, step, ink)
        elif self._veil is None:
            middle = QPointF(SIDE / 2 - 14, SIDE / 2 - 26)
            put_icon(painter, "qr-code", CODE_FAINT, middle, 28)
            words = QRectF(0, SIDE / 2 + 6, SIDE, 20)
            put_text(
                painter,
                words,
                "Too long: copy the link" if self._text else "Opening",
                font("label"),
                CODE_WORDS,
                align=Qt.AlignmentFlag.AlignHCenter,
            )
        if self._veil is not None:
            icon, words_, tone = self._veil
            colours = theme.tone(tone)
            plate = QRectF(SIDE / 2 - 92, SIDE / 2 - 44, 184, 88)
            box(painter, plate, 8, theme.surface, colours.ink, 1.5)
            put_icon(painter, icon, colours.ink, QPointF(SIDE / 2 - 14, plate.top() + 14), 28)
            words = QRectF(plate.left(), plate.top() + 52, plate.width(), 20)
            put_text(painter, words, words_, font("strong"), colours.ink, align=Qt.AlignmentFlag.AlignHCenter)
        painter.end()
