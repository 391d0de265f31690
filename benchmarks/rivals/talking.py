"""Children that are told what to do by a JSON line, and answer each with one."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil  # type: ignore[import-untyped]  # it comes with the embedded database, without types

from benchmarks.measuring import UnmeasuredError
from benchmarks.programs import REPOSITORY

Spoken = dict[str, Any]
GIVES_UP_AFTER = 300.0
ENDS_WITHIN = 20.0


class Program:
    """A child that ends with the block, and by itself once its standard input is closed."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        *,
        around: Mapping[str, str] | None = None,
        at: Path = REPOSITORY,
    ) -> None:
        self._name = name
        self._log = folder / f"{name}.log"
        env = {**os.environ, **(around or {})}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=env, cwd=at
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, do: str, **told: object) -> Spoken:
        """What it answers; raises UnmeasuredError where it does not, or says why it could not."""
        into, out = self._process.stdin, self._process.stdout
        assert into is not None, "it was asked for above"
        assert out is not None, "it was asked for above"
        try:
            into.write(json.dumps({"do": do, **told}).encode() + b"\n")
            into.flush()
            heard = select.select([out], [], [], GIVES_UP_AFTER)[0]
            said: Spoken = json.loads(out.readline()) if heard else {"error": f"silent for {GIVES_UP_AFTER:.0f} s"}
        except (OSError, ValueError) as error:
            last = self._log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise UnmeasuredError(f"{self._name} ended while it was asked to {do}: {last}") from error
        if "error" in said:
            raise UnmeasuredError(f"{self._name} could not {do}: {said['error']}")
        return said

    def close(self) -> None:
        process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def cpu_seconds(pids: Sequence[int]) -> float:
    """What these processes and their children have used of a processor."""
    used = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            try:
                times = one.cpu_times()
            except psutil.Error:
                # a child that has just ended
                continue
            used += times.user + times.system
    return used


def serve(verbs: Mapping[str, Callable[..., Spoken]]) -> None:
    """The other side: answers one line after another until there are no more."""
    for line in sys.stdin:
        told = json.loads(line)
        try:
            said = verbs[told.pop("do")](**told)
        # whatever it is, whoever asked hears of it
        except Exception as error:  # noqa: BLE001
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)
