"""What travels with the program as a sample: its price book, or another from a file, and who can sign in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, JsonValue

from agent_desk.domain.people import Role
from agent_desk.domain.price_book import ExchangeRate, PriceBook, RateCard, TaxTable, TradeRules
from agent_desk.resources import resource_path

PRICES = "sample/prices.json"
PEOPLE = "sample/people.json"
_NAMESPACE = uuid5(NAMESPACE_URL, "agent-desk/price-book")

Row = dict[str, JsonValue]


class BookFile(BaseModel):
    """What a price book file holds: the models of the domain, whose ids may be left out."""

    model_config = ConfigDict(extra="forbid")

    rate_cards: list[Row]
    exchange_rates: list[Row]
    tax_tables: list[Row]
    trade_rules: list[Row]


def load_price_book(path: Path | None = None) -> PriceBook:
    """The price book in `path`, else the sample; the same file gives the same ids.

    Raises OSError when it cannot be read and ValueError when it is not a price book.
    """
    content = (resource_path(PRICES) if path is None else path).read_bytes()
    file = BookFile.model_validate_json(content)
    return PriceBook(
        cards=tuple(
            RateCard.model_validate(_named("rate_card", row, "service", "origin", "destination", "valid_from"))
            for row in file.rate_cards
        ),
        rates=tuple(
            ExchangeRate.model_validate(_named("exchange_rate", row, "effective_at")) for row in file.exchange_rates
        ),
        taxes=tuple(
            TaxTable.model_validate(_named("tax_table", row, "country", "valid_from")) for row in file.tax_tables
        ),
        rules=tuple(TradeRules.model_validate(_named("trade_rules", row, "valid_from")) for row in file.trade_rules),
    )


def stable_id(*parts: object) -> UUID:
    """The id of what is named by these words, the same on every machine."""
    return uuid5(_NAMESPACE, "/".join(str(part) for part in parts))


def _named(kind: str, row: Row, *keys: str) -> dict[str, object]:
    return {"id": stable_id(kind, *(row.get(key) for key in keys)), "version": 1, **row}


class SampleAccount(NamedTuple):
    """Somebody of the sample who can sign in."""

    login: str
    password: str
    desks: tuple[str, ...]
    """Of the branch, in order."""


def find_account(role: Role) -> SampleAccount:
    """The first of the sample's staff in a role."""
    people = json.loads(resource_path(PEOPLE).read_text("utf-8"))
    staff = next(one for one in people["staff"] if one["role"] == role.value)
    branch = next(one for one in people["branches"] if one["code"] == staff["branch"])
    return SampleAccount(staff["login"], staff["password"], tuple(branch["desks"]))
