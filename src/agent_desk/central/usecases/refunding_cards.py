"""PAY-4: money back to the card it came from: a transaction before the provider is asked, one after it, none around."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from agent_desk.central.usecases.booking_cards import refund_movement, returned_movement
from agent_desk.central.usecases.keeping_attempts import lock_attempt, look_after, open_cases, save_attempts
from agent_desk.central.usecases.ports import Now, Pause, Store
from agent_desk.central.usecases.pushing import Committed
from agent_desk.central.usecases.retrying import again
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.watching_provider import ProviderWatch
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.paying import Trouble
from agent_desk.domain.payments import AttemptState, CardRefund, PaymentAttempt
from agent_desk.domain.refunding_cards import (
    RefundHeard,
    RefundSight,
    RefundStep,
    give_back,
    hear_all,
    hear_given,
    hear_trouble,
    next_refund_step,
    submit_refund,
    take_returned,
)
from agent_desk.domain.selling import Order

CALL_LASTS = timedelta(seconds=30)
"""Longer than any call: meanwhile no other process looks at the attempt by itself."""

Hearing = Callable[[PaymentAttempt, datetime], RefundHeard]


class RefundDesk:
    """What central does about refunds to cards, in whichever process; done again it finds nothing to do."""

    def __init__(self, store: Store, watch: ProviderWatch, now: Now, pause: Pause, committed: Committed) -> None:
        self._store = store
        self._watch = watch
        self._cards = watch.provider
        self._now = now
        self._pause = pause
        self._committed = committed

    def work(self, id_: UUID) -> None:
        """Takes the refund that is under way of a payment one step on."""
        begun = again(lambda _: self._begin(id_), self._pause)
        refund = None if begun is None else begun.open_refund
        if begun is None or refund is None:
            return
        if next_refund_step(refund, self._now()) is RefundStep.LOOK:
            self._look(begun)
        else:
            self._give(begun, refund)

    def look(self, id_: UUID) -> None:
        """Asks for every refund of a payment, also where none is under way: one may have come back."""
        with self._store.pushing() as unit:
            _, attempt = lock_attempt(unit, id_, self._now())
        if attempt is not None and attempt.state is AttemptState.CONFIRMED:
            self._look(attempt)

    def _give(self, attempt: PaymentAttempt, refund: CardRefund) -> None:
        answer: RefundSight | Trouble = Trouble("not_now", "provider_down")
        if self._watch.may_call():
            answer = self._cards.refund(attempt, refund)
            self._watch.note(answer)
        if isinstance(answer, Trouble):
            trouble = answer
            self._take_in(attempt.id, lambda locked, now: hear_trouble(locked, trouble, now))
        else:
            sight = answer
            self._take_in(attempt.id, lambda locked, now: hear_given(locked, sight, now))

    def _look(self, attempt: PaymentAttempt) -> None:
        if not self._watch.may_call():
            return
        answer = self._cards.list_refunds(attempt)
        self._watch.note(answer)
        if not isinstance(answer, Trouble):
            sights = answer
            self._take_in(attempt.id, lambda locked, now: hear_all(locked, sights, now))

    def _begin(self, id_: UUID) -> PaymentAttempt | None:
        """The recovery point, committed before anything is asked; None where nothing is under way."""
        now = self._now()
        with self._store.pushing() as unit:
            state, attempt = lock_attempt(unit, id_, now)
            if attempt is None or attempt.open_refund is None:
                return None
            begun = submit_refund(attempt, now)
            if begun != attempt:
                save_attempts(unit, state, (begun,), now)
            unit.put_off(id_, now + CALL_LASTS)
            heads = stamp_all(unit, state.rows())
        self._committed(heads)
        return begun

    def _take_in(self, id_: UUID, hear: Hearing) -> None:
        again(lambda _: self._keep(id_, hear), self._pause)

    def _keep(self, id_: UUID, hear: Hearing) -> None:
        """The answer with all that follows from it, in one commit."""
        now = self._now()
        with self._store.pushing() as unit:
            state, attempt = lock_attempt(unit, id_, now)
            assert attempt is not None, "attempts are never removed"
            order = state.find(Order, attempt.order)
            assert order is not None, "orders are never removed"
            heard = hear(attempt, now)
            changes: list[Aggregate] = [] if heard.attempt == attempt else [heard.attempt]
            about = heard.given or heard.returned or attempt.open_refund
            if heard.given is not None:
                changes.append(give_back(order, heard.attempt, heard.given, now))
                unit.record_money([refund_movement(heard.attempt, heard.given, now)])
            if heard.returned is not None:
                changes.append(take_returned(order, heard.returned))
                unit.record_money([returned_movement(heard.attempt, heard.returned, now)])
            open_cases(unit, attempt, attempt.id if about is None else about.id, heard.cases, now)
            save_attempts(unit, state, changes, now)
            again_at = look_after(heard.attempt, now)
            if again_at is not None:
                unit.put_off(id_, again_at)
            heads = stamp_all(unit, state.rows())
        self._committed(heads)
