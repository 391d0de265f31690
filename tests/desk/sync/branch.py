"""Desks of one branch that sync with the real central over a link that a test breaks."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from agent_desk.desk.store.connection import Connection as Database
from agent_desk.desk.sync.unfolding import plain
from agent_desk.desk.vault.keys import Vault
from agent_desk.domain.people import Role
from agent_desk.wire import dictionary
from agent_desk.wire.canonical import SUM_MODULUS, row_hash
from tests.desk.workshop import KEYED, Bench, SetClock, a_desk

PASSWORD = "demerara"
CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""What central checks it against; the hash says how much work it is."""
_NUMBERS = itertools.count(1)


@dataclass
class Link(httpx.AsyncBaseTransport):
    """Central over a link; `plan` says of each request in turn what becomes of it."""

    app: FastAPI
    plan: list[str] = field(default_factory=list)
    """`up`, `down`, `lost` (the answer does not come), `double` (sent twice), `portal`, `cut` (half an answer)."""
    seen: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    """What each request asked for by `Range`; empty where it asked for all."""
    answers: list[httpx.Response] = field(default_factory=list)
    tamper: Callable[[httpx.Response], httpx.Response] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fate = self.plan.pop(0) if self.plan else "up"
        self.seen.append(f"{request.url.path} {fate}")
        self.ranges.append(request.headers.get("range", ""))
        if fate == "down":
            raise httpx.ConnectError("down", request=request)
        if fate == "portal":
            return httpx.Response(200, text="<html>Pay for the Wi-Fi</html>", request=request)
        await request.aread()
        answer = await self._ask(request)
        if fate == "double":
            answer = await self._ask(request)
        if fate == "lost":
            raise httpx.ReadTimeout("lost", request=request)
        if fate == "cut":
            half = answer.content[: len(answer.content) // 2]
            headers = {"content-type": answer.headers["content-type"]}
            return httpx.Response(answer.status_code, headers=headers, content=half, request=request)
        return self.tamper(unfolded(answer)) if self.tamper else answer

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        again = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        answer = await httpx.ASGITransport(self.app).handle_async_request(again)
        body = b"".join([part async for part in answer.stream])  # type: ignore[union-attr]
        return httpx.Response(answer.status_code, headers=answer.headers, content=body, request=request)


def unfolded(answer: httpx.Response) -> httpx.Response:
    """As it was before central folded it with the dictionary, for whoever looks into it."""
    headers = {name: value for name, value in answer.headers.items() if value != dictionary.ENCODING}
    if len(headers) == len(answer.headers):
        return answer
    del headers["content-length"]
    return httpx.Response(answer.status_code, headers=headers, content=plain(answer), request=answer.request)


@asynccontextmanager
async def a_synced_desk(
    app: FastAPI,
    folder: Path,
    clock: SetClock,
    role: Role = Role.AGENT,
    *,
    code: str = "",
    link: Link | None = None,
    vault: Vault = KEYED,
) -> AsyncIterator[tuple[Bench, Link]]:
    """A desk that has signed in and has everything."""
    number = code or f"GEO-{next(_NUMBERS)}"
    line = link or Link(app)
    async with a_desk(folder, transport=line, vault=vault, clock=clock, code=number, documents=()) as bench:
        bench.desk.session.staff = None
        await bench.cases.signing_in.sign_in(role.value, PASSWORD)
        await bench.cases.signing_in.confirm()
        await settle(bench)
        yield bench, line


async def settle(bench: Bench, most: int = 40) -> None:
    """Rounds until nothing waits and all is read; time passes, so that nothing is refused for its age."""
    for _ in range(most):
        await bench.desk.loop.round()
        if not bench.desk.loop.state.trouble and await waiting(bench) == 0:
            return
    raise AssertionError(bench.desk.loop.state)


async def waiting(bench: Bench) -> int:
    return int((await bench.sql("SELECT count(*) FROM outbox"))[0][0])


async def picture(bench: Bench, scope: str = "branch:GEO") -> dict[tuple[str, str], int]:
    """Kind, id and version of everything this desk holds of a scope; its checksum must be right."""

    def job(connection: Database) -> dict[tuple[str, str], int]:
        rows = connection.exec_driver_sql("SELECT kind, id, version FROM base WHERE scope = ?", (scope,)).all()
        live, total = connection.exec_driver_sql("SELECT live, sum FROM scope WHERE name = ?", (scope,)).one()
        from uuid import UUID

        assert live == len(rows)
        assert int(total, 16) == sum(row_hash(k, UUID(i), v) for k, i, v in rows) % SUM_MODULUS
        assert connection.exec_driver_sql("SELECT count(*) FROM overlay").scalar_one() == 0
        return {(kind, id_): version for kind, id_, version in rows}

    return await bench.desk.runner.read(job)


def at_central(central: Any, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with central.database.connection() as connection:
        return [tuple(row) for row in connection.execute(query, values).fetchall()]
