"""Bringing central what another desk could not send: part by part, each until it is answered."""

from __future__ import annotations

from typing import Protocol

from agent_desk.desk.usecases.ports import KnownError
from agent_desk.wire.handover_file import TakenIn

FINAL = frozenset({"handover.unknown", "handover.unreadable", "request.invalid", "request.too_large"})
"""Central has looked at it, and never takes it."""


class Shelf(Protocol):
    """Where files of other desks lie until central has them."""

    async def next_part(self) -> tuple[str, int, str] | None:
        """File, number and line of what central has not answered."""
        ...

    async def note(self, id_: str, number: int, taken: TakenIn) -> None: ...
    async def note_trouble(self, id_: str, sentence: str, *, final: bool) -> None: ...


class Takes(Protocol):
    async def bring(self, line: str, access_token: str) -> TakenIn:
        """Raises KnownError."""
        ...


async def bring(shelf: Shelf, central: Takes, access_token: str) -> None:
    """Brings all there is; what the world refuses is noted at the file and never stops this desk's own work."""
    while (part := await shelf.next_part()) is not None:
        id_, number, line = part
        try:
            taken = await central.bring(line, access_token)
        except KnownError as error:
            final = error.code in FINAL
            await shelf.note_trouble(id_, error.message, final=final)
            if not final:
                return
        else:
            await shelf.note(id_, number, taken)
