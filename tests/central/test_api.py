from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
import schemathesis
import zstandard
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from agent_desk.central.bootstrap import Central
from agent_desk.domain.commands import AddCustomer
from agent_desk.domain.people import Address, Customer
from agent_desk.wire.signing_in import Tokens
from agent_desk.wire.sync import MOST_REQUEST_BYTES, Problem, SyncAnswer
from tests.central.counter import PASSWORD, Counter, an_id

CHECKS = [not_a_server_error, response_schema_conformance]


def signed_in(counter: Counter, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {counter.access}", "Content-Type": "application/json"} | more


def body_of(counter: Counter, *envelopes: Any) -> bytes:
    return counter.request(*envelopes).model_dump_json(by_alias=True).encode()


def problem(answer: httpx.Response, status: int, code: str) -> Problem:
    said = Problem.model_validate_json(answer.content)
    assert (answer.status_code, said.code) == (status, code)
    assert said.message
    return said


def test_a_whole_sale_over_http(http: httpx.Client, geo_1: Counter) -> None:
    sent = [geo_1.envelope(command) for command in geo_1.sale()]
    answer = http.post("/v1/sync", content=body_of(geo_1, *sent), headers=signed_in(geo_1))
    geo_1.take_in(SyncAnswer.model_validate_json(answer.content))
    assert geo_1.order().number == "GEO-1-000001"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_bodies_are_folded_both_ways(http: httpx.Client, geo_1: Counter, encoding: str) -> None:
    folded = {"gzip": gzip.compress(body_of(geo_1)), "zstd": zstandard.compress(body_of(geo_1))}[encoding]
    headers = signed_in(geo_1, **{"Content-Encoding": encoding, "Accept-Encoding": f"br, {encoding}"})
    answer = http.post("/v1/sync", content=folded, headers=headers)
    assert answer.headers["content-encoding"] == encoding
    plain = http.post("/v1/sync", content=body_of(geo_1), headers=signed_in(geo_1, **{"Accept-Encoding": "identity"}))
    assert "content-encoding" not in plain.headers
    assert SyncAnswer.model_validate_json(answer.content) == SyncAnswer.model_validate_json(plain.content)


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd", "gzip;q=0, zstd;q=0"])
def test_a_stream_is_a_line_an_answer(http: httpx.Client, geo_1: Counter, encoding: str) -> None:
    headers = signed_in(geo_1, Accept="application/x-ndjson", **{"Accept-Encoding": encoding})
    answer = http.post("/v1/sync", content=body_of(geo_1), headers=headers)
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [SyncAnswer.model_validate_json(line) for line in answer.content.splitlines()]
    assert [line.more for line in lines] == [False]


def test_what_is_too_large_is_refused_before_it_is_read(http: httpx.Client, geo_1: Counter) -> None:
    large = b" " * (MOST_REQUEST_BYTES + 1)
    for encoding, body in (
        ("identity", large),
        ("gzip", gzip.compress(b" " * 50_000_000)),
        ("zstd", zstandard.compress(b" " * 50_000_000)),
    ):
        headers = signed_in(geo_1, **{"Content-Encoding": encoding})
        problem(http.post("/v1/sync", content=body, headers=headers), 413, "request.too_large")


def test_a_body_that_is_not_what_it_says_is_refused(http: httpx.Client, geo_1: Counter) -> None:
    whole = gzip.compress(body_of(geo_1))
    for encoding, body in (("br", b"x"), ("gzip", b"x"), ("zstd", b"x"), ("gzip", whole[:-9])):
        headers = signed_in(geo_1, **{"Content-Encoding": encoding})
        problem(http.post("/v1/sync", content=body, headers=headers), 415, "request.encoding")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"app":' + b"9" * 5000 + b"}",
        b'{"app":NaN}',
        b'"\\ud800"',
        b"\x00",
        b'{"clock":{"wall":"0001-01-01T00:00:00+14:00","mono":0,"boot":""}}',
        b'{"clock":{"wall":"9999-12-31T23:59:59-14:00","mono":1e400,"boot":""}}',
        b'{"schema":' + b"9" * 400 + b"}",
    ],
)
def test_what_is_not_a_request_is_said_so_with_its_fields(http: httpx.Client, geo_1: Counter, body: bytes) -> None:
    problem(http.post("/v1/sync", content=body, headers=signed_in(geo_1)), 422, "request.invalid")
    problem(http.post("/v1/sign-in", content=body), 422 if len(body) < 8192 else 413, _too(body))


def _too(body: bytes) -> str:
    return "request.invalid" if len(body) < 8192 else "request.too_large"


def test_odd_arguments_of_a_command_are_refused_one_by_one(http: httpx.Client, geo_1: Counter) -> None:
    deep: Any = "x"
    for _ in range(90):
        deep = [deep]
    odd = [{"number": deep}, {"customer": 10**300}, {"number": 1e308}, {"cart": {"a": deep}}, {"number": "n" * 99}]
    sent = [geo_1.envelope(geo_1.open_cart(n), args=args) for n, args in enumerate(odd)]
    answer = http.post("/v1/sync", content=body_of(geo_1, *sent), headers=signed_in(geo_1))
    assert [ack.state.value for ack in SyncAnswer.model_validate_json(answer.content).acks] == ["refused"] * 5


