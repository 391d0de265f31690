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


@pytest.fixture
def demo(screen: Screen, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    one = start(screen, tmp_path)
    yield one
    if one.poll() is None:
        one.terminate()
    one.wait(ENDS_WITHIN)


def start(screen: Screen, data: Path) -> subprocess.Popen[bytes]:
    command = [COMMAND, "demo", "--data", str(data)]
    demo = subprocess.Popen(command, env=screen.environment, stdout=subprocess.DEVNULL, start_new_session=True)
    wait_until((data / "desk.log").exists, "the desk of the demo", STARTS_WITHIN)
    # its log is opened a moment before the desk itself
    wait_until(lambda: len(children(demo)) == 3, "central, the sandbox and the desk", STARTS_WITHIN)
    return demo


def children(demo: subprocess.Popen[bytes]) -> list[int]:
    """Those it started itself, in the order of their start."""
    return [int(child) for child in Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()]


def started(demo: subprocess.Popen[bytes], data: Path) -> list[int]:
    """Every process of the demo, PostgreSQL among them."""
    found = [json.loads((data / f"{name}.ready").read_text())["pid"] for name in ("central", "sandbox")]
    found.append(int((data / "central" / "postgres" / "postmaster.pid").read_text().splitlines()[0]))
    return list({*found, *children(demo)})


def alive(pids: list[int]) -> list[int]:
    """Those that still run; what nobody has collected yet runs no more."""
    found = []
    for pid in pids:
        status = Path(f"/proc/{pid}/status")
        if status.exists() and "State:\tZ" not in status.read_text():
            found.append(pid)
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_nothing_runs_after_the_demo_was_ended(
    demo: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    pids = started(demo, tmp_path)
    assert len(alive(pids)) == len(pids)
    os.kill(demo.pid, number)
    demo.wait(ENDS_WITHIN)
    wait_until(lambda: not alive(pids), f"the end of {pids}", ENDS_WITHIN)
    assert not (tmp_path / "central" / "postgres" / "postmaster.pid").exists()


def test_closing_the_window_ends_the_demo_and_a_second_one_is_refused_meanwhile(
    screen: Screen, demo: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    pids = started(demo, tmp_path)
    command = [COMMAND, "demo", "--data", str(tmp_path)]
    second = subprocess.run(command, env=screen.environment, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert "runs in" in second.stderr
    screen.close(children(demo)[-1])
    assert demo.wait(ENDS_WITHIN) == 0
    assert alive(pids) == []
