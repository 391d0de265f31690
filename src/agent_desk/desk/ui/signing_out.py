"""What somebody who leaves is told of what is still here; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.desk.usecases.syncing_status import SyncShown
from agent_desk.domain.formats import money_text


@dataclass(frozen=True, slots=True)
class Leaving:
    """Said before somebody signs out."""

    waits: str
    """What is not at central yet, and what becomes of it."""
    needs: str
    """What was refused or replaced and nobody has settled; empty where there is nothing."""
    warns: bool
    out: str
    """The words of the button that signs out."""


def leaving_of(shown: SyncShown) -> Leaving:
    """Counts and money; what waits is kept, whoever signs in next sends it."""
    needs = len(shown.notices) + len(shown.losses)
    need = "" if needs == 0 else f"{_things(needs)} refused or replaced: see Sync, somebody must look."
    if shown.waiting_in_all == 0:
        return Leaving("Everything that was done here is at central.", need, warns=False, out="Sign out")
    one = shown.waiting_in_all == 1
    what = "1 action is" if one else f"{shown.waiting_in_all} actions are"
    money = f", with {money_text(shown.cash_at_risk)} in cash" if shown.cash_at_risk.minor else ""
    kept = "It stays on this desk and is sent" if one else "They stay on this desk and are sent"
    waits = f"{what} not at central yet{money}. {kept} once somebody signs in here. Locked, the desk goes on sending."
    return Leaving(waits, need, warns=True, out="Sign out all the same")


def _things(count: int) -> str:
    return "1 thing was" if count == 1 else f"{count} things were"
