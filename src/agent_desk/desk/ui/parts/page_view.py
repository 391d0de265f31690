"""A page as the window holds it: whole where there is room, to be scrolled where there is not."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.ui.parts.clear_scroll import ClearScrollArea


def room_of(page: QWidget) -> int:
    """The height in px a page may fill without being scrolled, wherever it lies."""
    above = page.parentWidget()
    while above is not None and not isinstance(above, PageView):
        above = above.parentWidget()
    return page.height() if above is None else above.room


class PageView(ClearScrollArea):
    """Nothing of a page is out of reach in a small window; where the cursor goes, the view follows."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    @property
    def room(self) -> int:
        """The height in px that a page may fill without being scrolled."""
        return self.ground.height()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isVisible() and self.isAncestorOf(now):
            self.ensureWidgetVisible(now, 14, 14)
