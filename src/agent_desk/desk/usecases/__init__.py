"""What people can do at the desk, as the window calls it.

Every name below is a coroutine function: the function of the same name in its module without the first argument.
A query answers with its rows. An action answers with `Done(value, warnings)`, saved on this desk, or with `Refused`,
which says everything that stands against it. Both raise `KnownError` when the world stands in the way.
"""

from __future__ import annotations

from uuid import UUID

from agent_desk.desk.usecases import (
    advising,
    carting,
    customers,
    drafting,
    listing_orders,
    losing,
    measuring,
    paying_by_card,
    pricing,
    quoting,
    receipts,
    refunding,
    scanning,
    searching,
    stocking,
    syncing_status,
    tendering,
    tilling,
    viewing,
)
from agent_desk.desk.usecases.handing_on import HandingOn
from agent_desk.desk.usecases.ports import Link, PaperFolder, Papers, Runner, Work
from agent_desk.desk.usecases.rows import PaperRow
from agent_desk.desk.usecases.signing_in import SigningIn


class Pricing:
    def __init__(self, run: Runner) -> None:
        self.find_rate = run.reading(pricing.find_rate)
        self.set_rate = run.acting(pricing.set_rate)
        self.find_trade_rules = run.reading(pricing.find_trade_rules)
        self.price = run.reading(pricing.price)
        self.advise = run.reading(advising.advise)
        self.list_goods = run.reading(advising.list_goods)


class Quoting:
    def __init__(self, run: Runner, papers: Papers, folder: PaperFolder) -> None:
        def print_quote(work: Work, quote: UUID) -> PaperRow:
            return quoting.print_quote(work, quote, papers=papers, folder=folder)

        self.get_quote = run.reading(quoting.get_quote)
        self.find_quote = run.reading(quoting.find_quote)
        self.list_quotes = run.reading(quoting.list_quotes)
        self.next_quote_number = run.reading(quoting.next_quote_number)
        self.reprice = run.reading(quoting.reprice)
        self.save_quote = run.acting(quoting.save_quote)
        self.ask_special_quote = run.acting(quoting.ask_special_quote)
        self.print_quote = run.acting(print_quote)


class Carting:
    def __init__(self, run: Runner) -> None:
        self.get_cart = run.reading(carting.get_cart)
        self.find_current_cart = run.reading(carting.find_current_cart)
        self.list_carts = run.reading(carting.list_carts)
        self.list_tabs = run.reading(carting.list_tabs)
        self.recent_products = run.reading(carting.recent_products)
        self.open_cart = run.acting(carting.open_cart)
        self.choose_cart = run.acting(carting.choose_cart)
        self.add_product = run.acting(carting.add_product)
        self.add_by_code = run.acting(carting.add_by_code)
        self.set_quantity = run.acting(carting.set_quantity)
        self.remove_line = run.acting(carting.remove_line)
        self.clear_cart = run.acting(carting.clear_cart)
        self.set_customer = run.acting(carting.set_customer)
        self.set_promotion = run.acting(carting.set_promotion)
        self.hold_cart = run.acting(carting.hold_cart)
        self.recall_cart = run.acting(carting.recall_cart)
        self.book_quote = run.acting(carting.book_quote)
        self.quote_to_cart = run.acting(carting.quote_to_cart)


class Tendering:
    def __init__(self, run: Runner) -> None:
        self.locked_till = run.reading(tendering.locked_till)
        self.count_cash = run.reading(tendering.count_cash)
        self.check_out = run.acting(tendering.check_out)
        self.release = run.acting(tendering.release)
        self.renew = run.acting(tendering.renew)
        self.place_order = run.acting(tendering.place_order)
        self.take_cash = run.acting(tendering.take_cash)
        self.find_tiles = run.reading(paying_by_card.find_tiles)
        self.find_card = run.reading(paying_by_card.find_card)
        self.ask_card = run.acting(paying_by_card.ask_card)
        self.ask_mmg = run.acting(paying_by_card.ask_mmg)
        self.cancel_card = run.acting(paying_by_card.cancel_card)


class Tilling:
    def __init__(self, run: Runner, papers: Papers, folder: PaperFolder) -> None:
        def print_till(work: Work, till: UUID) -> PaperRow:
            return tilling.print_till(work, till, papers=papers, folder=folder)

        self.find_till = run.reading(tilling.find_till)
        self.say_till = run.reading(tilling.say_till)
        self.list_tills = run.reading(tilling.list_tills)
        self.compare = run.reading(tilling.compare)
        self.open_till = run.acting(tilling.open_till)
        self.pay_in = run.acting(tilling.pay_in)
        self.pay_out = run.acting(tilling.pay_out)
        self.commit_count = run.acting(tilling.commit_count)
        self.close_till = run.acting(tilling.close_till)
        self.print_till = run.acting(print_till)


