"""Signing in: by central's word, and without it by what the desk remembers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_desk.desk.usecases import signing_in
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.usecases.signing_in import FREE_TRIES, SigningIn
from agent_desk.domain.people import Role
from agent_desk.wire.signing_in import Tokens
from tests.desk.workshop import Bench, QuickHasher, SetClock, a_desk, a_staff, done, run


class Central:
    """Accounts that are reachable or not."""

    def __init__(self) -> None:
        self.up = True
        self.password = "demerara"
        self.asked = 0
        self.hangs = False
        self.ended: list[str] = []

    async def sign_out(self, refresh_token: str) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if not self.up:
            raise KnownError("central.unreachable", "down")
        self.ended.append(refresh_token)

    async def sign_in(self, login: str, password: str) -> Tokens:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if not self.up:
            raise KnownError("central.unreachable", "down")
        if password != self.password:
            raise KnownError("sign_in.refused", "no")
        staff = a_staff(Role(login))
        return Tokens(
            access_token="a", access_seconds=600, refresh_token=f"r-{login}", staff=staff, branch="GEO", desk="GEO-2"
        )


async def _aside(slow: Callable[[], Any]) -> Any:
    return slow()


def _door(bench: Bench) -> tuple[SigningIn, Central]:
    central = Central()
    bench.desk.session.staff = None
    return SigningIn(central, bench.desk.accounts, QuickHasher(), _aside), central


async def _code(door: SigningIn, login: str, password: str) -> str:
    with pytest.raises(KnownError) as refused:
        await door.sign_in(login, password)
    return refused.value.code


def test_who_signed_in_before_signs_in_without_a_link(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, central = _door(bench)
            central.up = False
            assert await _code(door, "agent", "demerara") == "sign_in.needs_link"
            central.up = True
            assert (await door.sign_in(" agent ", "demerara")).online
            assert bench.desk.accounts.refresh_token == "r-agent"
            central.up = False
            offline = await door.sign_in("agent", "demerara")
            assert not offline.online
            assert offline.staff == a_staff(Role.AGENT)
            assert bench.desk.accounts.refresh_token == "r-agent"
            await door.sign_out()
            assert door.staff is None
            assert bench.desk.accounts.refresh_token is None
            assert central.ended == []

    run(story())


def test_whoever_signs_out_is_gone_here_whatever_central_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "PATIENCE", timedelta(milliseconds=20))

    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, central = _door(bench)
            for hangs, ended in ((False, ["r-agent"]), (True, ["r-agent"])):
                central.hangs = False
                await door.sign_in("agent", "demerara")
                await door.confirm()
                central.hangs = hangs
                await door.sign_out()
                assert (door.staff, bench.desk.accounts.refresh_token, central.ended) == (None, None, ended)

    run(story())


def test_what_waits_goes_on_under_the_last_session_until_central_hears_who_is_here(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, central = _door(bench)
            await door.sign_in("manager", "demerara")
            await door.sign_in("agent", "demerara")
            central.up = False
            await door.sign_in("manager", "demerara")
            assert door.staff == a_staff(Role.MANAGER)
            assert bench.desk.accounts.refresh_token == "r-agent"
            with pytest.raises(KnownError):
                await door.confirm()
            assert door.unconfirmed
            central.up = True
            await door.confirm()
            assert not door.unconfirmed
            assert bench.desk.accounts.refresh_token == "r-manager"

    run(story())


def test_a_password_that_central_no_longer_takes_is_not_asked_for_twice(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, central = _door(bench)
            await door.sign_in("agent", "demerara")
            central.up = False
            await door.sign_in("agent", "demerara")
            central.up = True
            central.password = "essequibo"
            with pytest.raises(KnownError, match="no"):
                await door.confirm()
            assert not door.unconfirmed
            assert door.staff == a_staff(Role.AGENT)

    run(story())


def test_who_is_known_comes_in_at_once_and_central_hears_it_afterwards(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, central = _door(bench)
            await door.sign_in("agent", "demerara")
            central.asked = 0
            assert not (await door.sign_in("agent", "demerara")).online
            assert central.asked == 0
            assert door.unconfirmed
            await door.confirm()
            assert (central.asked, door.unconfirmed) == (1, False)
            central.password = "essequibo"
            assert (await door.sign_in("agent", "essequibo")).online

    run(story())


def test_a_wrong_password_of_somebody_known_never_waits_long_for_a_line_that_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "PATIENCE", timedelta(milliseconds=5))

    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, central = _door(bench)
            await door.sign_in("agent", "demerara")
            central.hangs = True
            assert await asyncio.wait_for(_code(door, "agent", "wrong"), 5) == "sign_in.refused"

    run(story())


def test_wrong_passwords_wait_longer_and_longer(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, central = _door(bench)
            assert await _code(door, "agent", "wrong") == "sign_in.refused"
            await door.sign_in("agent", "demerara")
            central.up = False
            for _ in range(FREE_TRIES):
                assert await _code(door, "agent", "wrong") == "sign_in.refused"
            assert await _code(door, "agent", "demerara") == "sign_in.too_often"
            bench.clock.at += timedelta(seconds=31)
            assert await _code(door, "agent", "wrong") == "sign_in.refused"
            bench.clock.at += timedelta(seconds=31)
            assert await _code(door, "agent", "demerara") == "sign_in.too_often"
            bench.clock.at += timedelta(seconds=31)
            await door.sign_in("agent", "demerara")
            assert await _code(door, "agent", "wrong") == "sign_in.refused"

    run(story())


def test_a_locked_desk_opens_for_the_same_person(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, _ = _door(bench)
            with pytest.raises(KnownError):
                await door.unlock("demerara")
            await door.sign_in("agent", "demerara")
            assert await door.unlock("demerara") == a_staff(Role.AGENT)
            with pytest.raises(KnownError) as refused:
                await door.unlock("wrong")
            assert refused.value.code == "sign_in.refused"

    run(story())


def test_what_is_remembered_of_a_sign_in_is_no_password(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            door, _ = _door(bench)
            await door.sign_in("agent", "demerara")
            assert "demerara" not in str(await bench.sql("SELECT * FROM account"))

    run(story())


def test_a_desk_that_has_not_heard_central_for_a_week_lets_nobody_in_but_by_central(tmp_path: Path) -> None:
    async def story() -> None:
        clock = SetClock()
        async with a_desk(tmp_path, clock=clock) as bench:
            door, central = _door(bench)
            await door.sign_in("agent", "demerara")
            central.up = False
            clock.pass_time(days=7)
            assert not await door.is_locked()
            assert not (await door.sign_in("agent", "demerara")).online
            clock.pass_time(seconds=1)
            assert await door.is_locked()
            done(await bench.cases.carting.open_cart())
            assert await _code(door, "agent", "demerara") == "sign_in.needs_link"
            with pytest.raises(KnownError, match="too long"):
                await door.unlock("demerara")
            central.up = True
            assert (await door.sign_in("agent", "demerara")).online
            assert not await door.is_locked()
            central.up = False
            assert not (await door.sign_in("agent", "demerara")).online
            assert await bench.sql("SELECT name FROM outbox") == [("cart.open/1",)]

    run(story())
