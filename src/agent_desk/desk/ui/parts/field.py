"""Fields to type into: label above, suffix inside, message under."""

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import FontRole, font
from agent_desk.desk.ui.parts.painting import painter_on, put_text, text_width
from agent_desk.desk.ui.parts.text import Mark, Text, plain_tip
from agent_desk.domain.values import storable

FieldState = Literal["", "error", "warn", "locked"]

_MESSAGE = {"error": ("circle-alert", "danger"), "warn": ("triangle-alert", "warn")}


class Entry(QLineEdit):
    """The bare box of a field: a state, a suffix painted inside, text shown from its start.

    For grids, where the label is the column's head; give `says` as its name for readers.
    """

    left = Signal()

    def __init__(
        self,
        text: str = "",
        *,
        suffix: str = "",
        right: bool = False,
        height: int = 34,
        role: FontRole = "body",
        says: str = "",
        hint: str = "",
    ) -> None:
        super().__init__()
        self._suffix = ""
        self.setFont(font(role))
        self.setFixedHeight(height)
        self.setPlaceholderText(hint)
        self.setAccessibleName(says)
        if right:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_suffix(suffix)
        self.put(text)

    def text(self) -> str:
        """What is typed, as far as it can be stored."""
        return storable(super().text())

    @property
    def suffix(self) -> str:
        return self._suffix

    @property
    def state(self) -> FieldState:
        state: FieldState = self.property("state") or ""
        return state

    def put(self, text: str) -> None:
        """Sets the text from code; the start of a long one stays in view. Leaves a field alone that shows it."""
        if text != super().text():
            self.setText(text)
            if not self.hasFocus():
                self.setCursorPosition(0)

    def set_suffix(self, suffix: str) -> None:
        """The unit or currency shown after the text."""
        self._suffix = suffix
        room = text_width(suffix, self._suffix_face()) + 6 if suffix else 0
        self.setTextMargins(0, 0, room, 0)
        self.update()

    def set_state(self, state: FieldState, why: str = "") -> None:
        """Shows an error, a warning or a lock; `why` is read with the field and shown as tooltip."""
        if state != self.state:
            self.setProperty("state", state)
            self.setReadOnly(state == "locked")
            self.style().unpolish(self)
            self.style().polish(self)
        if why != self.accessibleDescription():
            self.setAccessibleDescription(why)
            self.setToolTip(plain_tip(why))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undoes = event.matches(QKeySequence.StandardKey.Undo)
            if undoes and (self.isReadOnly() or not self.isUndoAvailable()):
                event.ignore()  # nothing was typed here: what a notice offers is undone instead
                return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setCursorPosition(0)  # a long text shows its beginning, not its end
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._suffix:
            painter = painter_on(self)
            area = QRectF(self.rect()).adjusted(0, 0, -9, 0)
            put_text(painter, area, self._suffix, self._suffix_face(), worn().text_3, align=Qt.AlignmentFlag.AlignRight)
            painter.end()

    def _suffix_face(self) -> QFont:
        return font("body" if self.font().pixelSize() < 22 else "wbody")


class Field(QWidget):
    """A labelled field with its message under it.

    The state is never told by colour alone: an error or warning has an icon and a sentence.
    """

    edited = Signal(str)
    entered = Signal()

    def __init__(
        self,
        label: str,
        text: str = "",
        *,
        suffix: str = "",
        hint: str = "",
        right: bool = False,
        height: int = 32,
        role: FontRole = "body",
        with_message: bool = False,
    ) -> None:
        super().__init__()
        self.label = Text(label, "label" if height < 48 else "wbody", "text_2")
        self.entry = Entry(text, suffix=suffix, right=right, height=height, role=role, says=label, hint=hint)
        self.label.setBuddy(self.entry)
        if not label:
            self.label.hide()  # showing it before it has a parent would flash it as a window
        self.setFocusProxy(self.entry)
        self._mark = Mark("circle-alert", "danger", 14)
        self._message = Text("", "label", "text_3", elides=not with_message, wraps=with_message)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(self._mark, 0, top)
        line.addWidget(self._message, 1, top)
        under = QWidget()
        under.setLayout(line)
        under.setFixedHeight(34 if with_message else 18)
        self._under = under
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addWidget(self.entry)
        column.addWidget(under)
        self._keep_room = with_message
        self._mark.hide()
        under.setVisible(with_message)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.entry.textEdited.connect(self.edited)
        self.entry.returnPressed.connect(self.entered)

    def text(self) -> str:
        """What is typed, without blanks around it."""
        return self.entry.text().strip()

    def put(self, text: str) -> None:
        """Sets the text from code."""
        self.entry.put(text)

    def set_state(self, state: FieldState, message: str = "") -> None:
        """Shows a state and its sentence."""
        self.entry.set_state(state, message)
        icon, role = _MESSAGE.get(state, ("", "text_3"))
        self._mark.setVisible(bool(icon and message))
        if icon:
            self._mark.set_mark(icon, role)
        self._message.set_tone(role)
        self._message.setText(message)
        self._under.setVisible(self._keep_room or bool(message))

    def sizeHint(self) -> QSize:
        return QSize(120, super().sizeHint().height())


class UnitField(Field):
    """A number with a unit: right aligned; the text stays as typed, so the typed unit is exact.

    A unit typed after the number (`12.5 kg`) is left in the text for the page to read; `set_unit` changes the one
    that is shown behind it.
    """

    def __init__(self, label: str, text: str = "", *, unit: str, height: int = 34, role: FontRole = "medium") -> None:
        super().__init__(label, text, suffix=unit, right=True, height=height, role=role)
        self.entry.setAccessibleName(f"{label}, in {unit}")

    def set_unit(self, unit: str) -> None:
        """Changes the unit shown; the number is the page's to convert."""
        self.entry.set_suffix(unit)
        self.entry.setAccessibleName(f"{self.label.words()}, in {unit}")


class MoneyField(Field):
    """An amount with its currency behind it, right aligned."""

    def __init__(
        self, label: str, text: str = "", *, currency: str, height: int = 32, role: FontRole = "medium"
    ) -> None:
        super().__init__(label, text, suffix=currency, right=True, height=height, role=role)
        self.entry.setAccessibleName(f"{label}, {currency}")
