"""Payments through a provider: one short transaction before a call, one after it, none around it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from agent_desk.central.usecases.booking_cards import capture_movement
from agent_desk.central.usecases.keeping_attempts import lock_attempt, open_cases, save_attempts
from agent_desk.central.usecases.payment_ports import CardPayments, Signed
from agent_desk.central.usecases.ports import Deferred, Now, Pause, Pushing, Store
from agent_desk.central.usecases.pushing import Committed
from agent_desk.central.usecases.refunding_cards import CALL_LASTS, RefundDesk
from agent_desk.central.usecases.retrying import again
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.central.usecases.watching_provider import ProviderWatch
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.alerting import failure_alert
from agent_desk.domain.decision import Case
from agent_desk.domain.paying import Answer, Heard, Sight, Step, Trouble, hear, look_again_at, next_step, submit
from agent_desk.domain.paying_by_card import capture
from agent_desk.domain.payments import AttemptState, PaymentAttempt
from agent_desk.domain.selling import Order

WORK_EVENT = "payment.work_event"
AT_ONCE = 20


class CardDesk:
    """What central does about card payments, in whichever process; done again it finds nothing to do."""

    def __init__(
        self, store: Store, providers: Sequence[CardPayments], now: Now, pause: Pause, committed: Committed
    ) -> None:
        self._store = store
        self._cards = providers[0]
        """Whose news comes in."""
        self._now = now
        self._pause = pause
        self._committed = committed
        self._watches = {one.name: ProviderWatch(store, one, now, pause, committed) for one in providers}
        self._refunds = RefundDesk(store, self._watches[self._cards.name], now, pause, committed)

    def declare(self) -> None:
        """Tells desks who is set up here."""
        for watch in self._watches.values():
            watch.declare()

    def work(self, attempt: str) -> None:
        """Takes an attempt, or the refund that is under way of it, one step on, by asking the provider."""
        id_ = UUID(attempt)
        begun = again(lambda _: self._begin(id_), self._pause)
        if begun is None:
            self._refunds.work(id_)
            return
        answer = self._ask(begun)
        if answer is not None:
            again(lambda _: self._take_in(id_, answer), self._pause)

    def work_due(self) -> int:
        """PAY-3: asks about every attempt whose time has come, news or no news; answers with how many."""
        now = self._now()
        with self._store.pushing() as unit:
            due = unit.take_due(now, now + CALL_LASTS, AT_ONCE)
        for id_ in due:
            self.work(str(id_))
        return len(due)

    def take_event(self, body: bytes, signature: str) -> Signed:
        """Keeps an event of the provider once, to be worked after the commit.

        Raises KnownError `webhook.refused`.
        """
        if not self._cards.ready:
            raise KnownError("webhook.refused", "No provider is set up here.")
        now = self._now()
        event = self._cards.prove(body, signature, now)
        with self._store.pushing() as unit:
            if unit.keep_event(self._cards.name, event, body, now):
                unit.defer([Deferred(WORK_EVENT, {"event": event.id})])
        return event

    def work_event(self, event: str) -> None:
        """Looks at what an event is about; what the event itself says of it is not believed."""
        with self._store.pushing() as unit:
            body = unit.find_event(self._cards.name, event)
            news = None if body is None else self._cards.read(body)
            by_charge = news is not None and news.attempt is None and bool(news.charge)
            found = unit.find_attempt_by_charge(self._cards.name, news.charge) if news and by_charge else None
        if news is None:
            return
        id_ = news.attempt or found
        if id_ is not None and news.about == "dispute":
            again(lambda _: self._dispute(id_), self._pause)
        elif id_ is not None and news.about == "refund":
            self._refunds.look(id_)
        elif id_ is not None:
            self.work(str(id_))
        with self._store.pushing() as unit:
            unit.note_worked(self._cards.name, event, self._now())

    def _ask(self, attempt: PaymentAttempt) -> Answer | None:
        step = next_step(attempt, self._now())
        if step is Step.NOTHING:
            return None
        if step is Step.ASK_A_PERSON:
            again(lambda _: self._give_up(attempt), self._pause)
            return None
        watch = self._watches[attempt.provider]
        if not watch.may_call():
            return Trouble("not_now", "provider_down")
        asked = watch.provider
        calls = {Step.OPEN: asked.open, Step.FIND: asked.find, Step.LOOK: asked.look, Step.CLOSE: asked.close}
        answer = calls[step](attempt)
        watch.note(answer)
        return answer

    def _begin(self, id_: UUID) -> PaymentAttempt | None:
        """The recovery point, committed before anything is asked; None where nothing is to be asked."""
        now = self._now()
        with self._store.pushing() as unit:
            state, attempt = lock_attempt(unit, id_, now)
            if attempt is None or not attempt.live:
                return None
            begun = submit(attempt, now)
            if begun != attempt:
                save_attempts(unit, state, (begun,), now)
            if begun.live:
                unit.put_off(id_, now + CALL_LASTS)
            heads = stamp_all(unit, state.rows())
        self._committed(heads)
        return begun if begun.live else None

    def _take_in(self, id_: UUID, answer: Answer) -> None:
        """The answer with all that follows from it, in one commit."""
        now = self._now()
        with self._store.pushing() as unit:
            state, attempt = lock_attempt(unit, id_, now)
            assert attempt is not None, "attempts are never removed"
            heard = _claimed(unit, attempt, answer) or hear(attempt, answer, now)
            changes: tuple[Aggregate, ...] = () if heard.attempt == attempt else (heard.attempt,)
            cases = heard.cases
            if heard.attempt.state is AttemptState.CONFIRMED and attempt.state is not AttemptState.CONFIRMED:
                order = state.find(Order, attempt.order)
                assert order is not None, "orders are never removed"
                captured = capture(order, heard.attempt, now)
                changes, cases = (*changes, captured.order), (*cases, *captured.cases)
                unit.record_money([capture_movement(heard.attempt, captured.order, now)])
            open_cases(unit, attempt, attempt.id, cases, now)
            save_attempts(unit, state, changes, now)
            if heard.attempt.state is AttemptState.FAILED and heard.attempt != attempt:
                failed = unit.count_failed(attempt.order)
                open_cases(unit, attempt, attempt.order, failure_alert(attempt.order_number, failed), now)
            again_at = look_again_at(heard.attempt, now)
            if not changes and again_at is not None:
                unit.put_off(id_, again_at)
            heads = stamp_all(unit, state.rows())
        self._committed(heads)

    def _give_up(self, attempt: PaymentAttempt) -> None:
        now = self._now()
        sentence = (
            f"Nobody knows whether {attempt.order_number} was paid and it cannot be asked any more: look for"
            f" {attempt.id} at {self._watches[attempt.provider].provider.label}."
        )
        with self._store.pushing() as unit:
            open_cases(unit, attempt, attempt.id, (Case("payment.unknown", sentence),), now)
            again_at = look_again_at(attempt, now)
            assert again_at is not None, "it is live"
            unit.put_off(attempt.id, again_at)

    def _dispute(self, id_: UUID) -> None:
        now = self._now()
        with self._store.pushing() as unit:
            _, attempt = lock_attempt(unit, id_, now)
            if attempt is not None:
                sentence = f"The customer's bank disputes the card payment of {attempt.order_number}: answer in time."
                open_cases(unit, attempt, attempt.id, (Case("payment.disputed", sentence),), now)


def _claimed(unit: Pushing, attempt: PaymentAttempt, answer: Answer) -> Heard | None:
    """Money that another attempt has already is not this one's; None where it is nobody's or its own."""
    charge = answer.charge if isinstance(answer, Sight) else ""
    other = unit.find_attempt_by_charge(attempt.provider, charge) if charge else None
    if other in {None, attempt.id}:
        return None
    sentence = f"The provider names {charge} for {attempt.order_number}, which another order was paid by: find out."
    return Heard(attempt, (Case("payment.mismatch", sentence),))
