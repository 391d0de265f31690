"""What the Cart page knows of cards and MMG: whether they can be taken, and the payment being looked at; free of Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desk.desk.usecases.paying_by_card import NEEDS_LINK, ProviderTiles
from agent_desk.desk.usecases.tendering import Sale

if TYPE_CHECKING:
    from agent_desk.desk.usecases import UseCases
    from agent_desk.desk.usecases.paying_by_card import CardShown
    from agent_desk.desk.usecases.ports import Done
    from agent_desk.domain.decision import Refused
    from agent_desk.domain.selling import Order


class CardWatch:
    """Asks the store; who changes something asks again."""

    def __init__(self, cases: UseCases) -> None:
        self._cases = cases
        self.card: CardShown | None = None
        """The payment that is being looked at; None while there is none."""
        self.tiles: ProviderTiles | None = None
        """None until the store has answered once."""

    @property
    def taken(self) -> Sale | None:
        """The money of the payment that is looked at; None until it is on its order."""
        card = self.card
        tender = None if card is None else next((t for t in card.order.tenders if t.id == card.attempt.id), None)
        return None if card is None or tender is None else Sale(card.order, tender)

    async def find_tiles(self) -> None:
        """PAY-7: without the link nobody is to take a card or a phone out, however lately central was heard."""
        found = await self._cases.tendering.find_tiles()
        cut = self._cases.sync.link.state.connection.state == "offline"
        card, mmg = (NEEDS_LINK if cut and not tile.why_not else tile for tile in (found.card, found.mmg))
        self.tiles = ProviderTiles(card, mmg)

    async def look(self, order: Order) -> bool:
        """One that may still be paid is looked at, whoever asked for it; one that ended stays until it is closed.

        False where central did not take what was asked for: then there is nothing to look at.
        """
        before = self.card if self.card is not None and self.card.order.id == order.id else None
        card = await self._cases.tendering.find_card(order.id)
        watched = card is not None and (card.attempt.live or before is not None)
        self.card = card if watched else None
        refused = before is not None and (card is None or card.attempt.id != before.attempt.id)
        return not refused

    async def cancel(self) -> Done[CardShown] | Refused | None:
        """Asks for the end of the payment that is looked at."""
        return None if self.card is None else await self._cases.tendering.cancel_card(self.card.order.id)
