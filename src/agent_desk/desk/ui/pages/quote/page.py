"""The Quote page: wires the cards to the state and the state to the use cases."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.quote.asking import Asking
from agent_desk.desk.ui.pages.quote.choosing import Choosing
from agent_desk.desk.ui.pages.quote.doing import Doing
from agent_desk.desk.ui.pages.quote.draft import QuoteDraft, Units
from agent_desk.desk.ui.pages.quote.frame import AREA
from agent_desk.desk.ui.pages.quote.settling import Spot
from agent_desk.desk.ui.pages.quote.showing import show
from agent_desk.desk.ui.pages.quote.state import QuoteState
from agent_desk.desk.ui.pages.quote.whole import QuoteWhole
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.usecases.ports import Changes

TICK_MS = 20_000


class QuotePage(QuoteWhole):
    """What is sent, what it costs and why, what must be settled first, and into the cart."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.now)
        self.context = context
        self.state = QuoteState(context.staff.role)
        self.asking: Asking = Asking(self, context)
        self.choosing: Choosing = Choosing(self, context)
        self.doing: Doing = Doing(self, context)
        self._wire()
        self._bind_keys()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.show_state)
        self._tick.start()
        self.show_state()
        self.asking.begin()

    def _wire(self) -> None:
        asking = self.asking
        self.clear_button.clicked.connect(self.clear)
        self.pdf_button.clicked.connect(self.doing.print)
        self.save_button.clicked.connect(self.doing.save)
        self.customer.asked.connect(self.choosing.find_customers)
        self.customer.picked.connect(lambda key: self.choosing.pick_customer(UUID(key)))
        self.customer.add_wanted.connect(lambda name: self.open_form(name, edit=False))
        self.customer.edit_wanted.connect(lambda: self.open_form("", edit=True))
        self.form.edited.connect(self.choosing.find_likely)
        self.form.added.connect(self.choosing.keep_customer)
        self.form.picked.connect(lambda key: self.choosing.pick_customer(UUID(key)))
        self.form.left.connect(self.focus_customer)
        self.route.chosen.connect(lambda field, key: self.change(self.state.draft.changed(**{field: key})))
        self.route.typed.connect(lambda field, text: self.change(self.state.draft.changed(**{field: text})))
        self.goods.typed.connect(lambda field, text: self.change(self.state.draft.changed(**{field: text})))
        self.goods.ticked.connect(lambda field, on: self.change(self.state.draft.changed(**{field: on})))
        self.goods.chosen.connect(lambda kind: self.change(self.state.draft.changed(goods=kind)))
        self.last.repeated.connect(asking.repeat)
        self.pieces.edited.connect(self._edit_piece)
        self.pieces.focused.connect(self._focus_piece)
        self.pieces.units_chosen.connect(lambda key: self._use_units(Units(key)))
        self.pieces.add_wanted.connect(self.add_piece)
        self.pieces.remove_wanted.connect(self._remove_piece)
        self.pieces.copy_wanted.connect(self._copy_piece)
        self.pieces.packing_chosen.connect(lambda at, words: self._edit_piece(at, "packing", words))
        self.settle.fixed.connect(self._take_way)
        self.settle.visited.connect(self._visit)
        self.steps.left.connect(self.close_steps)
        self.price.service_chosen.connect(lambda key: self.change(self.state.draft.changed(service=key)))
        self.price.refused.connect(lambda why: self.context.notify(Notice("Not by this service", why, "warn")))
        self.price.explain_wanted.connect(self.doing.explain)
        self.price.commit_wanted.connect(self.doing.book)

    def _bind_keys(self) -> None:
        acts: dict[str, Callable[[], object]] = {
            "customer": self.customer.search,
            "add_piece": self.add_piece,
            "units": lambda: self._use_units(self.state.draft.units.other),
            "settle": self.settle.list.walk,
            "save": self.doing.save,
            "to_cart": self.doing.book,
            "pdf": self.doing.print,
            "service_1": lambda: self._press_service(0),
            "service_2": lambda: self._press_service(1),
            "service_3": lambda: self._press_service(2),
            "clear": self.clear,
        }
        for action, act in acts.items():
            self.context.keys.bind(AREA, action, act)
        self.context.keys.take(AREA, "next_cell")

    def as_widget(self) -> QWidget:
        return self

    def opened(self, at: UUID | None) -> None:
        """Shows a customer or a saved quote where one is named; focus where typing starts."""
        if at is not None:
            self.asking.open(at)
        self.asking.refresh()
        self.focus_first()

    def changed(self, changes: Changes) -> None:
        """Prices, the customer or the quote may have moved on."""
        kinds = ("rate_card", "exchange_rate", "tax_table", "trade_rules", "customer", "quote")
        if changes.touches(*kinds):
            self.asking.refresh()

    def scanned(self, code: str) -> bool:
        """A quote's number opens it, a customer's card fills the customer in."""
        return self.asking.scanned(code)

    def change(self, draft: QuoteDraft) -> None:
        """Something was typed or chosen: shown at once, priced and kept behind it."""
        if self.state.type(draft):
            self.after_change()

    def after_change(self) -> None:
        """The draft is another: shows it, has it priced, has it kept."""
        self.asking.price()
        self.asking.keep()
        self.show_state()

    def show_state(self) -> None:
        """Shows everything that is known now."""
        show(self)

    def add_piece(self) -> None:
        """One more row, the cursor in it."""
        at = self.state.add_piece()
        self.state.row = at
        self.after_change()
        self.pieces.go_to(at, "contents")

    def clear(self) -> None:
        """An empty page; what was there comes back with one press of the notice."""
        before, saved = self.state.draft, self.state.saved
        if before.is_blank:
            self.focus_first()
            return
        self.state.clear()
        self.show_steps(steps=False)
        self.after_change()
        self.focus_first()

        def bring_back() -> None:
            self.state.saved = saved
            self.change(before)
            self.focus_first()

        self.context.notify(Notice("Cleared", "The page is empty", undo=bring_back))

    def go_settle(self) -> None:
        """The cursor goes to the first thing that stands against the quote."""
        matters = self.state.matters()
        if matters:
            self.go_to(matters[0].spot)
        elif not self.state.draft.rows:
            self.pieces.go_to(0, "contents")

    def focus_first(self) -> None:
        """Where typing starts: the customer, else the first piece."""
        if self.customer.is_searching() and self.state.draft.customer is None:
            self.customer.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            blank = next((at for at, piece in enumerate(self.state.draft.pieces) if piece.is_blank), self.state.row)
            self.pieces.go_to(blank, "contents")

    def focus_customer(self) -> None:
        if self.customer.is_searching():
            self.customer.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.pieces.go_to(self.state.row, "contents")

    def go_to(self, spot: Spot) -> None:
        """Puts the cursor where a matter is."""
        if spot.row is not None:
            self.pieces.go_to(spot.row, spot.field)
            return
        first = spot.field.split(".")[-1]
        fields: dict[str, QWidget] = {
            "origin": self.route.origin, "destination": self.route.destination, "country": self.route.destination,
            "place": self.route.place, "region": self.route.place, "directions": self.route.directions.entry,
            "declared_value": self.goods.value.entry, "goods": self.goods.kind, "insured": self.goods.insured,
            "description": self.goods.description.entry, "dangerous": self.goods.dangerous,
            "customer": self.customer.entry,
        }  # fmt: skip
        if first in fields:
            fields[first].setFocus(Qt.FocusReason.OtherFocusReason)
        elif first == "service" and self.price.cards():
            self.price.cards()[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.pieces.go_to(self.state.row, "contents")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.shows_steps():
            self.close_steps()
            return
        if event.key() == Qt.Key.Key_Escape and self.customer.is_searching() and self.state.draft.customer is not None:
            self.customer.put(self.state.draft.customer)
            self.focus_customer()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.asking.keep_now()

    def open_form(self, name: str, *, edit: bool) -> None:
        """The fields of a new customer, or of the one that is shown."""
        below = self.customer.geometry().bottomLeft()
        parent = self.customer.parentWidget()
        spot = below if parent is None else parent.mapTo(self, below)
        self.form.open_for(name, self.state.draft.customer if edit else None, spot)
        self.choosing.find_likely()

    def _edit_piece(self, at: int, field: str, text: str) -> None:
        self.state.edit_piece(at, field, text)
        self.after_change()

    def _focus_piece(self, at: int) -> None:
        if at != self.state.row:
            self.state.row = at
            self.show_state()

    def _use_units(self, units: Units) -> None:
        self.change(self.state.draft.model_copy(update={"units": units}))

    def _remove_piece(self, at: int) -> None:
        self.state.remove_piece(at)
        self.after_change()
        self.pieces.go_to(min(at, len(self.state.draft.pieces) - 1), "contents")

    def _copy_piece(self, at: int) -> None:
        self.state.row = self.state.add_piece(self.state.draft.pieces[at])
        self.after_change()
        self.pieces.go_to(self.state.row, "contents")

    def _take_way(self, _matter: str, way: str) -> None:
        if self.state.take_way(way):
            self.after_change()
        else:
            self.doing.ask_special()

    def _visit(self, key: str) -> None:
        matter = next((one for one in self.state.matters() if one.key == key), None)
        if matter is not None:
            self.go_to(matter.spot)

    def _press_service(self, at: int) -> None:
        cards = self.price.cards()
        if at < len(cards):
            cards[at].click()
