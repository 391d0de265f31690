"""Words, lines and single icons."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import FontRole, font
from agent_desk.desk.ui.parts.painting import painter_on, put_icon


def plain_tip(words: str) -> str:
    """The words as a tooltip that shows them as they are: Qt would take what looks like markup for markup."""
    return Qt.convertFromPlainText(words) if Qt.mightBeRichText(words) else words


class Text(QLabel):
    """Words in a role of the type table and a colour of the theme.

    `tone` is a text role: text, text_2, text_3, accent, ok, warn, danger, mgr, on_accent. Plain text only: what the
    customer typed is never read as markup. Where `elides`, what does not fit is shortened and kept as tooltip.
    """

    def __init__(
        self,
        words: str = "",
        role: FontRole = "body",
        tone: str = "text",
        *,
        wraps: bool = False,
        elides: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__()
        self._whole = words
        self._elides = elides
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(role))
        self.setProperty("tone", tone)
        self.setWordWrap(wraps)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        upright = QSizePolicy.Policy.Minimum if wraps else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Ignored if elides else QSizePolicy.Policy.Preferred, upright)
        self.setText(words)

    @property
    def elides(self) -> bool:
        return self._elides

    def words(self) -> str:
        """The whole text, also where it is shown shortened."""
        return self._whole

    def setText(self, words: str) -> None:
        if words == self._whole == self.accessibleName():
            return
        self._whole = words
        self.setAccessibleName(words)
        if self._elides:
            self._shorten()
        elif super().text() != words:
            super().setText(words)

    def set_tone(self, tone: str) -> None:
        """Changes the colour role."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def set_role(self, role: FontRole) -> None:
        """Changes the type role."""
        self.setFont(font(role))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elides:
            self._shorten()

    def _shorten(self) -> None:
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(room, 0))
        super().setText(shown)
        tip = plain_tip(self._whole) if shown != self._whole else ""
        if tip != self.toolTip():
            self.setToolTip(tip)


class Rule(QFrame):
    """A thin line inside a card."""

    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        self._upright = upright
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        painter.fillRect(self.rect(), QColor(worn().divider))
        painter.end()


class Mark(QWidget):
    """One icon in the colour of a role; give `says` where no word stands beside it."""

    def __init__(self, name: str, role: str = "text_2", size: int = 18, says: str = "") -> None:
        super().__init__()
        self._name = name
        self._role = role
        self._size = size
        self.setFixedSize(size, size)
        self.setAccessibleName(says)

    def set_mark(self, name: str, role: str) -> None:
        """Changes icon and colour role."""
        if (name, role) != (self._name, self._role):
            self._name = name
            self._role = role
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        put_icon(painter, self._name, worn().role(self._role), QPointF(0, 0), self._size)
        painter.end()
