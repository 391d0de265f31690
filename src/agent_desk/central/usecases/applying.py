"""One command at central: the domain decides with central's facts, and what comes of it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from pydantic import ValidationError

from agent_desk.central.usecases.booking import Said, movement_of
from agent_desk.central.usecases.keeping_attempts import keep_attempts
from agent_desk.central.usecases.ports import CaseRecord, Device, Pushing
from agent_desk.central.usecases.shaping import scope_name
from agent_desk.central.usecases.stocking import stock_fact_of
from agent_desk.central.usecases.trouble import HandleTakenError, KnownError, MoneyRefusedError, TransientError
from agent_desk.central.usecases.watching_money import watch_cash
from agent_desk.central.usecases.working_state import WorkingState
from agent_desk.domain.aggregate import Aggregate, Command
from agent_desk.domain.commands import COMMANDS, BookShipment
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Case, Decided, Facts
from agent_desk.domain.money_commands import CloseTill, CountTill, RefundCash, SetExchangeRate, TakeCash
from agent_desk.domain.people import Staff
from agent_desk.domain.price_book import PriceBook
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.shipping import Shipment
from agent_desk.wire.sync import Ack, AckState, Envelope, Row

MOST_TRIES = 3
"""A command that breaks central this often is put aside, so that it does not block the desk for ever."""

Parsed = Command | tuple[Refusal, ...]
"""A command, or why what came is none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one command; `scopes` shows where."""

    ack: Ack
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is true around every command of one transaction."""

    unit: Pushing
    state: WorkingState
    device: Device
    book: PriceBook
    now: datetime
    actors: frozenset[UUID]
    """Who may act on this desk: who signed in on it lately."""
    visible: Callable[[], frozenset[str]]
    """The scopes that the caller may see."""
    applied: Callable[[UUID], bool]
    """Whether that command was applied."""


def parse_command(envelope: Envelope) -> Parsed:
    """The command, or why it is none."""
    model = COMMANDS.get(envelope.name)
    if model is None:
        sentence = "Central does not know this action: update central, it is kept meanwhile."
        return (blocks("command.unknown", "name", sentence),)
    if not envelope.intact:
        return (blocks("command.altered", "hash", "This action was changed on its way: do it again."),)
    try:
        return model.model_validate(envelope.args)
    except ValidationError as error:
        return tuple(_field_refusal(found["type"], found["loc"]) for found in error.errors(include_input=False)[:50])


def _field_refusal(kind: str, where: tuple[int | str, ...]) -> Refusal:
    field = ".".join(str(part) for part in where)[:200]
    if kind == "extra_forbidden":
        return blocks("field.unknown", field, f"There is no field {field}: leave it out.")
    if kind == "missing":
        return blocks("field.missing", field, f"Fill in {field}.")
    return blocks("field.invalid", field, f"What {field} says cannot be used: correct it.")


def apply(occasion: Occasion, envelope: Envelope, command: Parsed, at: datetime) -> Verdict:
    """Decides and writes; a fact is never refused, and our own faults do not block the desk for ever."""
    try:
        with occasion.unit.savepoint():
            return _apply(occasion, envelope, command, at)
    except HandleTakenError:
        sentence = "This number is in use already: the desk makes the next one."
        return _against(occasion, envelope, command, at, (blocks("number.taken", "number", sentence),))
    except (TransientError, KnownError):
        raise
    # a command that breaks our code must not stop the desk behind it; what it was is counted and kept
    except Exception as error:  # noqa: BLE001
        return _trouble(occasion, envelope, command, at, type(error).__name__)


def _apply(occasion: Occasion, envelope: Envelope, command: Parsed, at: datetime) -> Verdict:
    if not isinstance(command, Command):
        return _against(occasion, envelope, command, at, command)
    actor = occasion.state.find(Staff, envelope.by) if envelope.by in occasion.actors else None
    if actor is None:
        sentence = "Sign in on this desk first: who did this has not signed in here lately."
        return _against(occasion, envelope, command, at, (blocks("actor.not_here", "by", sentence, "SEC-3"),))
    if not all(occasion.applied(id_) for id_ in envelope.after):
        sentence = "A step this one builds on was not taken: look at that one first."
        return _against(occasion, envelope, command, at, (blocks("command.depends", "after", sentence),))
    open_bookings = occasion.unit.count_open(Shipment.kind, actor.login) if isinstance(command, BookShipment) else 0
    through = occasion.unit.sum_through(command.till) if isinstance(command, CountTill | CloseTill) else None
    facts = Facts(at, actor, occasion.device.desk, occasion.book, open_bookings, through)
    outcome = decide(occasion.state, command, facts)
    if not isinstance(outcome, Decided):
        return _against(occasion, envelope, command, at, outcome.refusals, current=outcome.current)
    _record_money(occasion, envelope, command, at, outcome.changes)
    if isinstance(command, SetExchangeRate):
        occasion.unit.record_rate_terms(command.rate, command.spread_percent, envelope.by, at)
    keep_attempts(occasion.unit, outcome.changes, occasion.now, go_on=True)
    fact = stock_fact_of(command, envelope, at, occasion.state)
    if fact is not None:
        occasion.unit.record_stock_fact(fact)
    cases = [_open_case(occasion, envelope, case, n) for n, case in enumerate(outcome.cases)]
    case = cases[0] if cases else None
    # last, for what is remembered here is not undone with the savepoint
    scopes = occasion.state.save(outcome.changes)
    return Verdict(Ack(n=envelope.n, id=envelope.id, state=AckState.APPLIED, case=case), scopes)


