"""Files that travel with the program."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication

from agent_desk.desk.ui.fonts import FILES, font
from agent_desk.desk.ui.icons import icon
from agent_desk.resources import resource_path

SOURCE = Path(__file__).parents[3] / "src" / "agent_desk" / "desk" / "ui"


def test_a_resource_is_found_and_a_missing_one_is_named() -> None:
    assert resource_path("fonts/Inter-Regular.ttf").is_file()
    with pytest.raises(FileNotFoundError, match="nothing"):
        resource_path("icons/nothing.svg")


@pytest.mark.parametrize("licence", ["fonts/LICENSE-Inter.txt", "icons/LICENSE-lucide.txt"])
def test_fonts_and_icons_travel_with_their_licence(licence: str) -> None:
    assert len(resource_path(licence).read_text(encoding="utf-8")) > 300


def test_the_font_of_every_role_is_inter(app: QApplication) -> None:
    assert app is not None
    assert len(FILES) == 6
    assert QFontInfo(font("body")).family() == "Inter"
    assert QFontInfo(font("money_xl")).family().startswith("Inter Display")


def test_figures_have_equal_width(app: QApplication) -> None:
    from PySide6.QtGui import QFontMetrics

    assert app is not None
    widths = {QFontMetrics(font("money_m")).horizontalAdvance(digit * 5) for digit in "0123456789"}
    assert len(widths) == 1


def test_an_icon_has_the_colour_and_size_asked_for(app: QApplication) -> None:
    assert app is not None
    drawn = icon("check", "#FF0000", 20, 2.0)
    image = drawn.toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 250
    }
    assert (drawn.width(), drawn.devicePixelRatio()) == (40, 2.0)
    assert colours == {"#ff0000"}


def test_an_icon_that_is_not_shipped_is_an_error(app: QApplication) -> None:
    assert app is not None
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon", "#000000", 20)


def test_every_icon_that_travels_is_shown_somewhere() -> None:
    named = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r"\"([a-z0-9]+(?:-[a-z0-9]+)*)\"", path.read_text(encoding="utf-8"))
    }
    shipped = {path.stem for path in resource_path("icons").glob("*.svg")}
    assert len(shipped) > 50
    assert shipped - named == set()


def test_no_colour_stands_outside_the_theme() -> None:
    hexes = {
        path.name: found
        for path in SOURCE.rglob("*.py")
        if path.name != "theme.py" and (found := re.findall(r"#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8")))
    }
    assert hexes == {}
