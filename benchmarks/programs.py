"""Programs of ours started as a person would start them, and watched from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from benchmarks.measuring import UnmeasuredError

REPOSITORY = Path(__file__).resolve().parents[1]
GIVES_UP_AFTER = 60.0
LOOKS_EVERY = 0.01


def around(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: no screen, its own output unbuffered."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1", **(extra or {})}


def agent_desk() -> str:
    """The command as it was installed beside this interpreter."""
    path = Path(sys.executable).with_name("agent-desk")
    if not path.exists():
        raise UnmeasuredError(f"there is no command {path}")
    return str(path)


def run_ms(command: Sequence[str], out: Path | None = None, accepts: Sequence[int] = (0,)) -> float:
    """Milliseconds from before the process to after its end."""
    with (out or Path(os.devnull)).open("wb") as written:
        start = time.perf_counter()
        done = subprocess.run(
            command, stdout=written, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=around(), check=False
        )
        took = time.perf_counter() - start
    if done.returncode not in accepts:
        raise UnmeasuredError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-300:]}")
    return took * 1000


def events_ms(command: Sequence[str], log: Path, last: str, extra: Mapping[str, str] | None = None) -> dict[str, float]:
    """Milliseconds from before the process to each event of its log, until `last`; then it is ended.

    The log holds a JSON object a line, with `event` and `at` (ISO 8601).
    """
    log.unlink(missing_ok=True)
    log.touch()
    with log.with_suffix(".said").open("wb") as said:
        start = time.time()
        process = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, env=around(extra))
        try:
            events = _wait_for(log, last, process)
        finally:
            end(process)
    if last not in events:
        told = log.with_suffix(".said").read_text(errors="replace")
        raise UnmeasuredError(f"{' '.join(command)} never came to {last}: {told[-400:]}")
    return {event: (at - start) * 1000 for event, at in events.items()}


def _wait_for(log: Path, last: str, process: subprocess.Popen[bytes]) -> dict[str, float]:
    until = time.monotonic() + GIVES_UP_AFTER
    while True:
        ended = process.poll() is not None or time.monotonic() > until
        lines = [line for line in log.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
        spoken = [json.loads(line) for line in lines]
        events = {one["event"]: datetime.fromisoformat(one["at"]).timestamp() for one in reversed(spoken)}
        if last in events or ended:
            return events
        time.sleep(LOOKS_EVERY)


def end(process: subprocess.Popen[bytes]) -> None:
    """Asks a child to end and waits until it has."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
