"""Central in a few lines, as payments see it, and with one precaution left out at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from uuid import UUID, uuid4

from agent_desk.domain.card_commands import AskCard, AskMmg, CancelCard
from agent_desk.domain.decision import Decided
from agent_desk.domain.money import Currency, Money, usd
from agent_desk.domain.paying import Answer, Sight, Step, Trouble, hear, next_step, submit
from agent_desk.domain.paying_by_card import ask_card, ask_mmg, cancel_card, capture
from agent_desk.domain.payments import MMG, STRIPE, AttemptState, PaymentAttempt, ProviderState, provider_id
from agent_desk.domain.payments import Provider as ProviderSeen
from agent_desk.domain.selling import Order
from agent_desk.domain.tendering import cash_due
from tests.domain.provider import Event, Provider
from tests.domain.shop import NOW, RATE, Known, an_order, facts

DUE = 126_64
IN_GYD = cash_due(usd(DUE), Currency.GYD, RATE)
UP = ProviderSeen(id=provider_id(STRIPE), name=STRIPE, label="Stripe", state=ProviderState.UP, since=NOW)
UP_MMG = ProviderSeen(id=provider_id(MMG), name=MMG, label="MMG", state=ProviderState.UP, since=NOW)


class House:
    """Central: what is committed, and work that may stop after every statement."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.known = Known(an_order(DUE), UP, UP_MMG)
        self.events: dict[int, bool] = {}
        """Stored, and whether it was worked."""
        self.cases: set[str] = set()
        self.spares = False
        """It has noticed that the provider is down, and asks nothing of it."""
        self.posted: list[tuple[UUID, int]] = []
        self._receipts = count(1)

    @property
    def order(self) -> Order:
        return self.known.get(Order, an_order().id)

    @property
    def attempts(self) -> list[PaymentAttempt]:
        return [one for one in self.known.held.values() if isinstance(one, PaymentAttempt)]

    def ask(self, id_: UUID, said: Money) -> None:
        command = AskCard(order=self.order.id, attempt=id_, receipt=f"R-GEO-2-{next(self._receipts):06d}")
        outcome = ask_card(self.known, command, facts(now=self.provider.now))
        if isinstance(outcome, Decided):
            self.known.apply(outcome)
            self.created(id_, said)

    def created(self, id_: UUID, said: Money) -> None:
        """What the desk said of the sum is not even carried."""

    def cancel(self, id_: UUID) -> None:
        command = CancelCard(order=self.order.id, attempt=id_)
        self.known.apply(cancel_card(self.known, command, facts(now=self.provider.now)))

    def key_of(self, attempt: PaymentAttempt) -> str | None:
        return attempt.key

    def step_of(self, attempt: PaymentAttempt) -> Step:
        return next_step(attempt, self.provider.now)

    def accepts(self, event: Event) -> bool:
        return event.signed

    def work(self, id_: UUID) -> Iterator[None]:
        """One look after an attempt; each `yield` is a place where the power may go."""
        attempt = self.known.get(PaymentAttempt, id_)
        yield
        attempt = submit(self.known.get(PaymentAttempt, id_), self.provider.now)
        self.known.held[attempt.ref] = attempt
        yield
        answer = self._ask_provider(attempt)
        yield
        if answer is not None:
            self.take_in(id_, answer)

    def _ask_provider(self, attempt: PaymentAttempt) -> Answer | None:
        if self.spares and self.step_of(attempt) not in {Step.ASK_A_PERSON, Step.NOTHING}:
            return Trouble("not_now", "provider_down")
        match self.step_of(attempt):
            case Step.OPEN:
                return self.provider.open(self.key_of(attempt), attempt.id, attempt.amount)
            case Step.FIND:
                return self.provider.find()
            case Step.LOOK:
                return self.provider.look(attempt.reference)
            case Step.CLOSE:
                return self.provider.close(attempt.reference)
            case Step.ASK_A_PERSON:
                self.cases.add("payment.unknown")
        return None

    def take_in(self, id_: UUID, answer: Answer) -> None:
        """One commit."""
        before = self.known.get(PaymentAttempt, id_)
        heard = hear(before, answer, self.provider.now)
        assert heard.attempt.version - before.version == (heard.attempt != before)
        self.known.held[heard.attempt.ref] = heard.attempt
        self.cases |= {case.kind for case in heard.cases}
        if heard.attempt.state is AttemptState.CONFIRMED and before.state is not AttemptState.CONFIRMED:
            captured = capture(self.order, heard.attempt, self.provider.now)
            self.known.held[captured.order.ref] = captured.order
            self.cases |= {case.kind for case in captured.cases}
            self.posted.append((id_, heard.attempt.amount.minor))

    def receive(self, event: Event) -> Iterator[None]:
        """Stored once, then worked: what it says is looked up."""
        if not self.accepts(event) or event.id in self.events:
            return
        self.events[event.id] = False
        yield
        attempt = event.claims.attempt
        if attempt is not None and self.known.find(PaymentAttempt, attempt) is not None:
            yield from self.work(attempt)
        self.events[event.id] = True

    def called_back(self, id_: UUID) -> None:
        """Somebody's browser says that it was paid."""


