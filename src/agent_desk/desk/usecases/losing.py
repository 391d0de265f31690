"""SYN-5: what another desk replaced without having seen it, to be put back or left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from agent_desk.desk.usecases.carting import add_product, set_customer, set_promotion, set_quantity
from agent_desk.desk.usecases.customers import change_customer
from agent_desk.desk.usecases.ports import Reader, Work, stop
from agent_desk.desk.usecases.rows import LossRow
from agent_desk.domain.aggregate import Ref
from agent_desk.domain.commands import SettleLoss
from agent_desk.domain.losing import Loss, Plain
from agent_desk.domain.people import Address, Customer
from agent_desk.domain.refusal import blocks
from agent_desk.domain.selling import Cart

MOST = 100


def list_losses(reader: Reader) -> tuple[LossRow, ...]:
    """The newest first."""
    rows = [
        _row(reader, ref, found, loss)
        for ref in reader.list_losing(MOST)
        if (found := _find(reader, ref)) is not None
        for loss in found.losses
    ]
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


def restore_loss(work: Work, kind: str, subject: UUID, field: str) -> None:
    """Puts the lost value back where it stood; what stands there now has been seen."""
    loss = _loss(work, (kind, subject), field)
    if kind == Cart.kind:
        _restore_cart(work, subject, loss)
        return
    named: dict[str, Any] = {"full_name" if field == "name" else field: loss.value}
    if isinstance(loss.value, dict):
        named[field] = Address.model_validate(loss.value)
    change_customer(work, subject, **named)


def _restore_cart(work: Work, cart: UUID, loss: Loss) -> None:
    match loss.field.partition(":"):
        case ("customer", _, _):
            set_customer(work, cart, UUID(str(loss.value)) if loss.value else None)
        case ("promotion", _, _):
            set_promotion(work, cart, str(loss.value))
        case ("product", _, product):
            add_product(work, UUID(product), int(str(loss.value)), cart)
        case (_, _, line):
            set_quantity(work, cart, UUID(line), int(str(loss.value)))


def settle_loss(work: Work, kind: str, subject: UUID, field: str) -> None:
    """Leaves what stands there."""
    _loss(work, (kind, subject), field)
    work.do(SettleLoss.model_validate({"kind": kind, "subject": subject, "field": field}))


def _find(reader: Reader, ref: Ref) -> Customer | Cart | None:
    kind, id_ = ref
    return reader.find(Cart, id_) if kind == Cart.kind else reader.find(Customer, id_)


def _loss(reader: Reader, ref: Ref, field: str) -> Loss:
    found = _find(reader, ref)
    loss = next((one for one in (() if found is None else found.losses) if one.field == field), None)
    if loss is None:
        raise stop(blocks("loss.unknown", "field", "This was settled already: nothing is to be done."))
    return loss


def _row(reader: Reader, ref: Ref, found: Customer | Cart, loss: Loss) -> LossRow:
    subject = found.name if isinstance(found, Customer) else found.customer_name or found.number
    lost, instead = (_words(reader, loss.field, value) for value in (loss.value, loss.instead))
    return LossRow(ref, subject, loss.field, loss.label, lost, instead, loss.by, loss.at)


def _words(reader: Reader, field: str, value: Plain) -> str:
    if field == "customer":
        known = reader.find(Customer, UUID(str(value))) if value else None
        return "Walk-in" if not value else "a customer who is not here" if known is None else known.name
    if not isinstance(value, dict):
        return str(value or "nothing")
    address = Address.model_validate(value)
    region = "" if address.region is None else f"Region {address.region}"
    return ", ".join(part for part in (address.line, address.place, region) if part) or "nothing"
