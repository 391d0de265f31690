"""One round after another: ask, keep, rest."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from agent_desk.desk.sync import check, fill, live, push
from agent_desk.desk.sync.course import Course, Pill, back_off, next_page
from agent_desk.desk.sync.handing_in import HandedIn, hand_in
from agent_desk.desk.sync.handing_over import HANDING_OVER, Revocation
from agent_desk.desk.sync.keeping import keep_answer, recover
from agent_desk.desk.sync.listening import Listening, Parting
from agent_desk.desk.sync.ports import Central, Clock, Ledgers, TokenKeeper
from agent_desk.desk.sync.resting import Rest, wait_watched
from agent_desk.desk.usecases.ports import Connection, KnownError, LinkState, SyncProgress, SyncReport
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.wire.live import Hello
from agent_desk.wire.sync import MOST_COMMANDS, MOST_ROWS, SnapshotOffer, SyncAnswer, SyncRequest

MOST_ROUNDS = 10_000
"""Of one catching-up; a central that never comes to an end is not believed."""
DOUBT_SECONDS = 3.0
"""After which an open line is asked whether central is still there."""
_TOKEN_ENDED = frozenset({"token.expired", "token.invalid", "token.missing"})


@dataclass(slots=True)
class Telling:
    """What the loop tells whoever listens; on the event loop's thread."""

    state: LinkState
    listeners: list[Callable[[LinkState], None]] = field(default_factory=list)

    def subscribe(self, listener: Callable[[LinkState], None]) -> Callable[[], None]:
        self.listeners.append(listener)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self.listeners.remove(listener)

        return leave

    def progress(self, scope: str, rows: int, of: int) -> None:
        self.say(replace(self.state, progress={**self.state.progress, scope: SyncProgress(scope, rows, of)}))

    def say(self, state: LinkState) -> None:
        if state != self.state:
            self.state = state
            for listener in tuple(self.listeners):
                listener(state)