class Refunding:
    def __init__(self, run: Runner) -> None:
        self.preview = run.reading(refunding.preview)
        self.refund_cash = run.acting(refunding.refund_cash)
        self.refund_card = run.acting(refunding.refund_card)
        self.ask_refund = run.acting(refunding.ask_refund)


class Stocking:
    def __init__(self, run: Runner) -> None:
        self.find_stock = run.reading(stocking.find_stock)
        self.receive_goods = run.acting(stocking.receive_goods)
        self.count_stock = run.acting(stocking.count_stock)
        self.hand_over = run.acting(stocking.hand_over)


class Receipts:
    def __init__(self, run: Runner, papers: Papers, folder: PaperFolder) -> None:
        def print_receipt(work: Work, order: UUID, tender: UUID) -> PaperRow:
            return receipts.print_receipt(work, order, tender, papers=papers, folder=folder)

        self.print_receipt = run.acting(print_receipt)
        self.list_papers = run.reading(receipts.list_papers)


class Measuring:
    def __init__(self, run: Runner) -> None:
        self.list_waiting = run.reading(measuring.list_waiting)
        self.find_piece = run.reading(measuring.find_piece)
        self.get_rules = run.reading(measuring.get_rules)
        self.search_shipments = run.reading(measuring.search_shipments)
        self.preview = run.trying(measuring.record_measurement)
        """The re-rate and the holds that recording this would bring; nothing is kept."""
        self.record_measurement = run.acting(measuring.record_measurement)


class Customers:
    def __init__(self, run: Runner) -> None:
        self.search_customers = run.reading(customers.search_customers)
        self.find_likely_same = run.reading(customers.find_likely_same)
        self.get_customer = run.reading(customers.get_customer)
        self.add_customer = run.acting(customers.add_customer)
        self.change_customer = run.acting(customers.change_customer)


class Searching:
    def __init__(self, run: Runner) -> None:
        self.search = run.reading(searching.search)
        self.identify = run.reading(scanning.identify)


class Orders:
    def __init__(self, run: Runner) -> None:
        self.list_orders = run.reading(listing_orders.list_orders)
        self.count_chips = run.reading(listing_orders.count_chips)
        self.get_order = run.reading(viewing.get_order)
        self.find_order = run.reading(viewing.find_order)


class SyncStatus:
    def __init__(self, run: Runner, link: Link) -> None:
        self.link = link
        """What the pill and the sync page show of the loop; `link.subscribe` tells of changes."""
        self.get_status = run.reading(syncing_status.get_status)
        self.count_waiting = run.reading(syncing_status.count_waiting)
        self.find_branch = run.reading(syncing_status.find_branch)
        self.settle_notice = run.acting(syncing_status.settle_notice)
        self.restore_loss = run.acting(losing.restore_loss)
        self.settle_loss = run.acting(losing.settle_loss)


class Drafting:
    def __init__(self, run: Runner) -> None:
        self.find_draft = run.reading(drafting.find_draft)
        self.save_draft = run.acting(drafting.save_draft)
        self.clear_draft = run.acting(drafting.clear_draft)


class UseCases:
    """Everything the window may ask for, by page."""

    def __init__(
        self,
        run: Runner,
        *,
        signing_in: SigningIn,
        papers: Papers,
        folder: PaperFolder,
        link: Link,
        handing_on: HandingOn,
    ) -> None:
        self.subscribe = run.subscribe
        """`subscribe(listener)`: called with `Changes` after every commit, on the thread of the event loop."""
        self.signing_in = signing_in
        self.handing_on = handing_on
        self.pricing = Pricing(run)
        self.quoting = Quoting(run, papers, folder)
        self.carting = Carting(run)
        self.tendering = Tendering(run)
        self.tilling = Tilling(run, papers, folder)
        self.refunding = Refunding(run)
        self.stocking = Stocking(run)
        self.receipts = Receipts(run, papers, folder)
        self.measuring = Measuring(run)
        self.customers = Customers(run)
        self.searching = Searching(run)
        self.orders = Orders(run)
        self.sync = SyncStatus(run, link)
        self.drafting = Drafting(run)
