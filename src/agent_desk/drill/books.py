"""What central holds, read from its own database while it runs."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

_TWICE = {
    "a command under two numbers": "select id::text from command group by id having count(*) > 1",
    "a number with a gap before it": (
        "select device || ' ' || n from (select device, n, lag(n, 1, 0::bigint) over"
        " (partition by device, generation order by n) as before from command) as numbered where n <> before + 1"
    ),
    "cash of one command twice": "select command::text from cash_received group by command having count(*) > 1",
    "a receipt twice": "select receipt from cash_received group by receipt having count(*) > 1",
    "an order number twice": ("select handle from document where kind = 'order' group by handle having count(*) > 1"),
    "cash without its order": "select order_number from cash_received where not matched",
    "an audit row twice": "select subject from audit where action = 'take_cash' group by subject having count(*) > 1",
    "a command that was refused or parked": "select name || ' ' || state from command where state <> 'applied'",
}


class Books:
    """Central's database, while it runs in `data`."""

    def __init__(self, data: Path) -> None:
        lines = (data / "postgres" / "postmaster.pid").read_text().splitlines()
        self._where = f"postgresql://postgres@/postgres?host={lines[4]}&port={lines[3]}"

    def orders(self) -> dict[str, dict[str, Any]]:
        """Every order by its number."""
        rows = self._ask("select body from document where kind = 'order'")
        orders = [json.loads(bytes(body)) for (body,) in rows]
        return {order["number"]: order for order in orders}

    def shipments(self) -> list[dict[str, Any]]:
        return [json.loads(bytes(body)) for (body,) in self._ask("select body from document where kind = 'shipment'")]

    def tills(self) -> list[dict[str, Any]]:
        return [json.loads(bytes(body)) for (body,) in self._ask("select body from document where kind = 'till'")]

    def account(self, name: str) -> dict[str, int]:
        """What an account of the ledger holds, by currency, in minor units; nothing where that is zero."""
        rows = self._ask("select currency, sum(minor)::bigint from posting where account = %s group by 1", name)
        return {currency: minor for currency, minor in rows if minor}

    def unbalanced(self) -> list[str]:
        """The currencies in which the ledger does not come to nothing; there are none."""
        return [row[0] for row in self._ask("select currency from posting group by 1 having sum(minor) <> 0")]

    def cash(self) -> dict[str, str]:
        """The order number of every receipt that cash was taken on."""
        return dict(self._ask("select receipt, order_number from cash_received"))

    def count_events(self) -> int:
        """What providers told central, each once."""
        ((count,),) = self._ask("select count(*) from webhook_event")
        return int(count)

    def count_commands(self) -> int:
        ((count,),) = self._ask("select count(*) from command")
        return int(count)

    def received_at(self, name: str) -> datetime:
        """When central took in the first command of a name."""
        ((at,),) = self._ask("select min(received_at) from command where name = %s", name)
        assert isinstance(at, datetime), f"{name} was taken in"
        return at

    def troubles(self) -> list[str]:
        """Whatever was applied twice, lost or refused, a sentence each; empty when all is well."""
        return [f"{what}: {row[0]}" for what, query in _TWICE.items() for row in self._ask(query)]

    def _ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._where) as connection:
            return connection.execute(query.encode(), values).fetchall()
