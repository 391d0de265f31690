"""What desks have to send: whole sales, made by the real use cases without a link."""

from __future__ import annotations

import http.client
import json
import sys
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import zstandard

from agent_desk.desk.assembling import Desk
from agent_desk.desk.store.ledger import StoreLedger, StoreLedgers
from agent_desk.desk.sync import push
from agent_desk.desk.usecases.ports import Done
from agent_desk.domain.money import Money, usd
from agent_desk.wire.sync import Envelope, SyncRequest
from benchmarks.measuring import UnmeasuredError

COMMANDS_OF_A_SALE = 8
PRODUCTS_OF_A_SALE = 3
SHELVES = 4
FOLDED_FROM = 1000
CASH = usd(1_000_000)


@dataclass(slots=True)
class Queue:
    """The commands of one desk, and where it stands in central's feed."""

    request: SyncRequest
    token: str
    commands: list[bytes]
    cursors: dict[str, Any] = field(default_factory=dict)

    def body(self, start: int, end: int) -> bytes:
        """A request with these commands, folded as the desk folds it."""
        head = json.loads(self.request.model_dump_json(by_alias=True, exclude={"commands", "cursors"}))
        head["cursors"] = self.cursors
        text = json.dumps(head).encode()[:-1] + b',"commands":[' + b",".join(self.commands[start:end]) + b"]}"
        return zstandard.compress(text, 3) if len(text) >= FOLDED_FROM else text

    def hear(self, answer: bytes, wanted: int) -> None:
        """Moves on in the feed; every command must have been applied."""
        said = json.loads(answer)
        applied = sum(1 for ack in said["acks"] if ack["state"] == "applied")
        if applied != wanted:
            raise UnmeasuredError(f"central applied {applied} of {wanted}: {said['acks'][-1]}")
        for patch in said["patches"]:
            self.cursors[patch["scope"]] = [patch["to"], patch["boot"]]


async def make_sales(desk: Desk, sales: int, shelf: int = 0, cash: Money = CASH) -> Queue:
    """So many sales: a cart, three products, one of them twice, checked out, paid in cash, or as far as it goes.

    Desks with shelves of their own sell different goods: what one of them wrote can be run again beside the others.
    """
    cases = desk.use_cases
    hits = [hit for letter in "abcdefghilmnoprstw" for hit in (await cases.searching.search(letter, None)).hits]
    found = {hit.id for hit in hits if hit.kind == "product" and hit.id is not None and hit.id.int % SHELVES == shelf}
    products = sorted(found)[:PRODUCTS_OF_A_SALE]
    if len(products) < PRODUCTS_OF_A_SALE:
        raise UnmeasuredError("the desk has no products to sell")
    for _ in range(sales):
        await _sell(desk, products, cash)
    ledgers = StoreLedgers(desk.runner, desk.session)
    first = await ledgers.commit(lambda ledger: push.next_request(ledger, desk.session.clock.read(), "0.1.0"))
    commands = await ledgers.commit(_take_all)
    token = desk.accounts.access_token
    if token is None:
        raise UnmeasuredError("the desk's session has ended")
    cursors = {scope: list(cursor) for scope, cursor in first.cursors.items()}
    return Queue(first, token, [command.model_dump_json().encode() for command in commands], cursors)


def _take_all(ledger: StoreLedger) -> tuple[Envelope, ...]:
    return ledger.take(sys.maxsize, sys.maxsize)


async def _sell(desk: Desk, products: list[UUID], cash: Money) -> None:
    carting, tendering = desk.use_cases.carting, desk.use_cases.tendering
    cart = _value(await carting.open_cart()).cart
    for product in products:
        cart = _value(await carting.add_product(product, 1, cart.id)).cart
    cart = _value(await carting.set_quantity(cart.id, cart.lines[0].id, 2)).cart
    _value(await tendering.check_out(cart.id))
    _value(await tendering.take_cash(cart.id, cash))


def _value(outcome: Any) -> Any:
    if not isinstance(outcome, Done):
        raise UnmeasuredError(f"a sale was refused: {outcome}")
    return outcome.value


class Sender:
    """One kept connection to central, as little work on this side as there can be."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "zstd",
        }

    def send(self, body: bytes) -> bytes:
        folded = {} if body.startswith(b"{") else {"Content-Encoding": "zstd"}
        self._connection.request("POST", "/v1/sync", body, {**self._headers, **folded})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.headers.get("Content-Encoding") == "zstd":
            content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
        if answer.status != http.client.OK:
            raise UnmeasuredError(f"central answered {answer.status}: {content[:200]!r}")
        return content

    def close(self) -> None:
        self._connection.close()