def test_the_extremes_of_every_clock_are_taken(http: httpx.Client, geo_1: Counter) -> None:
    for wall, boot in (("0001-01-02T00:00:00Z", "boot 1"), ("9999-12-30T00:00:00Z", "x")):
        envelope = geo_1.envelope(geo_1.open_cart(geo_1.n + 1), wall=wall, mono=2**53, boot="boot 1")
        request = geo_1.request(envelope, clock={"wall": wall, "mono": 0, "boot": boot})
        body = request.model_dump_json(by_alias=True).encode()
        answer = http.post("/v1/sync", content=body, headers=signed_in(geo_1))
        assert SyncAnswer.model_validate_json(answer.content).acks[0].state.value == "applied"


def test_without_a_token_or_with_a_bad_one_nothing_is_said(http: httpx.Client, geo_1: Counter) -> None:
    problem(http.post("/v1/sync", content=body_of(geo_1)), 401, "token.missing")
    for said in ("Bearer", "Basic eDp5", "Bearer x.y.z", "Bearer \xff"):
        headers = {b"Authorization": said.encode("latin-1")}
        answer = http.post("/v1/sync", content=body_of(geo_1), headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_accounts_over_http(http: httpx.Client) -> None:
    said = {"login": "shanice", "password": PASSWORD, "device": str(an_id("device", "GEO-1")), "desk": "GEO-1"}
    tokens = Tokens.model_validate_json(http.post("/v1/sign-in", json=said).content)
    newer = http.post("/v1/refresh", json={"refresh_token": tokens.refresh_token})
    assert Tokens.model_validate_json(newer.content).desk == "GEO-1"
    assert http.post("/v1/sign-out", json={"refresh_token": newer.json()["refresh_token"]}).status_code == 204
    problem(http.post("/v1/refresh", json={"refresh_token": newer.json()["refresh_token"]}), 401, "session.ended")
    problem(http.post("/v1/sign-in", json=said | {"password": "x"}), 401, "sign_in.refused")
    assert problem(http.post("/v1/sign-in", json={"login": 5}), 422, "request.invalid").refusals
    for _ in range(8):
        answer = http.post("/v1/sign-in", json=said | {"password": "x"})
    assert problem(answer, 429, "sign_in.too_often").retry_after == int(answer.headers["retry-after"])


def test_a_snapshot_is_fetched_in_parts(http: httpx.Client, geo_1: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_desk.central.usecases.snapshotting.LEAST_LIVE", 2)
    offer = geo_1.sync(cursors={}).snapshots["cat"]
    whole = http.get(offer.url, headers=signed_in(geo_1))
    parts = [
        http.get(offer.url, headers=signed_in(geo_1, Range=part)) for part in ("bytes=0-9", "bytes=10-", "bytes=-5")
    ]
    assert [part.status_code for part in parts] == [206] * 3
    assert parts[0].content + parts[1].content == whole.content
    assert parts[2].content == whole.content[-5:]
    assert http.get(offer.url, headers=signed_in(geo_1, Range="bytes=99999999-")).status_code == 416
    assert http.get(offer.url, headers=signed_in(geo_1, Range="lines=1-")).content == whole.content
    etag, kept = whole.headers["etag"], whole.headers["cache-control"]
    assert (etag, kept) == (f'"{offer.sha256}"', "private, max-age=31536000, immutable")
    assert http.get(offer.url, headers=signed_in(geo_1, **{"If-None-Match": etag})).status_code == 304
    resumed = signed_in(geo_1, Range="bytes=10-", **{"If-Range": etag})
    assert http.get(offer.url, headers=resumed).content == whole.content[10:]
    of_another = signed_in(geo_1, Range="bytes=10-", **{"If-Range": '"another"'})
    assert http.get(offer.url, headers=of_another).content == whole.content
    problem(http.get("/v1/snapshots/cat/999", headers=signed_in(geo_1)), 404, "snapshot.gone")
    problem(http.get("/v1/snapshots/cat/x", headers=signed_in(geo_1)), 422, "request.invalid")


def test_every_answer_says_it_is_data_for_nobody_else(http: httpx.Client) -> None:
    for path in ("/health/live", "/health/ready", "/openapi.json", "/nothing"):
        headers = http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_over_tls_a_browser_is_told_to_stay_there(central: Central) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(central.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://central") as client:
            return await client.get("/health/live")

    assert "strict-transport-security" in asyncio.run(ask()).headers


def test_unknown_addresses_and_methods_are_problems_too(http: httpx.Client) -> None:
    problem(http.get("/nothing"), 404, "path.unknown")
    problem(http.put("/v1/sync"), 405, "method.not_allowed")


def test_health_is_live_without_a_database_and_ready_with_one(http: httpx.Client, central: Central) -> None:
    assert http.get("/health/ready").json() == {"status": "ready"}
    central.database.close()
    assert http.get("/health/live").json() == {"status": "live"}
    assert problem(http.get("/health/ready"), 503, "central.unavailable").retry_after == 5


def test_a_fault_of_our_own_is_a_problem_without_its_inside(
    http: httpx.Client, geo_1: Counter, central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> Any:
        raise ZeroDivisionError("the inside")

    monkeypatch.setattr(type(central.services.syncer), "sync", breaks)
    answer = http.post("/v1/sync", content=body_of(geo_1), headers=signed_in(geo_1))
    problem(answer, 500, "central.broken")
    assert "inside" not in answer.text


def test_naughty_strings_are_kept_as_typed(http: httpx.Client, geo_1: Counter, naughty: list[str], url: str) -> None:
    """Through every string of a customer: stored and given back as typed, or refused with its field."""
    commands = [
        AddCustomer.model_construct(
            customer=an_id("naughty", n),
            number=geo_1.number("K-", n + 1),
            full_name=f"x{text}",
            phone=text[:40],
            email="",
            address=Address.model_construct(country="GY", place=text[:200], line=text[:200], directions=text),
            note=text,
        )
        for n, text in enumerate(naughty)
    ]
    states = []
    for start in range(0, len(commands), 50):
        sent = [geo_1.envelope(command) for command in commands[start : start + 50]]
        answer = http.post("/v1/sync", content=body_of(geo_1, *sent), headers=signed_in(geo_1))
        said = SyncAnswer.model_validate_json(answer.content)
        states += [ack.state.value for ack in said.acks]
        geo_1.take_in(said)
    geo_1.catch_up()
    assert len(states) == len(naughty)
    kept = [geo_1.find(Customer, command.customer) for command in commands]
    for text, state, customer in zip(naughty, states, kept, strict=True):
        assert state == ("refused" if customer is None else "applied")
        if customer is not None:
            assert (customer.note, customer.address.place) == (text, text[:200])
    assert states.count("applied") > 0.97 * len(naughty)
    with psycopg.connect(url) as connection:
        counted = connection.execute("select count(*) from document where kind = 'customer'").fetchone()
    assert counted == (1 + states.count("applied"),)


def test_naughty_strings_in_every_other_api_string_cause_no_server_error(
    http: httpx.Client, geo_1: Counter, naughty: list[str]
) -> None:
    device = str(an_id("device", "GEO-1"))
    request = json.loads(body_of(geo_1))
    headers = signed_in(geo_1)
    for start in range(0, len(naughty), 60):
        cursors = {text[:80]: [1, 1] for text in naughty[start : start + 60]}
        assert http.post("/v1/sync", json=request | {"cursors": cursors}, headers=headers).status_code in {200, 422}
    for text in naughty[::4]:
        said = request | {"push_only": True, "app": text[:40], "clock": request["clock"] | {"boot": text[:64]}}
        answers = [
            http.post("/v1/refresh", json={"refresh_token": text}),
            http.post("/v1/sync", json=said, headers=headers),
            http.get(f"/v1/snapshots/{quote(text[:50], safe='')}/1", headers=headers),
        ]
        assert all(answer.status_code < 500 for answer in answers), text
    for text in naughty[::20]:
        said = {"login": text[:40], "password": text, "device": device, "desk": text[:40]}
        assert http.post("/v1/sign-in", json=said).status_code in {401, 422, 429}, text


def test_the_description_names_what_each_operation_takes_and_answers(http: httpx.Client) -> None:
    said = http.get("/openapi.json").json()
    operations = {
        f"{method} {path}": operation
        for path, methods in said["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {
        "post /v1/sign-in",
        "post /v1/refresh",
        "post /v1/sign-out",
        "post /v1/sync",
        "post /v1/sums",
        "post /v1/quarantine",
        "get /v1/snapshots/{scope}/{seq}",
        "post /v1/handovers",
        "post /v1/webhooks/stripe",
        "get /v1/card/thanks",
        "get /health/live",
        "get /health/ready",
    }
    assert all(operation["summary"] and operation["description"] for operation in operations.values())
    assert operations["post /v1/sync"]["security"] == [{"access token": []}]
    assert {"401", "409", "413", "422", "426", "503"} <= set(operations["post /v1/sync"]["responses"])
    assert {"SyncRequest", "Envelope", "Clock", "SignIn", "Problem", "SyncAnswer"} <= set(said["components"]["schemas"])


def test_schemathesis_finds_no_server_error(http: httpx.Client, geo_1: Counter) -> None:
    schema = schemathesis.openapi.from_url(f"{http.base_url}/openapi.json")
    tried = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def check(case: Case[Any]) -> None:
            case.call_and_validate(headers=signed_in(geo_1), checks=CHECKS)

        check()
        tried.append(operation.label)
    assert len(tried) == 12