def _against(
    occasion: Occasion,
    envelope: Envelope,
    command: Parsed,
    at: datetime,
    refusals: tuple[Refusal, ...],
    *,
    current: tuple[Aggregate, ...] = (),
) -> Verdict:
    """A request is refused; a fact, or what may be one, is parked with a case for a person."""
    rows = _rows(occasion, current)
    if not _may_be_fact(envelope):
        ack = Ack(n=envelope.n, id=envelope.id, state=AckState.REFUSED, refusals=refusals, current=rows)
        return Verdict(ack)
    if isinstance(command, Command):
        _record_money(occasion, envelope, command, at, ())
    return park(occasion, envelope, refusals, rows)


def park(
    occasion: Occasion, envelope: Envelope, refusals: tuple[Refusal, ...], current: tuple[Row, ...] = ()
) -> Verdict:
    """Keeps a command at central for a person; the desk is done with it."""
    case = _open_case(occasion, envelope, Case(refusals[0].code, refusals[0].message), 0)
    ack = Ack(n=envelope.n, id=envelope.id, state=AckState.PARKED, refusals=refusals, current=current, case=case)
    return Verdict(ack)


def _may_be_fact(envelope: Envelope) -> bool:
    model = COMMANDS.get(envelope.name)
    return model is None or model.fact


def _trouble(occasion: Occasion, envelope: Envelope, command: Parsed, at: datetime, what: str) -> Verdict:
    tries = occasion.unit.add_trouble(envelope.id, what)
    if tries < MOST_TRIES:
        return Verdict(Ack(n=envelope.n, id=envelope.id, state=AckState.RETRY))
    if isinstance(command, Command):
        _record_money(occasion, envelope, command, at, ())
    sentence = "Central could not work this out: it is kept, and somebody looks at it."
    return park(occasion, envelope, (blocks("command.poison", "name", sentence),))


def _record_money(
    occasion: Occasion, envelope: Envelope, command: Command, at: datetime, changes: tuple[Aggregate, ...]
) -> None:
    try:
        with occasion.unit.savepoint():
            movement = movement_of(command, Said(occasion.device, envelope, at), occasion.state, changes)
            if movement is not None:
                occasion.unit.record_money([movement])
                watch_cash(occasion.unit, movement, occasion.now)
    except MoneyRefusedError as error:
        what = f"Receipt {command.receipt}" if isinstance(command, TakeCash | RefundCash) else f"{command.name}"
        if error.duplicate and changes:
            sentence = f"{what} names money that is recorded already."
            _open_case(occasion, envelope, Case("cash.twice", sentence), 90)
        elif not error.duplicate:
            sentence = f"{what} names an amount that cannot be cash."
            _open_case(occasion, envelope, Case("cash.impossible", sentence), 91)


def _open_case(occasion: Occasion, envelope: Envelope, case: Case, n: int) -> UUID:
    id_ = uuid5(envelope.id, f"case {n}")
    record = CaseRecord(
        id=id_,
        kind=case.kind,
        sentence=case.sentence,
        subject=occasion.device.desk,
        branch=occasion.device.branch,
        opened_at=occasion.now,
        command=envelope.id,
    )
    occasion.unit.open_cases([record])
    return id_


def _rows(occasion: Occasion, current: tuple[Aggregate, ...]) -> tuple[Row, ...]:
    """What is refused may name another branch's things: only what the caller may see is shown."""
    if not current:
        return ()
    visible = occasion.visible()
    return tuple(
        Row(seq=0, kind=a.kind, id=a.id, version=a.version, op="u", body=a.model_dump(mode="json"))
        for a in current
        if scope_name(a) in visible
    )
