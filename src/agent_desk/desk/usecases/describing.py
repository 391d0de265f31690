"""Commands in words, for the list of what waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent_desk.domain import card_commands as k
from agent_desk.domain import commands as c
from agent_desk.domain import money_commands as m
from agent_desk.domain.aggregate import Command
from agent_desk.domain.catalogue import Product
from agent_desk.domain.decision import State
from agent_desk.domain.formats import rate_text
from agent_desk.domain.money import Money
from agent_desk.domain.people import Customer
from agent_desk.domain.selling import Cart, Order
from agent_desk.domain.shipping import Quote, Shipment
from agent_desk.domain.till import Till

Words = tuple[str, str, Money | None]
"""What is done, to what, and the money in it."""


def describe(command: Command, state: State) -> Words:
    """`Place order`, `GEO-2-000091`, USD 303.13."""
    what, subject = _WORDS[type(command)]
    detail, money = subject(command, state)
    return what, detail, money


Subject = tuple[str, Money | None]


def _cart(command: c.CartCommand, state: State) -> Subject:
    cart = state.find(Cart, command.cart)
    if cart is None:
        return "", None
    return (f"{cart.number}, {cart.customer_name}" if cart.customer_name else cart.number), None


def _customer(command: c.ReviseCustomer, state: State) -> Subject:
    customer = state.find(Customer, command.customer)
    return (command.now.full_name or ("" if customer is None else customer.name)), None


def _loss(command: c.SettleLoss, state: State) -> Subject:
    if command.kind == Cart.kind:
        cart = state.find(Cart, command.subject)
        return ("" if cart is None else cart.number), None
    customer = state.find(Customer, command.subject)
    return ("" if customer is None else customer.name), None


def _cart_product(command: c.AddProduct, state: State) -> Subject:
    product = state.find(Product, command.product)
    name = "" if product is None else product.name
    return f"{command.quantity} × {name}", command.each.times(command.quantity)


def _card(command: k.AskCard | k.CancelCard, state: State) -> Subject:
    order = state.find(Order, command.order)
    return ("", None) if order is None else (order.number, order.due)


def _quote(command: c.SaveQuote | c.AskSpecialQuote, _state: State) -> Subject:
    many = len(command.request.pieces)
    money = command.total if isinstance(command, c.SaveQuote) else None
    return f"{command.number}, {many} piece{'' if many == 1 else 's'}", money


def _booking(command: c.BookShipment, state: State) -> Subject:
    quote = state.find(Quote, command.quote)
    return (command.number if quote is None else f"{command.number}, from {quote.number}"), command.price


def _handed(command: c.HandOverGoods, state: State) -> Subject:
    order = state.find(Order, command.order)
    return (str(command.quantity) if order is None else f"{command.quantity} of {order.number}"), None


def _refund_asked(command: m.AskRefund | k.RefundCard, state: State) -> Subject:
    order = state.find(Order, command.order)
    return ("" if order is None else order.number), command.amount


def _till(command: m.TillFact, state: State) -> Subject:
    till = state.find(Till, command.till)
    return ("" if till is None else till.number), None


def _measurement(command: c.RecordMeasurement, state: State) -> Subject:
    shipment = state.find(Shipment, command.shipment)
    return f"{'' if shipment is None else shipment.number}, piece {command.piece}", None


def _shelf(command: c.ShelfFact, state: State) -> str:
    product = state.find(Product, command.product)
    return f"{'' if product is None else product.name}, {command.branch}"


# each function takes the command type it stands beside, which a dict cannot say
_WORDS: dict[type[Command], tuple[str, Callable[[Any, State], Subject]]] = {
    c.AddCustomer: ("Add customer", lambda x, _: (f"{x.full_name}, {x.phone}" if x.phone else x.full_name, None)),
    c.ChangeCustomer: ("Change customer", lambda x, _: (x.full_name or "", None)),
    c.ReviseCustomer: ("Change customer", _customer),
    c.SettleLoss: ("Leave what was replaced", _loss),
    c.SaveQuote: ("Save quote", _quote),
    c.AskSpecialQuote: ("Ask for a special quote", _quote),
    c.BookShipment: ("Book shipment", _booking),
    c.OpenCart: ("Open cart", lambda x, _: (x.number, None)),
    c.AddProduct: ("Add product", _cart_product),
    c.SetQuantity: ("Set quantity", _cart),
    c.ReviseQuantity: ("Set quantity", _cart),
    c.RemoveLine: ("Take out a line", _cart),
    c.TakeOutLine: ("Take out a line", _cart),
    c.SetCartCustomer: ("Set the cart's customer", _cart),
    c.ReviseCartCustomer: ("Set the cart's customer", _cart),
    c.SetPromotion: ("Set promotion", _cart),
    c.RevisePromotion: ("Set promotion", _cart),
    c.HoldCart: ("Hold cart", _cart),
    c.RecallCart: ("Recall cart", _cart),
    c.CheckOut: ("Check out", lambda x, state: (_cart(x, state)[0], x.totals.total)),
    c.ReleaseCheckout: ("Release checkout", _cart),
    c.PlaceOrder: ("Place order", lambda x, _: (x.number, x.totals.total)),
    m.SetExchangeRate: ("Set exchange rate", lambda x, _: (rate_text(x.gyd_per_usd), None)),
    m.TakeCash: ("Take cash", lambda x, _: (f"{x.order_number}, receipt {x.receipt}", x.given)),
    m.TakeCashInTill: ("Take cash", lambda x, _: (f"{x.order_number}, receipt {x.receipt}", x.given)),
    k.AskCard: ("Ask for a card", _card),
    k.AskMmg: ("Ask for MMG", _card),
    k.CancelCard: ("Cancel a payment", _card),
    k.RefundCard: ("Give back to a card", _refund_asked),
    m.RefundCash: ("Give cash back", lambda x, _: (f"{x.order_number}, receipt {x.receipt}", x.given)),
    m.AskRefund: ("Ask for a refund", _refund_asked),
    m.OpenTill: ("Open till", lambda x, _: (x.number, None)),
    m.PayIn: ("Pay in", lambda x, _: (x.reason, x.amount)),
    m.PayOut: ("Pay out", lambda x, _: (x.reason, x.amount)),
    m.CountTill: ("Count till", _till),
    m.CloseTill: ("Close till", _till),
    c.RecordMeasurement: ("Record measurement", _measurement),
    c.ReceiveGoods: ("Receive goods", lambda x, state: (f"{x.quantity} × {_shelf(x, state)}", None)),
    c.CountStock: ("Count stock", lambda x, state: (f"{x.counted} × {_shelf(x, state)}", None)),
    c.HandOverGoods: ("Hand goods over", _handed),
}
