"""Buttons: what a press does, on which key, and why not now."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import FontRole, font
from agent_desk.desk.ui.parts.keycap import cap_size, draw_cap
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width
from agent_desk.desk.ui.parts.text import plain_tip
from agent_desk.desk.ui.theme import Theme

ButtonKind = Literal["primary", "secondary", "tonal", "quiet", "mgr", "danger"]

BUSY_AFTER_MS = 150


@dataclass(frozen=True, slots=True)
class _Look:
    ink: str
    fill: str
    edge: str
    ring: str


def _look(theme: Theme, kind: ButtonKind, *, raised: bool) -> _Look:
    match kind:
        case "primary":
            fill = theme.accent_hover if raised else theme.accent_fill
            return _Look(theme.on_accent, fill, "", theme.on_accent)
        case "secondary":
            return _Look(theme.text, theme.hover if raised else theme.surface, theme.border_strong, theme.focus)
        case "tonal":
            edge = theme.accent if raised else theme.accent_line
            return _Look(theme.accent, theme.accent_soft, edge, theme.focus)
        case "quiet":
            return _Look(theme.accent, theme.hover if raised else "", "", theme.focus)
        case "mgr":
            return _Look(theme.mgr, theme.mgr_soft if raised else theme.surface, theme.mgr, theme.focus)
        case "danger":
            return _Look(theme.danger, theme.danger_soft if raised else theme.surface, theme.danger, theme.focus)


class ActionButton(QPushButton):
    """A button with an icon and a key cap.

    `set_not_now(why)` keeps it focusable: a press then emits `refused(why)` instead of `clicked`. `set_busy("Saving")`
    shows after 150 ms, without changing the width. Heights 28 to 64 px; `stretch_key` puts the key cap at the right
    end of a wide button, as on the commit button of a page.
    """

    refused = Signal(str)

    def __init__(
        self,
        words: str,
        kind: ButtonKind = "secondary",
        *,
        key: str = "",
        icon: str = "",
        height: int = 36,
        stretch_key: bool = False,
    ) -> None:
        super().__init__(words)
        self._kind: ButtonKind = kind
        self._key = key
        self._icon = icon
        self._stretch_key = stretch_key
        self._why = ""
        self._busy = ""
        self._busy_timer = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(self.update)
        self.setFont(font(self._role(height)))
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()

    @staticmethod
    def _role(height: int) -> FontRole:
        if height >= 60:
            return "wstrong"
        return "strong" if height >= 32 else "label_strong"

    @property
    def key(self) -> str:
        return self._key

    @property
    def why_not(self) -> str:
        """Why a press would be refused; empty where it would not."""
        return self._why

    def set_words(self, words: str) -> None:
        """Changes the words and what a reader says."""
        if words != self.text():
            self.setText(words)
            self._name()
            self.updateGeometry()

    def set_icon(self, name: str) -> None:
        if name != self._icon:
            self._icon = name
            self.update()

    def set_key(self, key: str) -> None:
        """Changes the key cap."""
        if key != self._key:
            self._key = key
            self._name()
            self.updateGeometry()
            self.update()

    def set_kind(self, kind: ButtonKind) -> None:
        if kind != self._kind:
            self._kind = kind
            self.update()

    def set_not_now(self, why: str) -> None:
        """Says why a press is refused now; an empty `why` frees the button."""
        if why != self._why:
            self._why = why
            self.setToolTip(plain_tip(why))
            self._name()
            self.update()

    def is_busy(self) -> bool:
        return bool(self._busy)

    def set_busy(self, words: str) -> None:
        """Shows `words` while the action runs and refuses a second press; empty words end it."""
        self._busy = words
        if words:
            self._busy_timer.start()
        else:
            self._busy_timer.stop()
            self.update()

    def click(self) -> None:
        """Presses the button, or says why not."""
        if not self._refuse():
            super().click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._refuse():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self._content_width() + 2 * self._pad(), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        look = _look(theme, self._kind, raised=self.underMouse() or self.isDown())
        idle = bool(self._why) or self._is_shown_busy() or not self.isEnabled()
        if idle:
            look = _Look(theme.text_3, theme.sunken, theme.border, theme.focus)
        area = QRectF(self.rect())
        box(painter, area, 6, look.fill, look.edge)
        if self.hasFocus():
            inside = area.adjusted(3, 3, -3, -3) if look.ring == look.ink else area
            box(painter, inside, 5, "", look.ring, 2)
        self._draw_content(painter, look.ink, filled=self._kind == "primary" and not idle)
        painter.end()

    def _draw_content(self, painter: QPainter, ink: str, *, filled: bool) -> None:
        busy = self._is_shown_busy()
        shown_icon = "loader-circle" if busy else self._icon
        words = self._busy if busy else self.text()
        cap = cap_size(self._key, self._cap_tall()) if self._key else QSize()
        gap = self._gap()
        middle = self.height() / 2
        pulled = cap.width() + gap if self._key and self._stretch_key else 0
        at = (self.width() - self._content_width() + (pulled if self._stretch_key else 0)) / 2
        if self._stretch_key:
            at = min(at, self.width() - self._content_width() - self._pad())
        at = max(at, self._pad())
        if shown_icon:
            size = self._icon_size()
            put_icon(painter, shown_icon, ink, QPointF(at, middle - size / 2), size)
            at += size + gap
        wide = text_width(words, self.font())
        put_text(painter, QRectF(at, 0, wide + 1, self.height()), words, self.font(), ink)
        if self._key:
            left = self.width() - self._pad() - cap.width() if self._stretch_key else at + wide + gap
            spot = QRectF(left, middle - cap.height() / 2, cap.width(), cap.height())
            draw_cap(painter, spot, self._key, on_fill=ink if filled else "", dimmed=bool(self._why))

    def _content_width(self) -> int:
        wide = text_width(self.text(), self.font())
        if self._icon:
            wide += self._icon_size() + self._gap()
        if self._key:
            wide += cap_size(self._key, self._cap_tall()).width() + self._gap()
        return wide

    def _pad(self) -> int:
        return 16 if self.height() >= 60 else 12

    def _gap(self) -> int:
        return 8

    def _icon_size(self) -> int:
        if self.height() >= 60:
            return 26
        return 20 if self.height() >= 32 else 16

    def _cap_tall(self) -> int:
        return 22 if self.height() >= 60 else 18

    def _is_shown_busy(self) -> bool:
        return bool(self._busy) and not self._busy_timer.isActive()

    def _refuse(self) -> bool:
        if self._busy:
            return True
        if self._why:
            self.refused.emit(self._why)
            return True
        return False

    def _name(self) -> None:
        self.setShortcut(QKeySequence())  # an ampersand in a name is no key
        self.setAccessibleName(f"{self.text()}, key {self._key}" if self._key else self.text())
        self.setAccessibleDescription(f"Not now: {self._why}" if self._why else "")


class IconButton(QPushButton):
    """A small square button of one icon; `says` is its name and tooltip."""

    def __init__(self, icon: str, says: str, *, size: int = 28, role: str = "text_2") -> None:
        super().__init__()
        self._icon = icon
        self._role = role
        self.setFixedSize(size, size)
        self.setToolTip(says)
        self.setAccessibleName(says)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        if self.underMouse() or self.isDown():
            box(painter, area, 6, theme.sunken)
        if self.hasFocus():
            box(painter, area, 6, "", theme.focus, 2)
        size = 18 if self.width() >= 28 else 14
        corner = QPointF((self.width() - size) / 2, (self.height() - size) / 2)
        put_icon(painter, self._icon, theme.role(self._role), corner, size)
        painter.end()
