"""Central and the sandbox as child processes on loopback, ended on every way out."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

START_SECONDS = 120.0
STOP_SECONDS = 20.0
SANDBOX_KEYS = {
    "AGENT_DESK_STRIPE_KEY": "sk_test_sandbox",
    "AGENT_DESK_STRIPE_WEBHOOK_SECRET": "whsec_sandbox",
    "AGENT_DESK_MMG_API_KEY": "mmg_api_key_sandbox",
    "AGENT_DESK_MMG_PASSWORD": "mmg_password_sandbox",
    "AGENT_DESK_MMG_MKEY": "mmg_mkey_sandbox",
    "AGENT_DESK_MMG_MSECRET": "mmg_msecret_sandbox",
}
"""Of the stand-ins for Stripe and MMG, which take any key: no secret."""
MMG_MERCHANT = "6000000"


class ServiceError(Exception):
    """A child did not start; the message says which and where its log is."""


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class Service:
    """One child process; it ends when its standard input closes, so also when this process is killed."""

    def __init__(self, name: str, args: list[str], folder: Path, around: Mapping[str, str] | None = None) -> None:
        self._name = name
        self._args = args
        self._around = around or {}
        self._log = folder / f"{name}.log"
        self._ready = folder / f"{name}.ready"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Returns when the child says it is ready.

        Raises:
            ServiceError: it ended, or was not ready within two minutes.

        """
        self._ready.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", *self._args, "--ready-file", str(self._ready), "--with-parent"]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own modules
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._around},
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not self._said_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                message = f"{self._name} did not start. What it said is in {self._log}."
                raise ServiceError(message)
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the child and waits for it; nothing when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """Ends the child as a power cut would."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self.stop()

    def _said_ready(self) -> bool:
        try:
            return json.loads(self._ready.read_text()).get("pid") is not None
        except (OSError, ValueError):
            return False


class Services:
    """A central with sample data and a sandbox, for one folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        feed = free_port()
        events = f"http://127.0.0.1:{self.port}/v1/webhooks/stripe"
        sandbox = ["agent_desk.sandbox", "--port", str(feed), "--stripe-webhooks", events]
        self.sandbox = Service("sandbox", sandbox, folder)
        self.central = Service(
            "central",
            [
                "agent_desk.central",
                *("--port", str(self.port)),
                *("--data", str(folder / "central")),
                *("--rate-feed", f"http://127.0.0.1:{feed}"),
                *("--stripe-url", f"http://127.0.0.1:{feed}"),
                "--sample",
            ],
            folder,
            {
                **SANDBOX_KEYS,
                "AGENT_DESK_MMG_MERCHANT": MMG_MERCHANT,
                "AGENT_DESK_MMG_URL": f"http://127.0.0.1:{feed}/olive/publisher/v1",
            },
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        try:
            self.sandbox.start()
            self.central.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self.central.stop()
        self.sandbox.stop()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turns the first Ctrl C, TERM or HUP into SystemExit, so that what was started is ended; ignores later ones."""
    numbers = [signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if name in signal.Signals.__members__]

    def end(number: int, _frame: FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
