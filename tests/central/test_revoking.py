"""A desk that is taken out of use is heard no more, from that moment on."""

from __future__ import annotations

import httpx
import psycopg
import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases.revoking import revoke
from agent_desk.central.usecases.trouble import KnownError
from tests.central.counter import Clock, Counter
from tests.central.test_restoring import run
from tests.central.test_signing_in import refused, sign_in


def test_the_command_revokes_a_desk_while_central_runs(central: Central, url: str) -> None:
    tokens = sign_in(central)
    done = run("--database-url", url, "--revoke", "GEO-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Desk GEO-1 is revoked." in done.stdout
    signing_in = central.services.signing_in
    with refused("desk.revoked"):
        signing_in.identify(tokens.access_token)
    with refused("desk.revoked"):
        signing_in.refresh(tokens.refresh_token)
    with refused("desk.revoked"):
        sign_in(central)
    with psycopg.connect(url) as connection:
        ended = connection.execute("select ended_why from session").fetchall()
        audit = connection.execute("select subject, outcome from audit where action = 'desk.revoke'").fetchall()
    assert (ended, audit) == ([("the desk was revoked",)], [("GEO-1", "done")])


def test_a_desk_that_nobody_knows_cannot_be_revoked(url: str) -> None:
    done = run("--database-url", url, "--revoke", "GEO-77")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no desk GEO-77" in done.stderr


def test_to_revoke_twice_is_to_revoke_once(central: Central, clock: Clock, url: str) -> None:
    said = [revoke(central.database, "GEO-2", clock()) for _ in range(2)]
    assert said == ["Desk GEO-2 is revoked; no computer was ever it.", "Desk GEO-2 was revoked before."]
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from audit where action = 'desk.revoke'").fetchone() == (1,)


def test_other_desks_go_on(central: Central, clock: Clock, geo_1: Counter, geo_2: Counter) -> None:
    revoke(central.database, "GEO-1", clock())
    with pytest.raises(KnownError, match=r"desk\.revoked"):
        geo_1.push(*geo_1.sale())
    assert {ack.state.value for ack in geo_2.push(*geo_2.sale())} == {"applied"}


def test_every_door_is_shut_over_http(central: Central, clock: Clock, http: httpx.Client) -> None:
    tokens = sign_in(central)
    revoke(central.database, "GEO-1", clock())
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    doors = [
        http.post("/v1/sync", content=b"{}", headers=headers),
        http.post("/v1/sums", content=b"{}", headers=headers),
        http.get("/v1/snapshots/prices/1", headers=headers),
        http.post("/v1/refresh", json={"refresh_token": tokens.refresh_token}),
    ]
    assert [(door.status_code, door.json()["code"]) for door in doors] == [(401, "desk.revoked")] * 4


def test_a_desk_that_central_has_no_memory_of_signs_in_anew_and_is_not_called_revoked(
    central: Central, url: str
) -> None:
    tokens = sign_in(central)
    with psycopg.connect(url) as connection:
        connection.execute("truncate device cascade")
    with refused("token.invalid"):
        central.services.signing_in.identify(tokens.access_token)
