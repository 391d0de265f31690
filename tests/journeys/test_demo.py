"""The demo ends everything it started, however it ends itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.screen import Screen, wait_until

pytestmark = [pytest.mark.screen, pytest.mark.slow]

COMMAND = str(Path(sys.executable).with_name("agent-desk"))
STARTS_WITHIN, ENDS_WITHIN = 150.0, 60.0


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as one:
        yield one


def start(screen: Screen, data: Path) -> subprocess.Popen[bytes]:
    (data / "desk.log").unlink(missing_ok=True)
    command = [COMMAND, "demo", "--data", str(data)]
    demo = subprocess.Popen(command, env=screen.environment, stdout=subprocess.DEVNULL, start_new_session=True)
    wait_until((data / "desk.log").exists, "the desk of the demo", STARTS_WITHIN)
    return demo


def started(demo: subprocess.Popen[bytes], data: Path) -> list[int]:
    """Every process of the demo, PostgreSQL among them."""
    found = [json.loads((data / f"{name}.ready").read_text())["pid"] for name in ("central", "sandbox")]
    found.append(int((data / "central" / "postgres" / "postmaster.pid").read_text().splitlines()[0]))
    children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
    assert len(children) == 3, "central, the sandbox and the desk"
    return list({*found, *(int(child) for child in children)})


def alive(pids: list[int]) -> list[int]:
    """Those that still run; what nobody has collected yet runs no more."""
    found = []
    for pid in pids:
        status = Path(f"/proc/{pid}/status")
        if status.exists() and "State:\tZ" not in status.read_text():
            found.append(pid)
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_nothing_runs_after_the_demo_was_ended(screen: Screen, tmp_path: Path, number: signal.Signals) -> None:
    demo = start(screen, tmp_path)
    pids = started(demo, tmp_path)
    assert len(alive(pids)) == len(pids)
    os.kill(demo.pid, number)
    demo.wait(ENDS_WITHIN)
    wait_until(lambda: not alive(pids), f"the end of {pids}", ENDS_WITHIN)
    assert not (tmp_path / "central" / "postgres" / "postmaster.pid").exists()


def test_closing_the_window_ends_the_demo_and_a_second_one_is_refused_meanwhile(screen: Screen, tmp_path: Path) -> None:
    demo = start(screen, tmp_path)
    pids = started(demo, tmp_path)
    command = [COMMAND, "demo", "--data", str(tmp_path)]
    second = subprocess.run(command, env=screen.environment, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert "runs in" in second.stderr
    desk = next(int(pid) for pid in Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()[-1:])
    screen.close(desk)
    assert demo.wait(ENDS_WITHIN) == 0
    assert alive(pids) == []
