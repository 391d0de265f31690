"""Webhooks as Stripe sends them: signed, and sometimes late, twice, out of order or never."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import random
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Any

import httpx


class Habit(StrEnum):
    """How events are sent."""

    PLAIN = "plain"
    LOST = "lost"
    DOUBLED = "doubled"
    REORDERED = "reordered"


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The header that proves sender and age."""
    stamp = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


class Sender:
    """A thread that posts events to one address; nothing is sent before `listen_at`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._waiting: queue.Queue[Mapping[str, Any]] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._address = ("", "")
        self.habit = Habit.PLAIN
        self.sent = 0

    def listen_at(self, url: str, secret: str) -> None:
        self._address = (url, secret)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def send(self, event: Mapping[str, Any]) -> None:
        self._waiting.put(event)

    def _run(self) -> None:
        with httpx.Client(timeout=20, trust_env=False) as client:
            while True:
                waiting = [self._waiting.get()]
                if self.habit is Habit.REORDERED:
                    with suppress(queue.Empty):
                        waiting.append(self._waiting.get(timeout=0.5))
                    random.shuffle(waiting)
                for event in waiting:
                    for _ in range({Habit.LOST: 0, Habit.DOUBLED: 2}.get(self.habit, 1)):
                        self._post(client, event)

    def _post(self, client: httpx.Client, event: Mapping[str, Any]) -> None:
        url, secret = self._address
        body = json.dumps(event).encode()
        headers = {"Stripe-Signature": sign(body, secret, self._now()), "Content-Type": "application/json"}
        # whoever does not listen polls
        with suppress(httpx.HTTPError):
            client.post(url, content=body, headers=headers)
        self.sent += 1
