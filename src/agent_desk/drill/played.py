"""A desk in a process of its own that sells until it is killed, and what its folder says afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from agent_desk.desk.store.database import connect
from agent_desk.desk.vault.keys import PassphraseVault
from agent_desk.drill.playing import EVENTS, PASSPHRASE

FINISHES_WITHIN = 300.0
ENDS_WITHIN = 30.0
LOOKS_EVERY = 0.01


class DrillError(Exception):
    """The drill itself could not go on; the message says where it stopped and what the desk said."""


class PlayedDesk:
    """A desk's real window without a screen, in its own process and folder."""

    def __init__(self, folder: Path, central: str, code: str) -> None:
        self.folder = folder
        self._central = central
        self._code = code
        self._key: bytes | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, sales: int = 0) -> None:
        """Begins to sell: so often, then sends everything and ends; for ever with zero."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "agent_desk.drill.playing", str(self.folder), self._central, self._code]
        with (self.folder / "said.log").open("ab") as said:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                [*command, str(sales)], stdout=said, stderr=said, start_new_session=True
            )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Ends it as a power cut would; nothing where it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(ENDS_WITHIN)

    def finish(self) -> None:
        """Until it has sold what it was to sell and everything is sent.

        Raises:
            DrillError: it ended with a fault, or did not end in five minutes.

        """
        if self._process is None:
            raise DrillError("The desk was not started.")
        try:
            code = self._process.wait(FINISHES_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            code = -1
        if code != 0:
            raise DrillError(f"The desk ended with {code}: {self.said()[-2000:]}")

    def sell(self, sales: int) -> None:
        """So many sales to the end, and everything sent."""
        self.start(sales)
        self.finish()

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Returns once `holds()`, looking a hundred times a second.

        Raises:
            DrillError: the desk ended before, or it took more than five minutes.

        """
        until = time.monotonic() + FINISHES_WITHIN
        while not holds():
            if not self.is_running() or time.monotonic() > until:
                raise DrillError(f"The desk did not come to {what}: {self.said()[-2000:]}")
            time.sleep(LOOKS_EVERY)

    def said(self) -> str:
        return (self.folder / "said.log").read_text(encoding="utf-8", errors="replace")

    def is_whole(self) -> bool:
        """Whether the database opens and every page of it is as it was written."""
        path = self.folder / "desk.db"
        if not path.exists():
            return True
        if self._key is None:
            self._key = PassphraseVault(self.folder / "key.salt", lambda: PASSPHRASE).get_key()
        connection = connect(path, self._key)
        try:
            found: list[tuple[str]] = connection.execute("PRAGMA integrity_check").fetchall()
        finally:
            connection.close()
        return found == [("ok",)]

    def count(self, event: str, **values: object) -> int:
        """How often it told this."""
        path = self.folder / EVENTS
        if not path.exists():
            return 0
        # a line that a kill cut short is no event
        told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
        return sum(one["event"] == event and values.items() <= one.items() for one in told)

    def receipts(self) -> frozenset[str]:
        """The numbers of every receipt it printed."""
        return frozenset(path.stem.removeprefix("receipt-") for path in (self.folder / "papers").glob("receipt-*.pdf"))
