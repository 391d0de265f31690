"""`agent-desk tour OUT`: plays a whole sale in the real window without a screen and keeps its pictures and receipt."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.domain.people import Role
from agent_desk.sample import find_account
from agent_desk.services import ServiceError, Services, ended_by_signals

if TYPE_CHECKING:
    from agent_desk.desk.ui.touring.scenes import Stage

DONE, FAILED = 0, 1
SIZE = (1366, 768)
RECEIPT = "receipt.pdf"


class TourError(Exception):
    """The sale could not be played; the message says where it stopped."""


def run(args: list[str]) -> int:
    """Leaves pictures and a receipt in the folder; 0 afterwards, 1 where it could not, a sentence said."""
    parser = argparse.ArgumentParser(prog="agent-desk tour", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder for pictures and receipt")
    parser.add_argument("--dark", action="store_true", help="the dark theme throughout")
    chosen = parser.parse_args(args)
    out: Path = chosen.out.expanduser().resolve()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        out.mkdir(parents=True, exist_ok=True)
        with ended_by_signals(), tempfile.TemporaryDirectory(prefix="agent-desk-tour-") as made:
            _say("Starting central and the sandbox for the tour.")
            with Services(Path(made)) as services:
                _play(Tour(services, Path(made), out, dark=chosen.dark))
    except (ServiceError, TourError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    except OSError as error:
        sys.stderr.write(f"{error.filename or out}: {error.strerror or error}.\n")
        return FAILED
    _say(f"Pictures and the receipt are in {out}.")
    return DONE


@dataclass(slots=True)
class Tour:
    """One sale: whose central, which folders, which theme."""

    services: Services
    folder: Path
    out: Path
    dark: bool
    pictures: list[Path] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def play(self) -> None:
        """Warehouse and agent at one desk with the link down, then the manager at the other."""
        from agent_desk.desk.ui.touring import scenes

        counter, other = reversed(find_account(Role.AGENT).desks)
        async with self._at(counter, Role.WAREHOUSE) as stage:
            await stage.connected()
        async with self._at(counter, Role.AGENT) as stage:
            _say("An agent sells with the link down.")
            await scenes.sell_offline(stage, self._take_down)
            number = scenes.last_order(stage)
        async with self._at(counter, Role.WAREHOUSE) as stage:
            _say("The warehouse measures a piece; then the link is back.")
            await scenes.measure_offline(stage)
            await asyncio.to_thread(self.services.central.start)
            await stage.connected()
        async with self._at(other, Role.MANAGER) as stage:
            _say(f"The manager opens {number} at the other desk, the link down again.")
            await scenes.review_offline(stage, number, self._take_down)
        self._keep_receipt(self.folder / counter)

    @asynccontextmanager
    async def _at(self, desk: str, role: Role) -> AsyncIterator[Stage]:
        from agent_desk.desk.bootstrap import Options, make_application, open_counter
        from agent_desk.desk.ui.touring.scenes import Stage

        account = find_account(role)
        options = Options(
            central_url=self.services.url,
            desk=desk,
            folder=self.folder / desk,
            passphrase="tour",  # noqa: S106 - of a folder that is gone afterwards
            dark=self.dark,
            size=SIZE,
            login=account.login,
            password=account.password,
        )
        async with open_counter(make_application(options), options) as counter:
            if counter.window is None or counter.desk is None:
                raise TourError(f"Desk {desk} did not open.")
            stage = await Stage.enter(counter.shell, counter.window, counter.desk.use_cases.sync, self.out)
            yield stage
            self.pictures += stage.player.pictures
            self.faults += stage.player.faults

    async def _take_down(self) -> None:
        await asyncio.to_thread(self.services.central.stop)

    def _keep_receipt(self, desk: Path) -> None:
        receipts = sorted((desk / "papers").glob("receipt-*.pdf"))
        if not receipts:
            raise TourError("The sale printed no receipt.")
        shutil.copyfile(receipts[-1], self.out / RECEIPT)


def _play(tour: Tour) -> None:
    from agent_desk.desk.bootstrap import Options, make_application
    from agent_desk.desk.ui.event_loop import run_on
    from agent_desk.desk.ui.touring.player import NotSeenError

    app = make_application(Options(tour.services.url, "", tour.folder, dark=tour.dark))
    try:
        run_on(app, tour.play)
    except NotSeenError as error:
        raise TourError(f"The tour stopped: {error}") from error
    for fault in tour.faults:
        _say(f"Looks wrong: {fault}")
    for picture in tour.pictures:
        _say(f"  {picture.name}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
