"""Setting goods aside for a desk, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agent_desk.domain.stock import LEASE_LASTS, RECLAIMED_AFTER, Lease, Shelf, lease_id, lease_size


@dataclass(frozen=True, slots=True)
class Holder:
    """The desk that goods are set aside for."""

    device: UUID
    desk: str


def renew(
    lease: Lease | None, shelf: Shelf, holder: Holder, *, sold_last_week: int, desks: int, now: datetime
) -> tuple[Lease, Shelf] | None:
    """A new term where half of the old one is over, or more than half is sold; None where it stays as it is."""
    left = 0 if lease is None else lease.left
    size = lease_size(sold_last_week, desks, shelf.free + left)
    if size == 0:
        return None
    if lease is not None and lease.expires_at - now > LEASE_LASTS / 2 and 2 * left >= size:
        return None
    before = lease or Lease(
        id=lease_id(holder.desk, shelf.product),
        device=holder.device,
        desk=holder.desk,
        branch=shelf.branch,
        product=shelf.product,
        quantity=0,
        expires_at=now,
    )
    begun = before.next(device=holder.device, branch=shelf.branch, quantity=size, used=0, expires_at=now + LEASE_LASTS)
    return begun, shelf.next(leased=shelf.leased - left + size)


def reclaim(lease: Lease, shelf: Shelf, now: datetime) -> tuple[Lease, Shelf] | None:
    """What is left of a lease that ended is free again; None while the desk may still tell of sales from it."""
    if not lease.left or now < lease.expires_at + RECLAIMED_AFTER:
        return None
    return lease.next(used=lease.quantity), shelf.next(leased=shelf.leased - lease.left)
