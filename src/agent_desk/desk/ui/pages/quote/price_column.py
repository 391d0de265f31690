"""The right column: the services side by side, the price with every step, the commit button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QVBoxLayout, QWidget

from agent_desk.desk.ui.pages.quote.lower_cards import PriceLineRow
from agent_desk.desk.ui.pages.quote.view import PriceLine, ServiceLine, TotalWords
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, Panel, across
from agent_desk.desk.ui.parts.chip import AgeChip, ChipSpec
from agent_desk.desk.ui.parts.text import Rule, Text
from agent_desk.desk.ui.parts.tiles import ServiceCard, ServiceOffer
from agent_desk.desk.usecases.pricing import RateShown
from agent_desk.domain.formats import rate_text
from agent_desk.domain.rates import FRESH_FOR
from agent_desk.domain.times import COUNTER_ZONE


class PriceColumn(QWidget):
    """Emits `service_chosen(key)`, `explain_wanted()`, `commit_wanted()`."""

    service_chosen = Signal(str)
    refused = Signal(str)
    explain_wanted = Signal()
    commit_wanted = Signal()

    def __init__(self, now: Callable[[], datetime], cap: str) -> None:
        super().__init__()
        self._cards: list[ServiceCard] = []
        self._group = QButtonGroup(self)
        self._now = now
        self._services = QVBoxLayout()
        self._services.setSpacing(6)
        self._card = self._build_price()
        self.commit = ActionButton("Add a piece first", "primary", key=cap, icon="package", height=44, stretch_key=True)
        self.commit.clicked.connect(self.commit_wanted)
        self.commit.refused.connect(lambda _why: self.commit_wanted.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._services)
        column.addWidget(self._card, 1)
        column.addWidget(self.commit)

    def _build_price(self) -> Card:
        card = Card((14, 6, 14, 10), 0, name="Price")
        self._title = Text("Price", "section")
        self._currency = Text("USD", "caption", "text_2")
        self.explain = ActionButton("Explain", "quiet", height=28)
        self.explain.clicked.connect(self.explain_wanted)
        card.body.addLayout(across(self._title, None, self._currency, self.explain))
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lines: tuple[PriceLine, ...] | None = None
        self._without = ""
        card.body.addWidget(self._area, 1)
        self._total = Panel("neutral", (12, 8, 12, 8), 2, radius=8)
        self._kind = Text("Estimate", "section")
        self._note = Text("", "caption_strong", "danger", elides=True)
        self._usd = Text("", "money_l", align=Qt.AlignmentFlag.AlignRight)
        self._gyd = Text("", "medium", "text_2", align=Qt.AlignmentFlag.AlignRight)
        self._rate: AgeChip | None = None
        self._rate_spot = across(spacing=4)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._kind)
        left.addWidget(self._note)
        top = across(spacing=6)
        top.addLayout(left, 1)
        top.addWidget(self._usd)
        self._rate_spot.addStretch(1)
        self._rate_spot.addWidget(self._gyd)
        self._total.body.addLayout(top)
        self._total.body.addLayout(self._rate_spot)
        card.body.addSpacing(6)
        card.body.addWidget(self._total)
        return card

    def cards(self) -> list[ServiceCard]:
        return list(self._cards)

    def put_services(self, lines: Sequence[ServiceLine], chosen: str) -> None:
        """Shows the services; cards are kept, so that the focus stays where it is."""
        offers = [
            ServiceOffer(
                key=line.key,
                icon=line.icon,
                name=line.name,
                under=line.under,
                usd=line.usd,
                gyd=line.gyd,
                chip=ChipSpec("Lowest", "arrow-down", "ok") if line.lowest else None,
                why_not=line.why_not,
            )
            for line in lines
        ]
        while len(self._cards) > len(offers):
            gone = self._cards.pop()
            self._group.removeButton(gone)
            self._services.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for at, offer in enumerate(offers):
            if at == len(self._cards):
                self._add_card(offer)
            self._cards[at].put(offer)
            if offer.key == chosen:
                self._cards[at].setChecked(True)
        if all(offer.key != chosen for offer in offers):
            self._group.setExclusive(False)
            for card in self._cards:
                card.setChecked(False)
            self._group.setExclusive(True)

    def put_price(self, title: str, lines: Sequence[PriceLine], without: str, total: TotalWords) -> None:
        """Shows the steps, or `without` where there are none, and the total; the same again changes nothing."""
        self._title.setText(title)
        self.explain.setVisible(bool(lines))
        self._currency.setVisible(bool(lines))
        if (self._lines, self._without) != (tuple(lines), without):
            self._lines, self._without = tuple(lines), without
            self._show_lines()
        self._kind.setText(total.title)
        self._note.setText(total.note)
        self._note.set_tone(total.note_tone)
        self._usd.setText(total.usd or "−")
        self._usd.set_role("money_l" if len(total.usd) < 16 else "money_m")
        self._gyd.setText(total.gyd)

    def put_rate(self, rate: RateShown | None) -> None:
        """Shows the exchange rate with its age beside the Guyanese total."""
        if rate is None:
            return
        prefix = rate_text(rate.gyd_per_usd).removeprefix("USD 1 = GYD ")
        if self._rate is None:
            self._rate = AgeChip(rate.as_of, FRESH_FOR, self._local, prefix=prefix)
            self._rate_spot.insertWidget(0, self._rate)
        else:
            self._rate.set_as_of(rate.as_of, prefix=prefix)
        if self._rate.is_stale():  # the age takes the room; the rate itself stands in the top bar
            self._rate.set_as_of(rate.as_of)

    def put_commit(self, words: str, icon: str, *, settles: bool) -> None:
        """The commit button is never dead; with something to settle it looks so and leads there."""
        self.commit.set_words(words)
        self.commit.set_icon(icon)
        self.commit.set_not_now(f"{words}: a press leads there" if settles else "")

    def _local(self) -> datetime:
        return self._now().astimezone(COUNTER_ZONE)

    def _add_card(self, offer: ServiceOffer) -> None:
        card = ServiceCard(offer)
        card.clicked.connect(lambda: self.service_chosen.emit(card.offer.key))
        card.refused.connect(self.refused)
        self._group.addButton(card)
        self._cards.append(card)
        self._services.addWidget(card)

    def _show_lines(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(0)
        for line in self._lines or ():
            if line.strong:
                column.addSpacing(2)
                column.addWidget(Rule())
                column.addSpacing(2)
            column.addWidget(PriceLineRow(line.label, line.working, line.amount, line.tone, strong=line.strong))
        if not self._lines:
            column.addWidget(Text(self._without, "caption", "text_3", wraps=True))
        column.addStretch(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)  # the card shows through
