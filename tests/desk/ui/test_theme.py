"""Contrast of every pair of roles that lie on one another, in both themes."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.ui.theme import DARK, LIGHT, Theme, contrast

TEXT_PAIRS = (
    *[(ink, ground) for ink in ("text", "text_2") for ground in ("bg", "surface", "sunken", "hover", "input")],
    *[("text_3", ground) for ground in ("bg", "surface", "sunken", "hover", "input")],
    *[(ink, "accent_soft") for ink in ("text", "text_2", "text_3", "accent")],
    *[(ink, "surface") for ink in ("accent", "ok", "warn", "danger", "mgr")],
    *[(tone, f"{tone}_soft") for tone in ("ok", "warn", "danger", "mgr")],
    *[("text", f"{tone}_soft") for tone in ("ok", "warn", "danger", "mgr")],
    *[("text_2", f"{tone}_soft") for tone in ("warn", "danger")],
    ("on_accent", "accent_fill"),
    ("on_accent", "accent_hover"),
    ("on_ok", "ok_fill"),
    ("on_danger", "danger_fill"),
    ("rail_text", "rail_bg"),
    ("rail_on", "rail_sel"),
    ("on_brand", "brand"),
    ("text_2", "keycap"),
)
MARK_PAIRS = (
    *[("border_strong", ground) for ground in ("bg", "surface", "input")],
    *[("focus", ground) for ground in ("bg", "surface", "input", "accent_soft", "sunken")],
    ("warn_mark", "warn_soft"),
    ("danger", "danger_soft"),
    *[(f"plot_{series}", "surface") for series in (1, 2, 3, 4)],
    ("brand", "rail_bg"),
)

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_what_it_lies_on(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(theme.role(ink), theme.role(ground)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_edges_and_marks_can_be_seen_on_what_they_lie_on(theme: Theme, mark: str, ground: str) -> None:
    assert contrast(theme.role(mark), theme.role(ground)) >= 3.0


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_between_one_and_twenty_one(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1.0 <= contrast(one, other) <= 21.0


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
def test_every_role_is_a_colour(theme: Theme) -> None:
    roles = [field.name for field in fields(Theme) if field.name != "name"]
    assert all(len(theme.role(role)) == 7 and theme.role(role).startswith("#") for role in roles)
