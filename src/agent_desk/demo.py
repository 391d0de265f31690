"""`agent-desk demo`: central, the sandbox and a desk with sample data on this machine, started and ended together."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import platformdirs

from agent_desk.domain.people import Role
from agent_desk.sample import SampleAccount, find_account
from agent_desk.services import STOP_SECONDS, ServiceError, Services, ended_by_signals

ENDED, FAILED = 0, 1


class InUseError(Exception):
    """Another demo runs in the folder."""


def run(args: list[str]) -> int:
    """Plays until the window is closed; 0 afterwards, 1 where it could not, a sentence said."""
    default = Path(platformdirs.user_data_dir("agent-desk", appauthor=False)) / "demo"
    parser = argparse.ArgumentParser(prog="agent-desk demo", description=__doc__)
    parser.add_argument("--data", type=Path, default=default, metavar="DIR", help="kept from run to run (%(default)s)")
    parser.add_argument("--dark", action="store_true", help="the dark theme")
    chosen = parser.parse_args(args)
    folder: Path = chosen.data.expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not has_screen():
            return _play_without_a_screen(folder, dark=chosen.dark)
        with ended_by_signals(), held(folder):
            return _show(folder, dark=chosen.dark)
    except (ServiceError, InUseError) as error:
        sentence = str(error)
    except OSError as error:
        sentence = f"{error.filename or folder}: {error.strerror or error}."
    sys.stderr.write(f"{sentence}\n")
    return FAILED


def has_screen() -> bool:
    """Whether a window can be shown here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds a folder for this process, until it ends in whatever way.

    Raises:
        InUseError: another process holds it.

    """
    with (folder / "in-use").open("a") as file:
        if not _locked(file):
            raise InUseError(f"A demo runs in {folder} already. Close it, or name another folder with --data.")
        yield


def _locked(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _show(folder: Path, *, dark: bool) -> int:
    _say(f"Starting central and the sandbox in {folder}.")
    with Services(folder) as services:
        agent = find_account(Role.AGENT)
        _say(f"The desk opens, signed in as {agent.login} with the password {agent.password}.")
        _say("Close its window or press Ctrl C here to end everything.")
        code = _run_desk(folder, services.url, agent, dark=dark)
    if code != ENDED:
        raise ServiceError(f"The desk ended with code {code}. What it said is in {folder / 'desk.log'}.")
    return ENDED


def _run_desk(folder: Path, url: str, agent: SampleAccount, *, dark: bool) -> int:
    """Its window, in a process that ends with this one."""
    command = [
        *(sys.executable, "-m", "agent_desk.desk", "--with-parent"),
        *("--data", str(folder / "desk"), "--central", url, "--desk", agent.desks[-1], "--sign-in", agent.login),
        *(["--dark"] if dark else []),
    ]
    # the demo's database is opened by a word of its own: the person's keyring is left alone
    around = {**os.environ, "AGENT_DESK_PASSWORD": agent.password, "AGENT_DESK_PASSPHRASE": "demo"}
    with (folder / "desk.log").open("ab") as log:
        desk = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=around, start_new_session=True
        )
    try:
        return desk.wait()
    finally:
        if desk.stdin is not None:
            desk.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            desk.wait(STOP_SECONDS)
        if desk.poll() is None:
            desk.kill()
            desk.wait()


def _play_without_a_screen(folder: Path, *, dark: bool) -> int:
    from agent_desk import tour

    pictures = folder / "tour"
    _say("There is no screen here, so a sale is played in the real window without one.")
    return tour.run([str(pictures), *(["--dark"] if dark else [])])


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
