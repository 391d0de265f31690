"""The type of the window: Inter, with figures of equal width."""

from functools import cache
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from agent_desk.resources import resource_path

FontRole = Literal[
    "caption", "caption_strong", "label", "label_strong", "body", "medium", "strong", "section", "title",
    "money_m", "money_l", "money_xl", "wbody", "wstrong", "wtitle", "weight", "weight_short",
    "code", "code_strong", "code_title", "entry_l",
]  # fmt: skip

FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Bold.ttf",
    "InterDisplay-SemiBold.ttf",
    "InterDisplay-Bold.ttf",
)

# px, weight, display cut, slashed zero
_ROLES: dict[FontRole, tuple[int, int, bool, bool]] = {
    "caption": (11, 400, False, False),
    "caption_strong": (11, 600, False, False),
    "label": (12, 500, False, False),
    "label_strong": (12, 600, False, False),
    "body": (13, 400, False, False),
    "medium": (13, 500, False, False),
    "strong": (13, 600, False, False),
    "section": (14, 600, False, False),
    "title": (18, 600, False, False),
    "money_m": (15, 600, False, False),
    "money_l": (22, 600, False, False),
    "money_xl": (32, 600, True, False),
    "wbody": (15, 400, False, False),
    "wstrong": (16, 600, False, False),
    "wtitle": (22, 600, False, False),
    "weight": (132, 700, True, False),
    "weight_short": (100, 700, True, False),
    "code": (13, 500, False, True),
    "code_strong": (13, 600, False, True),
    "entry_l": (18, 400, False, False),
    "code_title": (22, 600, False, True),
}


def load_fonts() -> None:
    """Makes Inter known to the application; raises OSError where a file does not load."""
    for file in FILES:
        path = resource_path(f"fonts/{file}")
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise OSError(f"The font {file} cannot be read.")


@cache
def font(role: FontRole) -> QFont:
    """The font of a role, figures of equal width, sized in px."""
    size, weight, display, slashed_zero = _ROLES[role]
    made = QFont("Inter Display" if display else "Inter")
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    if slashed_zero:
        made.setFeature(QFont.Tag("zero"), 1)
    return made
