"""What the Sync page says of files of other desks; free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_desk.desk.ui.theme import Tone
from agent_desk.desk.usecases.handing_on import BroughtRow, HandedOn
from agent_desk.domain.formats import money_text
from agent_desk.domain.times import time_text

MOST = 3


@dataclass(frozen=True, slots=True)
class BroughtView:
    """One file that was taken in here."""

    what: str
    under: str
    chip: str
    icon: str
    tone: Tone


def brought_views(rows: Sequence[BroughtRow], now: datetime) -> tuple[BroughtView, ...]:
    """The newest first."""
    return tuple(_view(row, now) for row in rows[:MOST])


def _view(row: BroughtRow, now: datetime) -> BroughtView:
    said = row.summary
    what = f"Desk {said.desk}: {_actions(said.actions)}, {money_text(said.cash)} in cash"
    under = f"Written {time_text(said.written_at, now)}"
    if row.trouble:
        chip = ("Not now", "triangle-alert") if row.left else ("Not taken", "octagon-x")
        return BroughtView(what, row.trouble, *chip, "warn" if row.left else "danger")
    taken = row.outcome
    if taken is None or row.left:
        return BroughtView(what, f"{under}. It goes to central with the next sync.", "Waiting", "hourglass", "neutral")
    counts = ((taken.applied, "taken"), (taken.refused, "refused"), (taken.parked, "for a person"))
    words = [f"{count} {word}" for count, word in counts if count]
    if taken.quarantined:
        words.append(f"{taken.quarantined} kept aside: that desk was taken out of use")
    known = f"; {taken.known} had come before" if taken.known else ""
    why = f". {taken.sentences[0]}" if taken.sentences else ""
    against = taken.refused + taken.parked + taken.quarantined
    chip = ("Look at it", "triangle-alert") if against else ("At central", "check")
    said_of_it = f"{under}. {', '.join(words) or 'Nothing new'}{known}{why}"
    return BroughtView(what, said_of_it, *chip, "warn" if against else "ok")


def saved_words(handed: HandedOn) -> tuple[str, str]:
    """What a notice says once a file was written."""
    said = handed.summary
    return f"{_actions(said.actions)} saved", f"{money_text(said.cash)} in cash, in {handed.path}. All stays here, too."


def taken_words(row: BroughtRow) -> tuple[str, str]:
    """What a notice says once a file was taken in."""
    said = row.summary
    return f"File of desk {said.desk} taken in", f"{_actions(said.actions)}, {money_text(said.cash)} in cash"


def _actions(count: int) -> str:
    return "1 action" if count == 1 else f"{count} actions"
