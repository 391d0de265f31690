"""Looks over a window for what a person would see is wrong: clipped words, parts outside their parents."""

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QLineEdit, QWidget

from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.chip import Chip, FilterChip
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.painting import text_width
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.parts.tiles import TenderTile

_ROUNDING = 1


def check(window: QWidget) -> list[str]:
    """What is clipped or outside its parent in `window` as it is shown now, a sentence each; empty when all is well.

    Texts marked as eliding may be short of room; content of scroll areas may lie outside the view.
    """
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window):
            found += [f"{_name(widget)}: {trouble}" for trouble in _troubles(widget)]
    return found


def _troubles(widget: QWidget) -> list[str]:
    troubles = []
    clipped = _clipped(widget)
    if clipped:
        troubles.append(clipped)
    parent = widget.parentWidget()
    if parent is not None and not widget.isWindow() and not _may_lie_outside(widget, parent):
        room = parent.rect().adjusted(-_ROUNDING, -_ROUNDING, _ROUNDING, _ROUNDING)
        if not room.contains(widget.geometry()):
            troubles.append(f"lies outside its parent {_said(widget.geometry())} in {_said(parent.rect())}")
    return troubles


def _clipped(widget: QWidget) -> str:
    if isinstance(widget, (ActionButton, Chip, FilterChip, KeyCap, TenderTile)):
        needs = widget.minimumSizeHint() if not isinstance(widget, KeyCap) else widget.minimumSize()
        if widget.width() + _ROUNDING < needs.width() or widget.height() + _ROUNDING < needs.height():
            return f"is clipped, has {widget.width()} of {needs.width()} px"
        return ""
    if isinstance(widget, QLabel):
        return _clipped_label(widget)
    if isinstance(widget, QLineEdit) and not widget.hasFocus():
        room = widget.width() - 16 - widget.textMargins().left() - widget.textMargins().right()
        needs_px = text_width(widget.text() or widget.placeholderText(), widget.font())
        if needs_px > room + _ROUNDING and widget.text():
            return f"shows only part of its text, has {room} of {needs_px} px"
    return ""


def _clipped_label(label: QLabel) -> str:
    if isinstance(label, Text) and label.elides:
        return ""
    room = label.contentsRect()
    if label.wordWrap():
        needs = label.heightForWidth(label.width())
        return f"is clipped, has {room.height()} of {needs} px in height" if room.height() + 2 < needs else ""
    wide = max((text_width(line, label.font()) for line in label.text().splitlines()), default=0)
    if wide > room.width() + _ROUNDING:
        return f"is clipped, has {room.width()} of {wide} px"
    tall = label.fontMetrics().height()
    return (
        f"is clipped, has {room.height()} of {tall} px in height" if label.text() and room.height() + 2 < tall else ""
    )


def _may_lie_outside(widget: QWidget, parent: QWidget) -> bool:
    if widget.property("floats"):
        return True
    above = parent.parentWidget()
    in_view = isinstance(above, QAbstractScrollArea) and above.viewport() is parent
    return in_view or isinstance(parent, QAbstractScrollArea)


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{widget.accessibleName() or widget.objectName()}”"


def _said(area: QRect) -> str:
    return f"({area.x()}, {area.y()}, {area.width()}, {area.height()})"
