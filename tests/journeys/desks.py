"""Real desks on a real screen, as a person starts and uses them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_desk.domain.people import Role
from agent_desk.sample import find_account
from tests.journeys.screen import Screen, wait_until

SIZE = "1366x768"
PASSPHRASE = "typed by the tests"
STARTS_WITHIN = 90.0
ENDS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that runs: its folder and what it told of itself."""

    folder: Path
    pid: int

    def events(self, name: str, **values: object) -> list[dict[str, Any]]:
        """The events of a name that carry these values, in order."""
        path = self.folder / "events.log"
        lines = path.read_text().splitlines() if path.exists() else []
        found = [json.loads(line) for line in lines if line.endswith("}")]
        return [one for one in found if one["event"] == name and values.items() <= one.items()]

    def wait_for(self, name: str, *, times: int = 1, within: float = 30.0, **values: object) -> dict[str, Any]:
        """The event of that number, once it has happened."""
        wait_until(lambda: len(self.events(name, **values)) >= times, f"{times} × {name} {values}", within)
        return self.events(name, **values)[times - 1]

    @contextmanager
    def changing(self, kind: str, within: float = 30.0) -> Iterator[None]:
        """Returns when the block's keys have kept something of that kind on this desk."""
        before = self._kept(kind)
        yield
        wait_until(lambda: self._kept(kind) > before, f"a {kind} kept on the desk", within)

    def _kept(self, kind: str) -> int:
        return sum(kind in event["kinds"] for event in self.events("changed", by="here"))


@contextmanager
def opened(screen: Screen, folder: Path, central: str, code: str, role: Role) -> Iterator[Desk]:
    """A desk in front of the screen with somebody of a role signed in; ended with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.log").unlink(missing_ok=True)
    account = find_account(role)
    command = [
        *(sys.executable, "-m", "agent_desk.desk", "--data", str(folder), "--central", central, "--desk", code),
        *("--size", SIZE, "--log", str(folder / "events.log"), "--sign-in", account.login, "--with-parent"),
    ]
    around = {
        **screen.environment,
        "AGENT_DESK_PASSWORD": account.password,
        "AGENT_DESK_PASSPHRASE": PASSPHRASE,
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    with (folder / "said.log").open("ab") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=around)
    try:
        desk = Desk(folder, process.pid)
        desk.wait_for("desk.usable", within=STARTS_WITHIN)
        screen.bring_to_front(process.pid)
        yield desk
    finally:
        screen.keep(folder / "last.png")  # what a failure looked like
        assert process.stdin is not None, "it was asked for above"
        process.stdin.close()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
