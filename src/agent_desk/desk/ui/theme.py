"""Every colour of the window as one value, in light and in dark.

Free of Qt, so that the contrast of each pair can be computed in a plain test.
"""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["neutral", "info", "ok", "warn", "danger", "mgr", "plain", "outline"]


@dataclass(frozen=True, slots=True)
class ToneColours:
    """Ink, fill and edge of a toned thing; an empty fill or edge is not drawn."""

    ink: str
    fill: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One colour for each role; no other place of the program holds a colour."""

    name: Literal["light", "dark"]
    bg: str
    surface: str
    sunken: str
    hover: str
    input: str
    scrim: str
    border: str
    border_strong: str
    divider: str
    text: str
    text_2: str
    text_3: str
    accent: str
    accent_fill: str
    accent_hover: str
    accent_soft: str
    accent_line: str
    on_accent: str
    focus: str
    ok: str
    ok_fill: str
    ok_soft: str
    ok_line: str
    on_ok: str
    warn: str
    warn_soft: str
    warn_line: str
    warn_mark: str
    danger: str
    danger_fill: str
    danger_soft: str
    danger_line: str
    on_danger: str
    mgr: str
    mgr_soft: str
    mgr_line: str
    rail_bg: str
    rail_text: str
    rail_sel: str
    rail_on: str
    brand: str
    on_brand: str
    plot_1: str
    plot_2: str
    plot_3: str
    plot_4: str
    plot_grid: str
    keycap: str
    box_1: str
    box_2: str
    box_3: str

    def role(self, role: str) -> str:
        """The colour of the role called `role`; raises AttributeError for an unknown one."""
        return str(getattr(self, role))

    def tone(self, tone: Tone) -> ToneColours:
        """How a chip, a banner or a node of that tone is coloured."""
        return {
            "neutral": ToneColours(self.text_2, self.sunken, ""),
            "info": ToneColours(self.accent, self.accent_soft, self.accent_line),
            "ok": ToneColours(self.ok, self.ok_soft, self.ok_line),
            "warn": ToneColours(self.warn, self.warn_soft, self.warn_line),
            "danger": ToneColours(self.danger, self.danger_soft, self.danger_line),
            "mgr": ToneColours(self.mgr, self.mgr_soft, self.mgr_line),
            "outline": ToneColours(self.text_2, self.surface, self.border_strong),
            "plain": ToneColours(self.text_2, "", ""),
        }[tone]


LIGHT = Theme(
    name="light",
    bg="#F1F4F8",
    surface="#FFFFFF",
    sunken="#E8EDF3",
    hover="#F3F6FA",
    input="#FFFFFF",
    scrim="#0B1422",
    border="#D4DBE5",
    border_strong="#76839A",
    divider="#E4E9F0",
    text="#131C2C",
    text_2="#414D63",
    text_3="#576279",
    accent="#1B4F9C",
    accent_fill="#1B4F9C",
    accent_hover="#163F7D",
    accent_soft="#E5EEFB",
    accent_line="#9DBCE8",
    on_accent="#FFFFFF",
    focus="#0B63D6",
    ok="#12653A",
    ok_fill="#166F41",
    ok_soft="#E3F4EA",
    ok_line="#98CFAF",
    on_ok="#FFFFFF",
    warn="#7E4700",
    warn_soft="#FFF2D9",
    warn_line="#E5BE74",
    warn_mark="#B26A00",
    danger="#A81E1E",
    danger_fill="#B42323",
    danger_soft="#FDEBEA",
    danger_line="#EBA9A5",
    on_danger="#FFFFFF",
    mgr="#5E3796",
    mgr_soft="#F1EAFB",
    mgr_line="#C9B2EA",
    rail_bg="#0F1D33",
    rail_text="#B9C6DA",
    rail_sel="#22375C",
    rail_on="#FFFFFF",
    brand="#F5B82E",
    on_brand="#14110A",
    plot_1="#1B4F9C",
    plot_2="#2A8C82",
    plot_3="#B26A00",
    plot_4="#7A55B3",
    plot_grid="#E4E9F0",
    keycap="#F1F4F8",
    box_1="#D9B98C",
    box_2="#C6A273",
    box_3="#B08C5D",
)

DARK = Theme(
    name="dark",
    bg="#0E141D",
    surface="#161E2A",
    sunken="#1E2836",
    hover="#1B2533",
    input="#101720",
    scrim="#000000",
    border="#2B3748",
    border_strong="#73829A",
    divider="#232E3D",
    text="#E9EEF6",
    text_2="#B8C3D3",
    text_3="#9AA7BA",
    accent="#8AB8FF",
    accent_fill="#2B66C4",
    accent_hover="#2459AE",
    accent_soft="#16294A",
    accent_line="#355C97",
    on_accent="#FFFFFF",
    focus="#8AB8FF",
    ok="#74D39B",
    ok_fill="#1B7A48",
    ok_soft="#10301F",
    ok_line="#27643F",
    on_ok="#FFFFFF",
    warn="#F2BC63",
    warn_soft="#35280D",
    warn_line="#6E5420",
    warn_mark="#F2BC63",
    danger="#FF9D95",
    danger_fill="#B93431",
    danger_soft="#3B1818",
    danger_line="#7C3632",
    on_danger="#FFFFFF",
    mgr="#CBAEF8",
    mgr_soft="#2A1E43",
    mgr_line="#56418A",
    rail_bg="#0A1019",
    rail_text="#A7B5CA",
    rail_sel="#1C2C48",
    rail_on="#FFFFFF",
    brand="#F5B82E",
    on_brand="#14110A",
    plot_1="#6FA3F5",
    plot_2="#4FBDB0",
    plot_3="#E0A244",
    plot_4="#B394EA",
    plot_grid="#232E3D",
    keycap="#232E3D",
    box_1="#C7A679",
    box_2="#A98959",
    box_3="#8D7048",
)

CODE_INK, CODE_FAINT, CODE_WORDS, CODE_PAPER = "#0B1421", "#C7D0DC", "#5B6878", "#FFFFFF"
"""Of a QR code, in both themes: phones read dark on light."""


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast of two `#RRGGBB` colours, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.03928 else float(((channel + 0.055) / 1.055) ** 2.4)
