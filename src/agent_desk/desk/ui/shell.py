"""The window's frame: rail, top bar, banners, a stack of pages, status line, notices and layers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QStyle, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.keys import EVERYWHERE, Keys, caption
from agent_desk.desk.ui.parts.banner import Banner, BannerSpec
from agent_desk.desk.ui.parts.card import Card
from agent_desk.desk.ui.parts.notices import Notices
from agent_desk.desk.ui.parts.page_view import PageView
from agent_desk.desk.ui.parts.painting import painter_on
from agent_desk.desk.ui.parts.rail import BadgeKind, Rail
from agent_desk.desk.ui.parts.statusline import StatusLine
from agent_desk.desk.ui.parts.topbar import TopBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent_desk.desk.ui.parts.keys_overlay import KeysOverlay
    from agent_desk.desk.ui.parts.palette import Palette
    from agent_desk.desk.ui.parts.sheet import Sheet

DRAWN = (1366, 768)
SHORT_BELOW = 740
NARROW_BELOW = 1364
PAGE_MARGINS = (14, 10, 14, 12)
BANNERS_AT_MOST = 2
COMMIT_ROOM = {"measure": 160}
OTHER_ROOM = 64
"""What no notice may cover, in px: the commit button and its margin, on Measure the question over it too."""


class Shell(QWidget):
    """A frame that decides nothing: pages are added to it, what it is told it shows, what is pressed it emits.

    `page_opened(key)` when a page came to the front, `banner_acted(key)`, `shortened(short)` when the height crosses
    740 px (the shell also sets the property `short` on itself), `closing()` when the window goes.
    """

    page_opened = Signal(str)
    banner_acted = Signal(str)
    shortened = Signal(bool)
    closing = Signal()
    search_made = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Agent Desk")
        self.setMinimumSize(1024, 600)
        self.keys = Keys(self)
        self.rail = Rail(caption(EVERYWHERE, "lock"))
        self.top = TopBar(cap=caption(EVERYWHERE, "search"))
        self.status = StatusLine(caption(EVERYWHERE, "help"))
        self.notices = Notices(self)
        self._pages: dict[str, QWidget] = {}
        self._views: dict[str, PageView] = {}
        self._titles: dict[str, str] = {}
        self._current = ""
        self._short = False
        self._stack = QStackedWidget()
        self._banners = QVBoxLayout()
        self._banner_specs: tuple[BannerSpec, ...] = ()
        self._lay()
        self.rail.chosen.connect(self.open_page)
        self.top.search_asked.connect(self.open_search)
        self.top.sync_asked.connect(lambda: self.open_page("sync"))
        self.notices.resized.connect(self._place_notices)
        self.keys.bind(EVERYWHERE, "search", self.open_search)
        self.keys.bind(EVERYWHERE, "help", self.open_keys)
        self.keys.bind(EVERYWHERE, "next_area", self.next_area)
        self.keys.bind(EVERYWHERE, "undo", self.notices.undo)
        self.keys.take(EVERYWHERE, "close")

    @cached_property
    def palette_sheet(self) -> Palette:
        """The search; made when first asked for, so ask after the first paint."""
        from agent_desk.desk.ui.parts.palette import Palette

        sheet = Palette(self)
        sheet.closed.connect(self._unblock)
        return sheet

    def has_search(self) -> bool:
        """Whether the search was ever asked for."""
        return "palette_sheet" in self.__dict__

    def show_fitting(self) -> None:
        """Shows the window as it is drawn; maximised where the screen has no room for it and its title bar."""
        room = self.screen().availableGeometry()
        self.resize(*DRAWN)
        title = QApplication.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        if self.width() > room.width() or self.height() + title > room.height():
            self.showMaximized()
        else:
            self.show()

    def is_searching(self) -> bool:
        """Whether the search lies over the page."""
        return self.has_search() and self.palette_sheet.isVisible()

    @cached_property
    def keys_overlay(self) -> KeysOverlay:
        """The keys of the page; made when first asked for."""
        from agent_desk.desk.ui.parts.keys_overlay import KeysOverlay

        sheet = KeysOverlay(self)
        sheet.closed.connect(self._unblock)
        return sheet

    def add_page(self, key: str, title: str, icon: str, widget: QWidget) -> None:
        """Adds a page at the end of the rail; its digit is the `Ctrl` key. The first one is opened."""
        digit = self.rail.add(key, title, icon)
        self._pages[key] = widget
        self._titles[key] = title
        self._views[key] = PageView(widget)
        self._stack.addWidget(self._views[key])
        self.keys.bind(EVERYWHERE, f"page_{digit}", lambda: self.open_page(key))
        if digit == 1:
            self.open_page(key)

    def open_page(self, key: str) -> None:
        """Brings a page to the front; an unknown key changes nothing."""
        if key in self._pages:
            self._current = key
            self._stack.setCurrentWidget(self._views[key])
            self.rail.put(key)
            self.keys.enter(key)
            self._place_notices()
            self.page_opened.emit(key)

    def current_key(self) -> str:
        """The key of the page in front."""
        return self._current

    def page(self, key: str) -> QWidget:
        """The page of that key; raises KeyError for an unknown one."""
        return self._pages[key]

    def set_badge(self, key: str, kind: BadgeKind, number: int) -> None:
        """Shows a number on a page of the rail; zero takes it off."""
        if key in self._pages:
            self.rail.set_badge(key, kind, number)

    def set_banners(self, specs: Sequence[BannerSpec]) -> None:
        """Shows these banners over every page, two at most."""
        wanted = tuple(specs)[:BANNERS_AT_MOST]
        if wanted == self._banner_specs:
            return
        self._banner_specs = wanted
        while (taken := self._banners.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for spec in wanted:
            banner = Banner(spec)
            banner.acted.connect(self.banner_acted)
            self._banners.addWidget(banner)
            banner.show()
        self._banners.setContentsMargins(14, 10 if wanted else 0, 14, 0)

    def open_search(self) -> None:
        """Opens the search over the page; `search_made` says the first time that there is one."""
        first = not self.has_search()
        sheet = self.palette_sheet
        if first:
            self.search_made.emit()
        sheet.open()
        self.keys.block(True)

    def open_keys(self) -> None:
        """Shows the keys that work now."""
        title = self._titles.get(self._current, "")
        pages = {f"page_{at}": f"Open {name}" for at, name in enumerate(self._titles.values(), start=1)}
        shown = [(key.caption, pages.get(key.action, key.does)) for key in self.keys.in_front()]
        self.keys_overlay.put(f"Keys, {title.lower()}" if title else "Keys", shown)
        self.keys_overlay.open()
        self.keys.block(True)

    def open_layer(self, sheet: Sheet) -> None:
        """Opens a page's own sheet, made with this shell as `over`; no page key works until it is closed."""
        sheet.closed.connect(self._unblock, Qt.ConnectionType.UniqueConnection)
        sheet.open()
        self.keys.block(True)

    def next_area(self) -> None:
        """Moves the focus to the first field of the next card of the page."""
        page = self._stack.currentWidget()
        cards = page.findChildren(Card) if page is not None else []
        areas = [card for card in cards if card.isVisible() and self._first_stop(card) is not None]
        if not areas:
            return
        focus = QApplication.focusWidget()
        at = next((at for at, card in enumerate(areas) if focus is not None and card.isAncestorOf(focus)), -1)
        stop = self._first_stop(areas[(at + 1) % len(areas)])
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < NARROW_BELOW)
        short = self.height() < SHORT_BELOW
        if short != self._short:
            self._short = short
            self.setProperty("short", short)
            self.shortened.emit(short)
        self._place_notices()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        if self.notices.close_newest() or self.keys.escape():
            return
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        painter.fillRect(self.rect(), QColor(worn().bg))
        painter.end()

    @Slot()
    def _unblock(self) -> None:
        self.keys.block(False)

    def _lay(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addLayout(self._banners)
        right.addWidget(self._stack, 1)
        right.addWidget(self.status)
        self._banners.setSpacing(6)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)

    def _place_notices(self) -> None:
        size = self.notices.size()
        foot = self.status.height() + COMMIT_ROOM.get(self._current, OTHER_ROOM)
        self.notices.move(self.width() - size.width() - 14, self.height() - size.height() - foot)

    @staticmethod
    def _first_stop(area: QWidget) -> QWidget | None:
        stops = (child for child in area.findChildren(QWidget) if child.isVisible() and child.isEnabled())
        return next((child for child in stops if child.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
