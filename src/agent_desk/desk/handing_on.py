"""`agent-desk desk --hand-over` and `--take-in`: without a window, for a desk whose window does not open."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from agent_desk.desk.assembling import bring_file, save_unsent
from agent_desk.desk.settings import Settings
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.vault.finding import find_vault
from agent_desk.domain.formats import money_text

DONE, REFUSED = 0, 1


def hand_over(central_url: str, desk: str, folder: Path, passphrase: str, to: Path) -> int:
    """Says what the file holds; `to` may be a folder."""
    settings = Settings(central_url, desk, folder, passphrase)

    def work() -> str:
        handed = save_unsent(settings, find_vault(folder, desk, passphrase), to)
        said = handed.summary
        return (
            f"{said.actions} unsent actions of desk {desk}, {money_text(said.cash)} in cash, are in {handed.path}.\n"
            "They are still on this desk too. Take the file in on another desk: Sync, Take in a file."
        )

    return _say(work)


def take_in(central_url: str, desk: str, folder: Path, passphrase: str, file: Path) -> int:
    """Says what became of it, or that it waits for the link."""
    settings = Settings(central_url, desk, folder, passphrase)

    def work() -> str:
        row = asyncio.run(bring_file(settings, find_vault(folder, desk, passphrase), file))
        whose = f"{row.summary.actions} actions of desk {row.summary.desk}"
        if row.trouble:
            return f"{whose} are kept here. {row.trouble}"
        if row.left or row.outcome is None:
            return f"{whose} are kept on desk {desk} and go to central once it has a link and somebody signed in."
        taken = row.outcome
        counts = (
            (taken.applied, "taken"),
            (taken.refused, "refused"),
            (taken.parked, "kept for a person"),
            (taken.quarantined, "kept aside, because the desk was taken out of use"),
        )
        what = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing new"
        known = f" {taken.known} of them had come before." if taken.known else ""
        return "\n".join((f"{whose} are at central: {what}.{known}", *taken.sentences))

    return _say(work)


def _say(work: Callable[[], str]) -> int:
    try:
        sys.stdout.write(f"{work()}\n")
    except KnownError as error:
        sys.stderr.write(f"{error.message}\n")
        return REFUSED
    return DONE
