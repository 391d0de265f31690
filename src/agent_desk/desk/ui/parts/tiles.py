"""Cards that are pressed: a service to choose, a tender to take."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.chip import ChipSpec, chip_size, draw_chip
from agent_desk.desk.ui.parts.keycap import cap_size, draw_cap
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width
from agent_desk.desk.ui.parts.text import plain_tip
from agent_desk.desk.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """A service as shown; `why_not` keeps the card and says why it cannot be chosen."""

    key: str
    icon: str
    name: str
    under: str
    usd: str = ""
    gyd: str = ""
    chip: ChipSpec | None = None
    why_not: str = ""


class _Tile(QAbstractButton):
    """A painted card that is on or off; a press that is refused emits `refused(why)`."""

    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def why_not(self) -> str:
        return ""

    def click(self) -> None:
        """Presses the card, or says why not."""
        if self.why_not():
            self.refused.emit(self.why_not())
        else:
            super().click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.why_not():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.refused.emit(self.why_not())
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.click()
            return
        super().keyPressEvent(event)

    def draw_frame(self, painter: QPainter, theme: Theme, radius: int) -> None:
        """The card's fill and edge for its state."""
        on = self.isChecked() and not self.why_not()
        raised = self.underMouse() and not self.why_not()
        fill = theme.accent_soft if on else theme.hover if raised else theme.surface
        edge = theme.accent if on else theme.border
        box(painter, QRectF(self.rect()), radius, fill, edge, 2 if on else 1)
        if self.hasFocus():
            box(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, "", theme.focus, 2)


class ServiceCard(_Tile):
    """A service with its time and price. Put the cards of a page into one exclusive QButtonGroup."""

    def __init__(self, offer: ServiceOffer) -> None:
        super().__init__()
        self.setAutoExclusive(True)
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._offer = offer
        self.put(offer)

    @property
    def offer(self) -> ServiceOffer:
        return self._offer

    def put(self, offer: ServiceOffer) -> None:
        """Shows another price or reason."""
        self._offer = offer
        self.setText(offer.name)
        says = [offer.name, offer.why_not or offer.under, offer.usd, offer.gyd]
        says += [offer.chip.words] if offer.chip else []
        self.setAccessibleName(", ".join(part for part in says if part))
        self.setToolTip(plain_tip(offer.why_not))
        self.update()

    def why_not(self) -> str:
        return self._offer.why_not

    def sizeHint(self) -> QSize:
        return QSize(324, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, offer = worn(), self._offer
        painter = painter_on(self)
        self.draw_frame(painter, theme, 8)
        middle = self.height() / 2
        ring = theme.accent if self.isChecked() else theme.border_strong
        box(painter, QRectF(12, middle - 9, 18, 18), 9, "", ring, 1.75)
        if self.isChecked() and not offer.why_not:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(QPointF(21, middle), 4.5, 4.5)
        put_icon(painter, offer.icon, theme.accent if self.isChecked() else theme.text_2, QPointF(39, middle - 11), 22)
        self._draw_words(painter, theme)
        if offer.why_not:
            put_icon(painter, "ban", theme.text_2, QPointF(self.width() - 32, middle - 9), 18)
        painter.end()

    def _draw_words(self, painter: QPainter, theme: Theme) -> None:
        offer = self._offer
        right = self.width() - 12
        price = text_width(offer.usd, font("money_m"))
        room = right - 70 - (price + 8 if price else 28)
        name_ink = theme.text_2 if offer.why_not else theme.text
        put_text(painter, QRectF(70, 5, room, 18), offer.name, font("strong"), name_ink)
        put_text(painter, QRectF(70, 23, room, 16), offer.why_not or offer.under, font("caption"), theme.text_2)
        if offer.chip is not None:
            size = chip_size(offer.chip, 18)
            at = 70 + text_width(offer.name, font("strong")) + 8
            if at + size.width() <= 70 + room:
                draw_chip(painter, QRectF(at, 5, size.width(), 18), offer.chip)
        to_right = Qt.AlignmentFlag.AlignRight
        if not offer.why_not:
            put_text(painter, QRectF(70, 4, right - 70, 20), offer.usd, font("money_m"), theme.text, align=to_right)
            put_text(painter, QRectF(70, 23, right - 70, 16), offer.gyd, font("caption"), theme.text_2, align=to_right)


class TenderTile(_Tile):
    """A way to pay with its key; where it cannot be used it says why on itself."""

    def __init__(self, icon: str, name: str, under: str, key: str = "") -> None:
        super().__init__()
        self._icon = icon
        self._under = under
        self._key = key
        self._why = ""
        self.setText(name)
        self.setFixedHeight(66)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    def set_under(self, under: str) -> None:
        """Says something else under the name."""
        self._under = under
        self._name()

    def set_not_now(self, why: str) -> None:
        """Says on the tile why it cannot be used (`not set up`); empty frees it."""
        self._why = why
        self._name()

    def why_not(self) -> str:
        return self._why

    def sizeHint(self) -> QSize:
        lines = max(text_width(self.text(), font("strong")), text_width(self._why or self._under, font("caption")))
        return QSize(max(lines + 18, 76), 66)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        if self._why:
            box(painter, area, 6, theme.sunken, theme.border)
        else:
            on = self.isChecked()
            fill = theme.accent_soft if on else theme.hover if self.underMouse() else theme.surface
            box(painter, area, 6, fill, theme.accent if on else theme.border_strong, 2 if on else 1)
        if self.hasFocus():
            box(painter, area.adjusted(1, 1, -1, -1), 5, "", theme.focus, 2)
        ink = theme.text_3 if self._why else theme.accent if self.isChecked() else theme.text_2
        put_icon(painter, self._icon, ink, QPointF(8, 8), 20)
        if self._key:
            cap = cap_size(self._key)
            draw_cap(painter, QRectF(self.width() - 8 - cap.width(), 8, cap.width(), 18), self._key)
        room = self.width() - 12
        put_text(
            painter, QRectF(8, 27, room, 18), self.text(), font("strong"), theme.text_3 if self._why else theme.text
        )
        put_text(painter, QRectF(8, 44, room, 16), self._why or self._under, font("caption"), theme.text_2)
        painter.end()

    def _name(self) -> None:
        key = f", key {self._key}" if self._key else ""
        self.setAccessibleName(f"{self.text()}, {self._why or self._under}{key}")
        self.setAccessibleDescription(f"Not now: {self._why}" if self._why else "")
        self.updateGeometry()
        self.update()
