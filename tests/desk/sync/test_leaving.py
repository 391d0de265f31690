"""A revoked desk hands over what it had not sent, and then is gone; cut anywhere, it goes on where it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases.revoking import revoke
from agent_desk.desk.store.backups import back_up
from agent_desk.desk.store.leaving import Farewell, mark
from agent_desk.desk.sync import handing_over
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.vault.keys import PassphraseVault, Vault
from agent_desk.desk.vault.system_keyring import KeyringVault
from tests.desk.sync.branch import PASSWORD, Link, a_synced_desk, at_central, waiting
from tests.desk.sync.test_with_central import sell
from tests.desk.test_vault import HeldKeyring
from tests.desk.workshop import Bench, SetClock, a_desk, run

KEPT = "select count(*) from quarantine q join device d on d.id = q.device where d.desk = %s"


@dataclass
class Place:
    """Where a revoked desk stands, with a sale that central has not seen."""

    central: Central
    clock: SetClock
    folder: Path
    vault: Vault
    code: str
    link: Link

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Bench]:
        async with a_desk(
            self.folder, transport=self.link, vault=self.vault, clock=self.clock, code=self.code, documents=()
        ) as bench:
            yield bench

    def kept(self) -> int:
        return int(at_central(self.central, KEPT, self.code)[0][0])

    def left(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))


async def a_revoked_desk(central: Central, clock: SetClock, folder: Path, vault: Vault) -> Place:
    async with a_synced_desk(central.app, folder, clock, vault=vault) as (bench, link):
        await sell(bench)
        code = bench.desk.session.desk
        back_up(folder / "desk.db", vault.get_key())
        (folder / "papers").mkdir(exist_ok=True)
        (folder / "papers" / "receipt-1.pdf").write_bytes(b"Indranie Persaud")
        (folder / "papers" / "mine.txt").write_text("somebody's own")
        (folder / "reports").mkdir()
        (folder / "reports" / "0A1B.txt").write_text("where it broke")
    revoke(central.database, code, clock.now())
    return Place(central, clock, folder, vault, code, link)


GONE = ["desk.lock", "papers", "papers/mine.txt", "revoked.json"]


def test_what_waited_is_handed_over_and_then_the_desk_is_gone(
    central: Central, central_clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "MOST_COMMANDS", 2)
    backend = HeldKeyring()

    async def story() -> None:
        place = await a_revoked_desk(central, central_clock, tmp_path, KeyringVault(backend, "GEO"))
        async with place.open() as bench:
            bench.sign_in()
            await bench.desk.loop.round()
            assert bench.desk.revocation.handed.result() == 5
            assert place.kept() == 5
            assert await waiting(bench) == 5
            with pytest.raises(KnownError, match="out of use"):
                await bench.cases.carting.open_cart()
            sentence = await bench.desk.leave()
        said = f"Desk {place.code} was taken out of use. 5 unsent actions were handed over to central. "
        assert sentence == said + "Its data was removed from here."
        assert (place.left(), backend.held) == (GONE, {})
        assert at_central(central, "select handed_over_at is not null from device where desk = %s", place.code) == [
            (True,)
        ]
        with pytest.raises(KnownError, match="5 unsent actions") as left:
            async with place.open():
                pass
        assert left.value.code == "desk.left"
        assert backend.held == {}

    run(story())


def test_cut_anywhere_on_the_way_nothing_is_lost_and_the_next_start_goes_on(
    central: Central, central_clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "MOST_COMMANDS", 2)

    async def story() -> None:
        place = await a_revoked_desk(
            central, central_clock, tmp_path, PassphraseVault(tmp_path / "key.salt", lambda: "p")
        )
        async with place.open() as bench:
            await bench.desk.revocation.hear()
        # three parts of five actions, and the word that it was all: each is lost on its way, then its answer
        for cut in [["up"] * at + [fate] for at in range(4) for fate in ("down", "lost", "portal")]:
            place.link.plan = list(cut)
            async with place.open() as bench:
                await bench.desk.loop.round()
                assert not bench.desk.revocation.handed.done()
                assert await waiting(bench) == 5
            assert (tmp_path / "desk.db").exists()
            place.link.plan = []
        async with place.open() as bench:
            assert bench.desk.session.sealed
            await bench.desk.loop.round()
            assert bench.desk.revocation.handed.result() == 5
        assert place.kept() == 5
        # power is cut before the mark, so it begins anew; then after the mark, and in the midst of removing
        async with place.open() as bench:
            await bench.desk.loop.round()
            mark(tmp_path, Farewell(place.code, bench.desk.revocation.handed.result()))
        (tmp_path / "desk.db").unlink()
        for _ in range(2):
            with pytest.raises(KnownError, match="5 unsent actions"):
                async with place.open():
                    pass
            assert place.left() == GONE
        assert place.kept() == 5

    run(story())


def test_a_desk_without_a_session_hears_it_at_the_next_sign_in(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        place = await a_revoked_desk(central, central_clock, tmp_path, KeyringVault(HeldKeyring(), "GEO"))
        async with place.open() as bench:
            await bench.desk.accounts.forget(whole=True)
            await bench.desk.loop.round()
            assert not bench.desk.session.sealed
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            with pytest.raises(KnownError, match="out of use"):
                await bench.cases.signing_in.confirm()
            assert bench.desk.session.sealed
            await bench.desk.loop.round()
            assert bench.desk.revocation.handed.result() == 5

    run(story())


def test_a_desk_that_is_in_use_after_all_goes_on_and_sends_as_always(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        place = await a_revoked_desk(central, central_clock, tmp_path, KeyringVault(HeldKeyring(), "GEO"))
        async with place.open() as bench:
            await bench.desk.revocation.hear()
        with central.database.connection() as connection:
            connection.execute("update device set status = 'active' where desk = %s", [place.code])
        async with place.open() as bench:
            assert bench.desk.session.sealed
            await bench.desk.loop.round()
            assert (bench.desk.session.sealed, bench.desk.revocation.handed.done()) == (False, False)
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            await bench.cases.signing_in.confirm()
            for _ in range(4):
                await bench.desk.loop.round()
            assert await waiting(bench) == 0
        assert place.kept() == 0

    run(story())


def test_a_desk_whose_key_central_never_had_keeps_everything_and_says_why(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        place = await a_revoked_desk(central, central_clock, tmp_path, KeyringVault(HeldKeyring(), "GEO"))
        with central.database.connection() as connection:
            connection.execute("update device set key = null where desk = %s", [place.code])
        async with place.open() as bench:
            await bench.desk.loop.round()
            assert bench.desk.loop.state.trouble.startswith("This desk is not known by a key of its own")
            assert await waiting(bench) == 5
            assert not bench.desk.revocation.handed.done()

    run(story())


def test_a_clock_that_is_off_is_set_by_central_s_answer(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        place = await a_revoked_desk(central, central_clock, tmp_path, KeyringVault(HeldKeyring(), "GEO"))
        place.clock = SetClock(at=central_clock.at, boot="another")
        place.clock.pass_time(days=400)
        async with place.open() as bench:
            await bench.desk.loop.round()
            assert bench.desk.revocation.handed.result() == 5

    run(story())
