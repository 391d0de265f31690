"""Route, goods and the last time: the left column under the customer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.pages.quote.draft import QuoteDraft
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.choice import Choice
from agent_desk.desk.ui.parts.field import Entry, Field, FieldState, MoneyField
from agent_desk.desk.ui.parts.finder import Finder, Suggestion
from agent_desk.desk.ui.parts.switch import Tick
from agent_desk.desk.ui.parts.text import Mark, Text
from agent_desk.desk.usecases.rows import QuoteRow
from agent_desk.domain.formats import money_text
from agent_desk.domain.people import Address
from agent_desk.domain.places import find_place, search_places
from agent_desk.domain.price_book import Destination, DutyRate, TradeRules
from agent_desk.domain.shipping import QuoteState
from agent_desk.domain.times import day_text


def _named(places: Sequence[Destination]) -> list[tuple[str, str]]:
    return [(place.code, place.label.split(",")[0]) for place in places]


def _short(label: str) -> str:
    """`Household` of `Household goods`, `Clothing` of `Clothing and shoes`: the box is small."""
    return label.partition(" and ")[0].removesuffix(" goods")


class RouteCard(Card):
    """From, to, and where it is delivered; a place with its region, because names repeat.

    Emits `chosen(field, key)` for origin and destination, `typed(field, text)` for place and directions.
    """

    chosen = Signal(str, str)
    typed = Signal(str, str)

    def __init__(self, over: QWidget) -> None:
        super().__init__((12, 8, 12, 11), 5, name="Route")
        self._destination: Destination | None = None
        self.origin = Choice("From")
        self.destination = Choice("To")
        self.origin.chosen.connect(lambda key: self.chosen.emit("origin", key))
        self.destination.chosen.connect(lambda key: self.chosen.emit("destination", key))
        self._remote = Chip("Remote", "map-pin", "neutral", tall=18)
        self.place = Entry(height=32, says="Deliver to, place and region", hint="Charity, Region 2")
        self.place.setMaxLength(200)
        self.place.textEdited.connect(self._type_place)
        self.finder = Finder(self.place, over, "Places found")
        self.finder.picked.connect(self._pick_place)
        self.directions = Field("How to find it", hint="Road, lot, colour, who to ask")
        self.directions.entry.setMaxLength(2000)
        self.directions.edited.connect(lambda text: self.typed.emit("directions", text))
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addWidget(self.origin)
        pair.addWidget(self.destination)
        deliver = QVBoxLayout()
        deliver.setSpacing(4)
        head = across(Text("Deliver to", "label", "text_2"), None, self._remote)
        head.addStrut(18)
        deliver.addLayout(head)
        deliver.addWidget(self.place)
        self.body.addWidget(Text("Route", "section"))
        self.body.addLayout(pair)
        self.body.addLayout(deliver)
        self.body.addWidget(self.directions)

    def offer(self, rules: TradeRules | None) -> None:
        """The places there are."""
        if rules is not None:
            self.origin.set_options(_named(rules.origins))
            self.destination.set_options(_named(rules.destinations))

    def put(self, draft: QuoteDraft, destination: Destination | None, address: Address) -> None:
        """Shows the draft's route; a field that says the same is left alone."""
        self._destination = destination
        self.origin.put(draft.origin)
        self.destination.put(draft.destination)
        self.place.put(draft.place)
        self.directions.put(draft.directions)
        place = find_place(destination, address)
        self._remote.setVisible(place is not None and place.remote)

    def _type_place(self, text: str) -> None:
        self.typed.emit("place", text)
        found = () if self._destination is None or not text.strip() else search_places(self._destination, text)
        rows = [
            Suggestion(f"{p.name}, Region {p.region}", p.name, f"Region {p.region}{', remote' * p.remote}", "map-pin")
            for p in found[:8]
        ]
        self.finder.put([] if rows and rows[0].key.casefold() == text.casefold() else rows)

    def _pick_place(self, key: str) -> None:
        self.place.put(key)
        self.typed.emit("place", key)
        self.directions.entry.setFocus()


