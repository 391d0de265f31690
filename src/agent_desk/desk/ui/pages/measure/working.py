"""What the Measure page does: find a piece, see what recording it would bring, record it, go to the next; no Qt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from agent_desk.desk.ui.pages.measure.state import Entered, Part, missing
from agent_desk.desk.usecases.measuring import PieceRules, PieceShown, Queue
from agent_desk.desk.usecases.ports import Done
from agent_desk.domain.formats import money_text
from agent_desk.domain.shipping import Hold, Shipment

if TYPE_CHECKING:
    from agent_desk.desk.usecases import UseCases

Told = Literal["ok", "warn", "mgr"]
Tell = Callable[[str, str, Told], None]
MOST_SHOWN = 40


class MeasureWork:
    """The piece on the scale; `shown()` is called whenever what the page shows may have changed."""

    def __init__(self, cases: UseCases, tell: Tell, shown: Callable[[], None]) -> None:
        self._cases = cases
        self._tell = tell
        self._shown = shown
        self._turn = asyncio.Lock()
        self.queue = Queue((), 0)
        self.piece: PieceShown | None = None
        self.rules: PieceRules | None = None
        self.entered = Entered()
        self.before: Shipment | None = None
        """What recording now would make of the shipment; None until all is entered."""
        self._asked: object = None

    @property
    def missing(self) -> str:
        return missing(self.entered, self.piece)

    async def load(self) -> None:
        """Asks the store again; what is typed stays, also when the shipment changed."""
        async with self._turn:
            self.queue = await self._cases.measuring.list_waiting(MOST_SHOWN)
            if self.piece is not None:
                fresh = await self._cases.measuring.find_piece(self.piece.code)
                self.piece = fresh if fresh is not None else self.piece
            elif self.queue.pieces:
                await self._take(self.queue.pieces[0])
            self._shown()
        await self.preview()

    async def find(self, code: str) -> bool:
        """The piece or the first unmeasured one of a waybill; says so where there is none."""
        wanted = code.strip()
        if not wanted:
            return False
        async with self._turn:
            found = await self._cases.measuring.find_piece(wanted)
            if found is None:
                self._tell(f"No piece is called {wanted}", "Check the label, or ask who booked it", "warn")
                return False
            await self._take(found)
            self._shown()
        return True

    async def choose(self, code: str) -> None:
        """A press in the queue."""
        if self.piece is None or self.piece.code != code:
            await self.find(code)

    def type(self, part: Part, text: str) -> None:
        self.edit(self.entered.with_text(part, text))

    def edit(self, entered: Entered) -> None:
        """Something was entered; what it would bring is not known until `preview`."""
        if entered != self.entered:
            self.entered = entered
            self.before = None
            self._shown()

    async def preview(self) -> None:
        """The re-rate and the holds that recording would bring; nothing is kept."""
        entered, piece = self.entered, self.piece
        weight = entered.weight
        length, width, height = entered.side("length"), entered.side("width"), entered.side("height")
        if self.missing or piece is None or not (weight and length and width and height):
            return
        asked = self._asked = object()
        outcome = await self._cases.measuring.preview(
            piece.shipment.id,
            piece.piece.number,
            weight=weight,
            length=length,
            width=width,
            height=height,
            dangerous=bool(entered.dangerous),
            damaged=entered.damaged,
        )
        # a later question may have been answered first
        if asked is self._asked and entered == self.entered and isinstance(outcome, Done):
            self.before = outcome.value
            self._shown()

    async def record(self) -> bool:
        """Keeps the measurement and goes to the next piece; False when something is still missing."""
        async with self._turn:
            entered, piece = self.entered, self.piece
            weight = entered.weight
            length, width, height = entered.side("length"), entered.side("width"), entered.side("height")
            if self.missing or piece is None or not (weight and length and width and height):
                return False
            outcome = await self._cases.measuring.record_measurement(
                piece.shipment.id,
                piece.piece.number,
                weight=weight,
                length=length,
                width=width,
                height=height,
                dangerous=bool(entered.dangerous),
                damaged=entered.damaged,
            )
            if not isinstance(outcome, Done):
                for refusal in outcome.refusals:
                    self._tell(refusal.message, "", "warn")
                return False
            self._say(piece, outcome.value)
            self.queue = await self._cases.measuring.list_waiting(MOST_SHOWN)
            after = _next(self.queue, piece)
            self.piece, self.rules = None, None
            self.entered, self.before = Entered(metric=entered.metric), None
            if after is not None:
                await self._take(after)
            self._shown()
        return True

    async def _take(self, piece: PieceShown) -> None:
        same = self.piece is not None and self.piece.code == piece.code
        self.piece = piece
        self.rules = await self._cases.measuring.get_rules(piece.shipment.id)
        if not same:
            self.entered, self.before = Entered(metric=self.entered.metric), None

    def _say(self, piece: PieceShown, after: Shipment) -> None:
        price = after.offer.total or after.booked_price
        if Hold.MANAGER in after.holds:
            stops = [one.message for one in after.refusals if one.stops]
            self._tell(f"{piece.code} recorded, held for a manager", stops[0] if stops else "", "mgr")
        elif Hold.WEIGHT in after.holds:
            was = money_text(after.booked_price)
            self._tell(f"{piece.code} recorded, held for consent", f"{money_text(price)}, was {was}", "warn")
        else:
            self._tell(f"{piece.code} recorded", f"The price stands: {money_text(price)}", "ok")


def _next(queue: Queue, done: PieceShown) -> PieceShown | None:
    """The next piece of the same shipment, which stands beside it, else the oldest."""
    same = (one for one in queue.pieces if one.shipment.id == done.shipment.id and one.code != done.code)
    other = (one for one in queue.pieces if one.code != done.code)
    return next(same, None) or next(other, None)
