"""SYN-10: how many of a product can be had here, with the age of knowing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Work
from agent_desk.domain.commands import CountStock, HandOverGoods, ReceiveGoods
from agent_desk.domain.stock import Availability, Bucket, Lease, availability_id, lease_id
from agent_desk.domain.times import age_text

FRESH_FOR = timedelta(seconds=30)
"""After central last answered; what is older says its age."""
A_MINUTE = timedelta(minutes=1)
_WORDS = {Bucket.NONE: "sold out here", Bucket.FEW: "1–3 here", Bucket.SOME: "4–9 here", Bucket.MANY: "10+ here"}


@dataclass(frozen=True, slots=True)
class StockShown:
    """What is known of one product at this branch."""

    bucket: Bucket
    set_aside: int
    """What this desk may still sell without asking."""
    age: str
    """`49 min`; empty while it is fresh."""

    @property
    def gone(self) -> bool:
        return self.bucket is Bucket.NONE and self.set_aside == 0

    @property
    def words(self) -> str:
        """`4–9 here`, `10+ here 49 min ago`, `2 set aside here`."""
        found = _WORDS[self.bucket]
        if self.bucket is Bucket.NONE and self.set_aside:
            found = f"{self.set_aside} set aside here"
        return f"{found} {self.age} ago" if self.age else found


def find_stock(reader: Reader, product: UUID) -> StockShown | None:
    """None where it is not counted, or nobody has said yet."""
    branch = reader.staff.branch
    told = reader.find(Availability, availability_id(branch, product))
    if told is None:
        return None
    lease = reader.find(Lease, lease_id(reader.desk, product))
    ours = lease is not None and lease.branch == branch
    set_aside = lease.left_at(reader.now, at_central=False) if lease is not None and ours else 0
    heard = reader.find_setting("heard_at")
    old = timedelta(0) if heard is None else reader.now - datetime.fromisoformat(heard)
    return StockShown(told.bucket, set_aside, age_text(max(old, A_MINUTE)) if old > FRESH_FOR else "")


def receive_goods(work: Work, product: UUID, quantity: int) -> None:
    """Goods that came in at this branch."""
    work.do(ReceiveGoods(branch=work.staff.branch, product=product, quantity=quantity))


def count_stock(work: Work, product: UUID, counted: int) -> None:
    """What lies on the shelf of this branch, counted."""
    work.do(CountStock(branch=work.staff.branch, product=product, counted=counted))


def hand_over(work: Work, order: UUID, line: UUID, quantity: int) -> None:
    """Goods of an order that the customer took."""
    work.do(HandOverGoods(order=order, line=line, quantity=quantity))