class GoodsCard(Card):
    """What is sent and what it is worth. Emits `typed(field, text)`, `ticked(field, on)`, `chosen(goods)`."""

    typed = Signal(str, str)
    ticked = Signal(str, bool)
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__((12, 8, 12, 5), 5, name="Goods")
        self.value = MoneyField("Declared value", currency="USD")
        self.value.entry.setMaxLength(30)
        self.value.edited.connect(lambda text: self.typed.emit("declared_value", text))
        self.value.setFixedWidth(116)
        self.kind = Choice("Type")
        self.kind.chosen.connect(self.chosen)
        self.description = Field("Description", hint="What customs will read")
        self.description.entry.setMaxLength(2000)
        self.description.edited.connect(lambda text: self.typed.emit("description", text))
        self.insured = Tick("Insure it")
        self.insured.toggled.connect(lambda on: self.ticked.emit("insured", on))
        self.dangerous = Tick("Dangerous goods")
        self.dangerous.toggled.connect(lambda on: self.ticked.emit("dangerous", on))
        self._premium = Text("", "strong")
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addWidget(self.value)
        pair.addWidget(self.kind)
        ticks = QVBoxLayout()
        ticks.setSpacing(0)
        ticks.addLayout(across(self.insured, None, self._premium))
        ticks.addLayout(across(self.dangerous, None))
        self.body.addWidget(Text("Goods", "section"))
        self.body.addLayout(pair)
        self.body.addWidget(self.description)
        self.body.addLayout(ticks)

    def offer(self, kinds: Sequence[DutyRate]) -> None:
        """The types the duty table knows."""
        self.kind.set_options([(kind.goods, _short(kind.label)) for kind in kinds], self.kind.key())

    def put(self, draft: QuoteDraft, premium: str, percent: str) -> None:
        """Shows the draft's goods and what the insurance costs."""
        self.value.put(draft.declared_value)
        self.kind.put(draft.goods)
        self.description.put(draft.description)
        for tick, on in ((self.insured, draft.insured), (self.dangerous, draft.dangerous)):
            tick.blockSignals(True)
            tick.setChecked(on)
            tick.blockSignals(False)
        self.insured.setText(f"Insure for {percent}" if percent else "Insure it")
        self._premium.setText(premium)

    def state_value(self, state: FieldState, why: str) -> None:
        """Marks the declared value; its sentence stands in the list of what is to settle."""
        self.value.entry.set_state(state, why)


class LastTimeCard(Card):
    """What the customer sent last. Emits `repeated()`."""

    repeated = Signal()

    def __init__(self) -> None:
        super().__init__((12, 8, 12, 8), 2, name="Last time")
        self._what = Text("", "label", elides=True)
        self._cost = Text("", "caption", "text_2", elides=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._what)
        words.addWidget(self._cost)
        repeat = ActionButton("Repeat", "quiet", height=28)
        repeat.clicked.connect(self.repeated)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Mark("history", "text_2", 16))
        line.addLayout(words, 1)
        line.addWidget(repeat)
        self.body.addWidget(Text("Last time", "section"))
        self.body.addLayout(line)
        self.row: QuoteRow | None = None
        self._short = False
        self.put(None)

    def put(self, row: QuoteRow | None, service: str = "") -> None:
        """Shows a quote; None hides the card."""
        self.row = row
        self.setVisible(row is not None and not self._short)
        if row is not None:
            count = f"{row.pieces} piece{'s' if row.pieces != 1 else ''}"
            self._what.setText(f"{day_text(row.saved_at)}, {service or row.service}, {count}")
            asked = row.state is QuoteState.SPECIAL_ASKED
            total = "" if row.total is None else f", {money_text(row.total)}"
            self._cost.setText("Waits for a manager’s price" if asked else f"To {row.destination}{total}")

    def set_short(self, *, short: bool) -> None:
        """Gives way where there is little height."""
        self._short = short
        self.setVisible(self.row is not None and not short)