class MmgHouse(House):
    """By a provider without keys and pages, whose requests cannot be taken back."""

    def ask(self, id_: UUID, said: Money) -> None:  # noqa: ARG002 - no sum is ever said
        receipt = f"R-GEO-2-{next(self._receipts):06d}"
        command = AskMmg(order=self.order.id, attempt=id_, receipt=receipt, payer="6112233")
        outcome = ask_mmg(self.known, command, facts(now=self.provider.now))
        if isinstance(outcome, Decided):
            self.known.apply(outcome)

    def key_of(self, attempt: PaymentAttempt) -> str | None:  # noqa: ARG002 - there are none
        return None

    def step_of(self, attempt: PaymentAttempt) -> Step:
        step = super().step_of(attempt)
        return Step.LOOK if step is Step.CLOSE else step


class AsksMmgAgain(MmgHouse):
    def step_of(self, attempt: PaymentAttempt) -> Step:
        step = super().step_of(attempt)
        return Step.OPEN if step is Step.FIND else step


class WithoutKey(House):
    def key_of(self, attempt: PaymentAttempt) -> str | None:  # noqa: ARG002 - what is mutated
        return None


class NewKeyEachTry(House):
    def key_of(self, attempt: PaymentAttempt) -> str | None:  # noqa: ARG002 - what is mutated
        return str(uuid4())


class KeyForEver(House):
    def step_of(self, attempt: PaymentAttempt) -> Step:
        step = super().step_of(attempt)
        return Step.OPEN if step is Step.ASK_A_PERSON else step


class TrustsTheCallback(House):
    def called_back(self, id_: UUID) -> None:
        attempt = self.known.get(PaymentAttempt, id_)
        said = Sight(attempt.reference or "cs_said", id_, "paid", attempt.amount, charge="pi_said")
        self.take_in(id_, said)


class TrustsTheDesk(House):
    def created(self, id_: UUID, said: Money) -> None:
        attempt = self.known.get(PaymentAttempt, id_)
        self.known.held[attempt.ref] = attempt.model_copy(update={"amount": said})


class SkipsSignatures(House):
    def accepts(self, event: Event) -> bool:  # noqa: ARG002 - what is mutated
        return True


class BelievesSilence(House):
    """Takes no answer for a failure."""

    def take_in(self, id_: UUID, answer: Answer) -> None:
        super().take_in(id_, answer)
        attempt = self.known.get(PaymentAttempt, id_)
        if attempt.state is AttemptState.UNKNOWN:
            self.known.held[attempt.ref] = attempt.next(state=AttemptState.FAILED)
