"""One rule, three users of it: the desk, central and the tests decide here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent_desk.domain import (
    carting,
    checking_out,
    customers,
    measuring,
    paying_by_card,
    quoting,
    rates,
    refunding,
    refunding_cards,
    settling,
    stocking,
    tendering,
    tilling,
)
from agent_desk.domain.aggregate import Command
from agent_desk.domain.card_commands import AskCard, AskMmg, CancelCard, RefundCard
from agent_desk.domain.commands import (
    AddCustomer,
    AddProduct,
    AskSpecialQuote,
    BookShipment,
    ChangeCustomer,
    CheckOut,
    CountStock,
    HandOverGoods,
    HoldCart,
    OpenCart,
    PlaceOrder,
    RecallCart,
    ReceiveGoods,
    RecordMeasurement,
    ReleaseCheckout,
    RemoveLine,
    ReviseCartCustomer,
    ReviseCustomer,
    RevisePromotion,
    ReviseQuantity,
    SaveQuote,
    SetCartCustomer,
    SetPromotion,
    SetQuantity,
    SettleLoss,
    TakeOutLine,
)
from agent_desk.domain.decision import Facts, Outcome, State
from agent_desk.domain.money_commands import (
    AskRefund,
    CloseTill,
    CountTill,
    OpenTill,
    PayIn,
    PayOut,
    RefundCash,
    SetExchangeRate,
    TakeCash,
    TakeCashInTill,
)

# each handler takes the command type it stands beside, which a dict cannot say
HANDLERS: dict[type[Command], Callable[[State, Any, Facts], Outcome]] = {
    AddCustomer: customers.add_customer,
    ChangeCustomer: customers.change_customer,
    ReviseCustomer: customers.revise_customer,
    SettleLoss: settling.settle_loss,
    SaveQuote: quoting.save_quote,
    AskSpecialQuote: quoting.ask_special_quote,
    BookShipment: quoting.book_shipment,
    OpenCart: carting.open_cart,
    AddProduct: carting.add_product,
    SetQuantity: carting.set_quantity,
    ReviseQuantity: carting.set_quantity,
    RemoveLine: carting.remove_line,
    TakeOutLine: carting.remove_line,
    SetCartCustomer: carting.set_customer,
    ReviseCartCustomer: carting.set_customer,
    SetPromotion: carting.set_promotion,
    RevisePromotion: carting.set_promotion,
    HoldCart: carting.hold_cart,
    RecallCart: carting.recall_cart,
    CheckOut: checking_out.check_out,
    ReleaseCheckout: checking_out.release,
    PlaceOrder: checking_out.place_order,
    SetExchangeRate: rates.set_rate,
    TakeCash: tendering.take_cash,
    TakeCashInTill: tendering.take_cash,
    RefundCash: refunding.refund_cash,
    AskRefund: refunding.ask_refund,
    OpenTill: tilling.open_till,
    PayIn: tilling.pay_in,
    PayOut: tilling.pay_in,
    CountTill: tilling.count_till,
    CloseTill: tilling.close_till,
    AskCard: paying_by_card.ask_card,
    AskMmg: paying_by_card.ask_mmg,
    CancelCard: paying_by_card.cancel_card,
    RefundCard: refunding_cards.refund_card,
    RecordMeasurement: measuring.record_measurement,
    ReceiveGoods: stocking.receive_goods,
    CountStock: stocking.count_stock,
    HandOverGoods: stocking.hand_over,
}


def decide(state: State, command: Command, facts: Facts) -> Outcome:
    """What becomes of a command: the new states, or everything that stands against it."""
    return HANDLERS[type(command)](state, command, facts)
