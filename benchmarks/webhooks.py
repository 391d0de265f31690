"""How soon central acknowledges what a provider tells it: `python -m benchmarks.webhooks [SECONDS]`.

A thousand signed events a minute, evenly, each once, to a central process of its own with its database; in turn with
them bare questions after its health, which are the limit. An event is acknowledged once it is proved and durably kept.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import httpx

from agent_desk.drill.books import Books
from agent_desk.sandbox.stripe_news import sign
from agent_desk.services import SANDBOX_KEYS, Services
from benchmarks.measuring import UnmeasuredError
from benchmarks.run import machine

A_MINUTE = 1000
SECONDS = 60.0
AIM_MS = 500
SECRET = SANDBOX_KEYS["AGENT_DESK_STRIPE_WEBHOOK_SECRET"]


def event(n: int) -> bytes:
    """Of the vendor's shape and about its usual size, for a payment that is nobody's here."""
    session = {
        "id": f"cs_test_{n:08d}", "object": "checkout.session", "amount_total": 15_819, "currency": "usd",
        "client_reference_id": None, "payment_status": "paid", "status": "complete", "metadata": {},
        "custom_text": {f"field_{at}": None for at in range(60)},
    }  # fmt: skip
    body = {"id": f"evt_bench_{n:08d}", "object": "event", "type": "checkout.session.completed",
            "data": {"object": session}}  # fmt: skip
    return json.dumps(body).encode()


async def send(url: str, seconds: float) -> tuple[list[float], list[float]]:
    """The milliseconds of each event, and of each bare question beside it."""
    events: list[float] = []
    bare: list[float] = []
    gap = 60 / A_MINUTE
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:

        async def one(n: int) -> None:
            body = event(n)
            signature = sign(body, SECRET, datetime.now(UTC))
            began = time.perf_counter()
            answer = await client.post("/v1/webhooks/stripe", content=body, headers={"stripe-signature": signature})
            events.append(1000 * (time.perf_counter() - began))
            if not answer.is_success:
                message = f"central answered {answer.status_code}: {answer.text[:200]}"
                raise UnmeasuredError(message)
            began = time.perf_counter()
            await client.get("/v1/health/live")
            bare.append(1000 * (time.perf_counter() - began))

        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for n in range(int(seconds / gap)):
                await asyncio.sleep(max(0.0, start + n * gap - time.perf_counter()))
                group.create_task(one(n))
    return events, bare


def say(what: str, times: Sequence[float], aim: str = "") -> None:
    cuts = quantiles(times, n=100, method="inclusive")
    line = f"{what:<44} p50 {cuts[49]:7.1f} ms   p99 {cuts[98]:7.1f} ms   longest {max(times):7.1f} ms{aim}"
    sys.stdout.write(line + "\n")


def main(seconds: float) -> int:
    with tempfile.TemporaryDirectory(prefix="agent-desk-bench-") as folder, Services(Path(folder)) as services:
        events, bare = asyncio.run(send(services.url, seconds))
        kept = Books(Path(folder) / "central").count_events()
    kept_words = f"{kept} of {len(events)} kept"
    sys.stdout.write(
        f"{machine(quick=seconds < SECONDS)}\n{A_MINUTE} events a minute for {seconds:.0f} s, {kept_words}\n"
    )
    met = quantiles(events, n=100, method="inclusive")[98] < AIM_MS
    say("an event proved, durably kept, acknowledged", events, f"   aim p99 {AIM_MS} ms: {'met' if met else 'NO'}")
    say("a bare question, the limit", bare)
    ratio = quantiles(events, n=100, method="inclusive")[49] / quantiles(bare, n=100, method="inclusive")[49]
    sys.stdout.write(f"an event takes {ratio:.1f} times a bare question\n")
    return 0 if kept == len(events) else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
