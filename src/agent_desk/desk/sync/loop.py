"""One round after another: ask, keep, rest."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from agent_desk.desk.sync import check, fill, push
from agent_desk.desk.sync.course import Course, Pill, back_off
from agent_desk.desk.sync.handing_in import hand_in
from agent_desk.desk.sync.keeping import keep_answer, recover
from agent_desk.desk.sync.ports import Central, Clock, Ledgers, TokenKeeper
from agent_desk.desk.usecases.ports import Connection, KnownError, LinkState, SyncProgress, SyncReport
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.wire.sync import SnapshotOffer, SyncAnswer, SyncRequest

MOST_ROUNDS = 10_000
"""Of one catching-up; a central that never comes to an end is not believed."""
_TOKEN_ENDED = frozenset({"token.expired", "token.invalid", "token.missing"})


@dataclass(slots=True)
class Telling:
    """What the loop tells whoever listens; on the event loop's thread."""

    state: LinkState
    listeners: list[Callable[[LinkState], None]] = field(default_factory=list)

    def say(self, state: LinkState) -> None:
        if state != self.state:
            self.state = state
            for listener in tuple(self.listeners):
                listener(state)


class SyncLoop:
    """Implements `Link`; `run` goes on until it is cancelled."""

    def __init__(
        self,
        *,
        ledgers: Ledgers,
        central: Central,
        tokens: TokenKeeper,
        clock: Clock,
        time: Timekeeping,
        keep_time: Callable[[Timekeeping], None],
        chance: Callable[[], float],
        app: str,
    ) -> None:
        self._ledgers = ledgers
        self._central = central
        self._tokens = tokens
        self._clock = clock
        self._time = time
        self._keep_time = keep_time
        self._chance = chance
        self._app = app
        self._course = Course()
        self._wake = asyncio.Event()
        self._waiting = 0
        self._offered_none = False
        self._can_start = False
        self._renewed = False
        self._pill = Pill(Connection("offline"))
        self._telling = Telling(LinkState(self._pill.shown))

    @property
    def state(self) -> LinkState:
        return self._telling.state

    def subscribe(self, listener: Callable[[LinkState], None]) -> Callable[[], None]:
        self._telling.listeners.append(listener)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._telling.listeners.remove(listener)

        return leave

    def try_now(self) -> None:
        """Also after a sign-in, and after something was done that waits to be sent."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            rest = await self.round()
            await self._rest(rest)

    async def round(self) -> float:
        """Asks until there is nothing more to say; answers with the seconds to rest."""
        self._wake.clear()
        self._waiting = await self._ledgers.commit(lambda ledger: ledger.count_waiting())
        try:
            rest = await self._catch_up()
        except KnownError as error:
            return await self._stumble(error)
        self._renewed = False
        self._telling.say(replace(self._telling.state, progress={}))
        self._course = self._course.succeeded(self._now(), waiting=self._waiting)
        self._tell(trouble="")
        return rest

    async def _catch_up(self) -> float:
        report = SyncReport(at=self._now())
        before = self._central.received_bytes
        for _ in range(MOST_ROUNDS):
            report, more, rest = await self._ask(report)
            report = replace(report, received_bytes=self._central.received_bytes - before)
            self._tell(report=report)
            if not more:
                return rest
        raise KnownError("central.endless", "Central never comes to an end: it is tried again later.", 60)

    async def _ask(self, report: SyncReport) -> tuple[SyncReport, bool, float]:
        token = await self._access_token()
        sent = self._clock.read()
        request = await self._ledgers.commit(lambda ledger: push.next_request(ledger, sent, self._app))
        more, rest = False, 2.0
        async for answer in self._central.sync(request, token, whole=self._offered_none and bool(request.cursors)):
            self._hear(answer, sent, self._clock.read())
            report, again, rest = await self._keep(request, answer, report, token)
            more = answer.more or again
            for scope, offer in answer.snapshots.items():
                report = await self._take_snapshot(scope, offer, token, report)
                more = True
            self._offered_none = not answer.snapshots
        return report, more, rest

    async def _access_token(self) -> str:
        token = self._tokens.access_token
        if token is not None:
            return token
        refresh = self._tokens.refresh_token
        if refresh is None:
            raise KnownError("token.invalid", "Sign in, so that this desk may sync.")
        try:
            tokens = await self._central.refresh(refresh)
        except KnownError as error:
            if error.code in {"session.ended", "token.invalid", "request.invalid"}:
                await self._tokens.forget(whole=True)
            raise
        await self._tokens.put(tokens)
        return tokens.access_token

    async def _keep(
        self, request: SyncRequest, answer: SyncAnswer, report: SyncReport, token: str
    ) -> tuple[SyncReport, bool, float]:
        kept = await self._ledgers.commit(
            lambda ledger: keep_answer(ledger, request, answer, self._time, self._clock.read())
        )
        self._waiting, self._can_start = kept.waiting, kept.can_start
        for scope in kept.checked.mending:
            await self._mend(scope, token)
        report = replace(
            report,
            at=self._now(),
            sent=report.sent + kept.settled.sent,
            refused=report.refused + kept.settled.refused,
            rows=report.rows + kept.rows,
            agreed_rows=kept.checked.agreed_rows,
            clock_off_ms=self._time.off_ms(self._clock.read()),
            repaired=(*report.repaired, *kept.checked.apart),
        )
        rest = back_off(3, self._chance()) if kept.settled.later else float(answer.poll_seconds)
        return report, kept.again, rest

    async def _mend(self, scope: str, token: str) -> None:
        held = await self._ledgers.commit(lambda ledger: check.sums_of(ledger, scope))
        if held is None:
            return
        try:
            said = await self._central.mend(held, token)
        except KnownError as error:
            if error.code != "path.unknown":
                raise
            # a central of an earlier release
            await self._ledgers.commit(lambda ledger: ledger.forget_cursor(scope))
        else:
            await self._ledgers.commit(lambda ledger: check.mend(ledger, said))

    async def _take_snapshot(self, scope: str, offer: SnapshotOffer, token: str, report: SyncReport) -> SyncReport:
        number = await self._ledgers.commit(lambda ledger: fill.count_kept(ledger, scope, offer))
        before = done = sum(block.rows for block in offer.blocks[:number])
        self._progress(scope, done, offer.rows)
        async for rows in self._central.snapshot(offer, token, number):
            await self._ledgers.commit(
                lambda ledger, number=number, rows=rows: fill.keep_block(ledger, scope, offer, number, rows)  # type: ignore[misc]
            )
            number += 1
            done += len(rows)
            self._progress(scope, done, offer.rows)
            self._tell(report=report)
        return replace(report, rows=report.rows + done - before)

    def _hear(self, answer: SyncAnswer, sent: Reading, received: Reading) -> None:
        self._time = self._time.hear(answer.now, sent, received)
        self._keep_time(self._time)

    async def _stumble(self, error: KnownError) -> float:
        if await self._ledgers.commit(lambda ledger: recover(ledger, error.code)):
            return 0.0
        if error.code in _TOKEN_ENDED:
            await self._tokens.forget(whole=False)
            if self._tokens.refresh_token is not None and not self._renewed:
                # a new one may help: once, or both sides would go round for ever
                self._renewed = True
                return 0.0
        self._course = self._course.failed(error, self._now())
        if self._course.state == "update_needed":
            await self._hand_in()
        rest = back_off(self._course.failures, self._chance(), error.retry_after)
        if self._course.stuck:
            rest = max(rest, 30.0)
        self._tell(trouble=error.message, rest=rest)
        return rest

    async def _hand_in(self) -> None:
        try:
            token = await self._access_token()
            self._waiting = await hand_in(
                self._ledgers, lambda request: self._central.sync(request, token, whole=False), self._clock, self._app
            )
        except KnownError:
            # it is tried again with the next round
            await self._ledgers.commit(lambda ledger: ledger.put_back())

    async def _rest(self, seconds: float) -> None:
        """Until the time is up or somebody asks; the pill may come round meanwhile."""
        end = self._clock.read().mono + int(seconds * 1000)
        while not self._wake.is_set():
            mono = self._clock.read().mono
            left = (end - mono) / 1000
            if left <= 0:
                return
            settles = self._pill.settles_in(mono)
            nap = left if settles is None else min(left, settles + 0.01)
            # not wait_for: on Python 3.11 it loses a cancellation that comes together with the wake
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(nap):
                    await self._wake.wait()
            self._tell(rest=left - nap)

    def _now(self) -> datetime:
        return self._time.now(self._clock.read())

    def _progress(self, scope: str, rows: int, of: int) -> None:
        state = self._telling.state
        progress = {**state.progress, scope: SyncProgress(scope, rows, of)}
        self._telling.say(replace(state, progress=progress))

    def _tell(self, report: SyncReport | None = None, trouble: str | None = None, rest: float | None = None) -> None:
        now = self._now()
        next_try = None if rest is None or self._course.state != "offline" else now + timedelta(seconds=rest)
        connection = Connection(self._course.state, self._waiting, self._course.since, next_try)
        shown = self._pill.offer(connection, self._clock.read().mono)
        state = self._telling.state
        self._telling.say(
            replace(
                state,
                connection=shown,
                report=report or state.report,
                can_start=self._can_start,
                trouble=state.trouble if trouble is None else trouble,
            )
        )
