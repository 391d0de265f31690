"""PostgreSQL that comes with the program, for as long as central runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from agent_desk.central.usecases.trouble import KnownError

STOPS_WITHIN = 30.0


class EmbeddedPostgres:
    """A server on a local socket under `data`; it stops when this is closed or this process is gone."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._keeper: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """The URL to connect to; raises KnownError `database.failed`."""
        command = [sys.executable, "-m", "agent_desk.central.store.guard", str(self._data.resolve())]
        # a session of its own: Ctrl-C in a terminal reaches central alone, which then closes the keeper's input
        self._keeper = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._keeper.stdout is not None, "it was asked for above"
        word, _, rest = self._keeper.stdout.readline().strip().partition(" ")
        if word != "ready":
            self.close()
            raise KnownError("database.failed", rest or "The embedded database does not start.")
        return rest

    def close(self) -> None:
        """Stops the server and waits for it."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        assert keeper.stdin is not None, "it was asked for above"
        assert keeper.stdout is not None, "it was asked for above"
        keeper.stdin.close()
        try:
            keeper.wait(STOPS_WITHIN)
        finally:
            keeper.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
