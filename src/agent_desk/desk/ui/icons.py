"""Icons drawn in the colour of a role, at the sharpness of the screen."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from agent_desk.resources import resource_path


@cache
def _drawing(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")


def icon(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon `name` in `colour` (`#RRGGBB`), `size` px wide and high on a screen of that pixel ratio.

    Raises FileNotFoundError for an icon that is not shipped.
    """
    key = f"icon:{name}:{colour}:{size}:{ratio}"
    cached = QPixmap()
    if QPixmapCache.find(key, cached):
        return cached
    stroke = "1.75" if size >= 16 else "2.1"  # thin lines vanish in small icons
    svg = _drawing(name).replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{stroke}"')
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, drawn)
    return drawn
