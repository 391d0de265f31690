"""What the warehouse does with a piece, by keys alone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QApplication

from agent_desk.domain.formats import plain_text

if TYPE_CHECKING:
    from agent_desk.desk.ui.pages.measure.page import MeasurePage
    from agent_desk.desk.ui.touring.player import Player
    from agent_desk.desk.ui.window import Window


class Floor:
    """The Measure page of a warehouse window."""

    def __init__(self, player: Player, window: Window) -> None:
        self._player = player
        self._window = window

    @property
    def page(self) -> MeasurePage:
        return cast("MeasurePage", self._window.page("measure"))

    async def fetch(self) -> str:
        """The oldest piece that waits comes onto the scale; its code."""
        page, player = self.page, self._player
        await player.press("Ctrl+1")
        await player.until(lambda: page.work.piece is not None, "a piece on the scale")
        await player.until(page.weight.entry.hasFocus, "the field for the weight")
        assert page.work.piece is not None, "it was waited for"
        return page.work.piece.code

    def declared(self) -> tuple[Fraction, tuple[str, str, str]]:
        """What was said of the piece on the scale: its weight in lb, its sides in inches."""
        assert self.page.work.piece is not None, "a piece is on the scale"
        piece = self.page.work.piece.piece.declared
        sides = [plain_text(side.inches, 2) for side in (piece.length, piece.width, piece.height) if side is not None]
        assert piece.weight is not None, "a booked piece has a weight"
        return piece.weight.lb, (sides[0], sides[1], sides[2])

    async def enter(self, weight: str, sides: tuple[str, str, str]) -> None:
        """Weight, three sides and No to dangerous goods; what it would bring is shown, nothing is kept."""
        page, player = self.page, self._player
        await player.write(weight)
        for (name, field), side in zip(page.sides.fields.items(), sides, strict=True):
            await player.press("Return")
            await player.until(field.entry.hasFocus, f"the field for the {name}")
            await player.write(side)
        await player.press("Return")
        await player.until(self._is_asked, "the question about dangerous goods")
        await player.press("N")
        await player.until(lambda: page.work.before is not None, "what the measurement brings")

    async def record(self) -> None:
        """Enter: kept on this desk."""
        page, player = self.page, self._player
        before = page.work.piece
        await player.press("Return")
        await player.until(lambda: page.work.piece is not before, "the next piece")

    def _is_asked(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.page.danger.isAncestorOf(focus)
