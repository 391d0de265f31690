"""What a revoked desk hands over is kept once, for a person, and applied by nobody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases import quarantining
from agent_desk.central.usecases.revoking import revoke
from agent_desk.wire.handing_over import SIGNATURE, HandedOver, Handover, signed_text
from agent_desk.wire.sync import Envelope
from tests.central.counter import Clock, Counter
from tests.central.test_signing_in import refused, sign_in


@dataclass
class Signer:
    """GEO-1 with its own key, over real HTTP."""

    http: httpx.Client
    key: Ed25519PrivateKey
    counter: Counter

    def hand_over(self, *commands: Envelope, key: Ed25519PrivateKey | None = None, **more: Any) -> httpx.Response:
        said = {"device": self.counter.caller.device, "generation": 0, "at": self.counter.clock(), "commands": commands}
        body = Handover.model_validate(said | more).model_dump_json().encode()
        signature = (key or self.key).sign(signed_text(body)).hex()
        return self.http.post("/v1/quarantine", content=body, headers={SIGNATURE: signature})


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


@pytest.fixture
def signer(central: Central, geo_1: Counter, http: httpx.Client) -> Signer:
    key = Ed25519PrivateKey.generate()
    sign_in(central, device_key=public(key))
    return Signer(http, key, geo_1)


@pytest.fixture
def revoked(signer: Signer, central: Central, clock: Clock) -> Signer:
    revoke(central.database, "GEO-1", clock())
    return signer


def ask(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.encode()).fetchall()


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_what_was_not_sent_is_kept_with_one_case_and_nothing_is_applied(revoked: Signer, url: str) -> None:
    sale = [revoked.counter.envelope(command) for command in revoked.counter.sale()]
    for part, last in ((sale[:3], False), (sale[3:], False), (sale[:3], False), ([], True)):
        answer = HandedOver.model_validate_json(revoked.hand_over(*part, last=last).content)
        assert (answer.taken, answer.whole) == (tuple(envelope.id for envelope in part), last)
    kept = ask(url, "select n, id, envelope from quarantine order by n")
    assert [row[:2] for row in kept] == [(envelope.n, envelope.id) for envelope in sale]
    assert Envelope.model_validate(json.loads(bytes(kept[4][2]))) == sale[4]
    assert ask(url, "select kind, subject, branch, state from exception_case") == [
        ("desk.handed_over", "GEO-1", "GEO", "open")
    ]
    for table in ("cash_received", "command", "command_id"):
        assert ask(url, f"select * from {table}") == []
    assert ask(url, "select count(*) from device where handed_over_at is not null") == [(1,)]
    assert ask(url, "select outcome from audit where action = 'desk.hand_over' order by n") == [
        ("3 kept, 0 known",), ("2 kept, 0 known",), ("3 kept, 0 known",), ("0 kept, 0 known, whole",),
    ]  # fmt: skip


def test_what_central_had_before_is_not_kept_again(signer: Signer, central: Central, clock: Clock, url: str) -> None:
    sale = [signer.counter.envelope(command) for command in signer.counter.sale()]
    signer.counter.sync(*sale[:2])
    revoke(central.database, "GEO-1", clock())
    answer = HandedOver.model_validate_json(signer.hand_over(*sale).content)
    assert answer.taken == tuple(envelope.id for envelope in sale)
    assert ask(url, "select n from quarantine order by n") == [(3,), (4,), (5,)]


def test_a_desk_in_use_cannot_leave_anything_there(signer: Signer, url: str) -> None:
    assert code(signer.hand_over(last=True)) == (409, "desk.in_use")
    assert ask(url, "select handed_over_at from device where desk = 'GEO-1'") == [(None,)]


def test_only_the_desk_s_own_key_opens_the_door_and_guessing_is_slowed_down(revoked: Signer, clock: Clock) -> None:
    other = Ed25519PrivateKey.generate()
    for _ in range(8):
        assert code(revoked.hand_over(key=other)) == (403, "quarantine.refused")
    assert code(revoked.hand_over()) == (429, "quarantine.too_often")
    clock.pass_(seconds=61)
    assert revoked.hand_over().status_code == 200
    unsigned = revoked.http.post("/v1/quarantine", content=b"{}", headers={SIGNATURE: "no signature"})
    assert code(unsigned) == (422, "request.invalid")


def test_a_desk_without_a_key_is_refused_like_a_stranger(
    central: Central, geo_2: Counter, http: httpx.Client, clock: Clock
) -> None:
    revoke(central.database, "GEO-2", clock())
    assert code(Signer(http, Ed25519PrivateKey.generate(), geo_2).hand_over()) == (403, "quarantine.refused")


def test_a_request_of_another_time_keeps_nothing_and_tells_the_time(revoked: Signer, clock: Clock, url: str) -> None:
    envelope = revoked.counter.envelope(revoked.counter.open_cart())
    for off in (timedelta(minutes=16), timedelta(minutes=-16)):
        answer = HandedOver.model_validate_json(revoked.hand_over(envelope, at=clock() + off, last=True).content)
        assert answer == HandedOver(now=clock())
    assert ask(url, "select * from quarantine") == []


def test_one_desk_cannot_fill_central(revoked: Signer, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(quarantining, "MOST_KEPT", 4)
    sale = [revoked.counter.envelope(command) for command in revoked.counter.sale()]
    assert code(revoked.hand_over(*sale)) == (413, "quarantine.full")
    assert revoked.hand_over(*sale[:4]).status_code == 200
    assert revoked.hand_over(*sale[:0]).status_code == 200
    assert ask(url, "select count(*) from quarantine") == [(4,)]


def test_the_first_key_of_a_desk_is_its_own_for_ever(central: Central) -> None:
    first, second = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    sign_in(central)
    sign_in(central, device_key=public(first))
    sign_in(central, device_key=public(first))
    sign_in(central)
    with refused("desk.differs"):
        sign_in(central, device_key=public(second))