class SyncLoop:
    """Implements `Link`, and the `Station` of the open line; `run` goes on until it is cancelled."""

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
        revocation: Revocation,
        listening: Listening | None = None,
        errand: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._ledgers = ledgers
        self._central = central
        self._tokens = tokens
        self._clock = clock
        self._time = time
        self._keep_time = keep_time
        self._chance = chance
        self._app = app
        self._listening = listening
        self._revocation = revocation
        self._errand = errand
        """What else is done at central by this session, once a round went well."""
        self._course = Course()
        self._turn = asyncio.Lock()
        """A page or what the open line brings, never both at once."""
        self._rest = Rest(clock)
        self._silent = asyncio.Event()
        self._waiting = 0
        self._pace = 2.0
        self._whole = False
        """Whether nothing is left that would come as a file: what comes by pages then comes as one stream."""
        self._page_rows = MOST_ROWS
        self._can_start = False
        self._renewed = False
        self._pill = Pill(Connection("offline"))
        self._telling = Telling(LinkState(self._pill.shown))

    @property
    def state(self) -> LinkState:
        return self._telling.state

    def subscribe(self, listener: Callable[[LinkState], None]) -> Callable[[], None]:
        return self._telling.subscribe(listener)

    def try_now(self) -> None:
        """Also after a sign-in."""
        self._rest.end()

    def try_soon(self) -> None:
        """Something was done that waits to be sent: at once where central answers, else now and then."""
        self._rest.within(self._course.asks_after, busy=self._turn.locked())

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._rounds())
            if self._listening is not None:
                tasks.create_task(self._listening.run(self))

    async def _rounds(self) -> None:
        """One after another; one is given up where the open line finds out that central does not answer anybody."""
        doubt = (lambda: None) if self._listening is None else self._listening.doubt
        while True:
            self._silent.clear()
            rest = await wait_watched(asyncio.ensure_future(self.round()), self._silent, DOUBT_SECONDS, doubt)
            rest = await self._stumble(_no_answer()) if rest is None else rest
            await self._rest.wait(rest, self._pill.settles_in, lambda left: self._tell(rest=left))

    async def round(self) -> float:
        """Asks until there is nothing more to say; answers with the seconds to rest."""
        async with self._turn:
            self._rest.begin_round()
            self._waiting = await self._ledgers.commit(lambda ledger: ledger.count_waiting())
            try:
                rest = await self._catch_up()
                if self._errand is not None:
                    await self._errand(await _access_token(self._tokens, self._central))
            except KnownError as error:
                return await self._stumble(error)
            self._renewed = False
            self._telling.say(replace(self._telling.state, progress={}))
            self._course = self._course.succeeded(self._now(), waiting=self._waiting)
            self._tell(trouble="")
        if self._listening is None:
            return rest
        self._listening.invite()
        return live.POLL_SECONDS if self._listening.is_open else rest

    async def greet(self) -> tuple[Hello, str]:
        async with self._turn:
            return await _hello(self._ledgers), await _access_token(self._tokens, self._central)

    def opened(self) -> None:
        self._tell()

    async def take_news(self, news: tuple[live.News, ...]) -> None:
        """Keeps what the open line brought, or asks for the page that holds it."""
        async with self._turn:
            missing, self._waiting = await self._ledgers.commit(lambda ledger: live.keep(ledger, news))
        if missing:
            self._rest.within(self._chance() * live.spread_of(news), busy=self._turn.locked())

    def parted(self, parting: Parting) -> None:
        rest = live.come_back(self._chance(), parting.spread_ms, waiting=self._waiting > 0)
        match parting.how:
            case "asked":
                self.try_now()
            case "blocked":
                self._rest.within(self._pace, busy=self._turn.locked())
            case "bye":
                self._rest.exactly(rest)
                self._tell()
            case "lost" | "silent":
                self._silent.set()
                self._course = self._course.failed(_no_answer(), self._now())
                self._rest.exactly(rest)
                self._tell(trouble=_no_answer().message, rest=rest)

    async def _catch_up(self) -> float:
        if self._revocation.heard:
            raise KnownError("desk.revoked", HANDING_OVER)
        report = SyncReport(at=self._now())
        before = self._central.received_bytes
        if self._waiting > MOST_COMMANDS:
            handed = await _hand_in(self._ledgers, self._tokens, self._central, self._clock, self._app)
            self._waiting = handed.waiting
            report = replace(report, sent=handed.sent, refused=handed.refused)
        for _ in range(MOST_ROUNDS):
            report, more, rest = await self._ask(report)
            report = replace(report, received_bytes=self._central.received_bytes - before)
            self._tell(report=report)
            if not more:
                return rest
        raise KnownError("central.endless", "Central never comes to an end: it is tried again later.", 60)

    async def _ask(self, report: SyncReport) -> tuple[SyncReport, bool, float]:
        token = await _access_token(self._tokens, self._central)
        sent = self._clock.read()
        request = await self._ledgers.commit(
            lambda ledger: push.next_request(ledger, sent, self._app, most_rows=self._page_rows)
        )
        more, rest, asked = False, 2.0, sent.mono
        answers = self._central.sync(request, token, whole=self._whole and bool(request.cursors))
        async with contextlib.aclosing(answers):
            async for answer in answers:
                received = self._clock.read()
                self._hear(answer, sent, received)
                if answer.patches:
                    self._page_rows = next_page(self._page_rows, (received.mono - asked) / 1000)
                report, again, rest = await self._keep(request, answer, report, token)
                asked = self._clock.read().mono
                more = answer.more or again
                for scope, offer in answer.snapshots.items():
                    report = await self._take_snapshot(scope, offer, token, report)
                    more = True
                self._whole = True
        return report, more, rest

    async def _keep(
        self, request: SyncRequest, answer: SyncAnswer, report: SyncReport, token: str
    ) -> tuple[SyncReport, bool, float]:
        kept = await self._ledgers.commit(
            lambda ledger: keep_answer(ledger, request, answer, self._time, self._clock.read())
        )
        self._waiting, self._can_start = kept.waiting, kept.can_start
        for scope in kept.checked.mending:
            await check.mend_scope(self._ledgers, self._central, scope, token)
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
        self._pace = float(answer.poll_seconds)
        rest = back_off(3, self._chance()) if kept.settled.later else self._pace
        return report, kept.again, rest

    async def _take_snapshot(self, scope: str, offer: SnapshotOffer, token: str, report: SyncReport) -> SyncReport:
        number = await self._ledgers.commit(lambda ledger: fill.count_kept(ledger, scope, offer))
        before = done = sum(block.rows for block in offer.blocks[:number])
        self._telling.progress(scope, done, offer.rows)
        async with contextlib.aclosing(self._central.snapshot(offer, token, number)) as blocks:
            async for rows in blocks:
                await self._ledgers.commit(
                    lambda ledger, number=number, rows=rows: fill.keep_block(ledger, scope, offer, number, rows)  # type: ignore[misc]
                )
                number += 1
                done += len(rows)
                self._telling.progress(scope, done, offer.rows)
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
            # what it cannot hand in now it tries again with the next round
            with contextlib.suppress(KnownError):
                handed = await _hand_in(self._ledgers, self._tokens, self._central, self._clock, self._app)
                self._waiting = handed.waiting
        rest = back_off(self._course.failures, self._chance(), error.retry_after)
        if self._course.stuck:
            rest = max(rest, 30.0)
            if self._listening is not None:
                self._listening.hang_up()
        trouble = await self._revocation.attempt() if error.code == "desk.revoked" else error.message
        self._tell(trouble=trouble, rest=rest)
        return rest

    def _now(self) -> datetime:
        return self._time.now(self._clock.read())

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
                live=self._listening is not None and self._listening.is_open,
                trouble=state.trouble if trouble is None else trouble,
            )
        )


def _no_answer() -> KnownError:
    return KnownError("central.unreachable", "Central does not answer: go on, it is tried again.")


async def _access_token(tokens: TokenKeeper, central: Central) -> str:
    token = tokens.access_token
    if token is not None:
        return token
    refresh = tokens.refresh_token
    if refresh is None:
        raise KnownError("token.invalid", "Sign in, so that this desk may sync.")
    try:
        fresh = await central.refresh(refresh)
    except KnownError as error:
        if error.code in {"session.ended", "token.invalid", "request.invalid"}:
            await tokens.forget(whole=True)
        raise
    await tokens.put(fresh)
    return fresh.access_token


async def _hand_in(ledgers: Ledgers, tokens: TokenKeeper, central: Central, clock: Clock, app: str) -> HandedIn:
    token = await _access_token(tokens, central)
    return await hand_in(ledgers, lambda request: central.sync(request, token, whole=False), clock, app)


async def _hello(ledgers: Ledgers) -> Hello:
    position = await ledgers.commit(lambda ledger: ledger.position())
    return Hello(device=position.device, epoch=position.epoch, cursors=position.cursors)
