"""Sending what was done here: in order, each once in effect, however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent_desk.desk.sync.ports import Ledger
from agent_desk.desk.usecases.telling_time import Reading
from agent_desk.wire.sync import MOST_COMMANDS, MOST_REQUEST_BYTES, MOST_ROWS, Ack, AckState, Clock, SyncRequest

ROOM_FOR_COMMANDS = MOST_REQUEST_BYTES * 7 // 8
"""Of a request, so that cursors always fit."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What central said of the commands of one request."""

    sent: int = 0
    refused: int = 0
    gap: bool = False
    """True when central misses something from before."""
    again: bool = False
    """True when something must be sent again at once."""
    later: bool = False
    """True when central asked to be left alone for a while."""


def next_request(
    ledger: Ledger, reading: Reading, app: str, *, most_rows: int = MOST_ROWS, push_only: bool = False, beyond: int = 0
) -> SyncRequest:
    """The next thing to say to central: what waits, and how far we have read.

    With `push_only` only what waits after number `beyond`: the rest is on its way.
    """
    position = ledger.position()
    return SyncRequest(
        app=app,
        device=position.device,
        generation=position.generation,
        epoch=position.epoch,
        clock=Clock(wall=reading.wall, mono=reading.mono, boot=reading.boot),
        cursors={} if push_only else position.cursors,
        commands=ledger.take(MOST_COMMANDS, ROOM_FOR_COMMANDS, beyond),
        most_rows=most_rows,
        push_only=push_only,
        recount=ledger.is_recounting(),
    )


def settle(ledger: Ledger, acks: Sequence[Ack], expected_n: int) -> Settled:
    """Closes what central has decided; a gap or a central that forgot makes us send again."""
    settled = close_decided(ledger, acks)
    ledger.put_back()
    again = realign(ledger, expected_n) if settled.gap or not settled.later else False
    return replace(settled, again=again)


def close_decided(ledger: Ledger, acks: Sequence[Ack]) -> Settled:
    """Closes what central has decided; what it has not stays under way."""
    sent = refused = 0
    gap = later = False
    for ack in acks:
        match ack.state:
            case AckState.APPLIED:
                ledger.accept(ack)
                sent += 1
            case AckState.REFUSED | AckState.PARKED:
                ledger.close(ack)
                sent += 1
                refused += ack.state is AckState.REFUSED
            case AckState.GAP:
                gap = True
            case AckState.RETRY:
                later = True
    return Settled(sent, refused, gap, later=later)


def realign(ledger: Ledger, expected_n: int) -> bool:
    """Brings our count to the number that central waits for; True when anything changed."""
    if expected_n > ledger.last_given() + 1:
        # central has had commands of ours that we never gave a number: this is an old copy of a desk that went on
        ledger.begin_generation()
        return True
    resent = ledger.send_again(expected_n)
    lowest = ledger.lowest_waiting()
    if lowest is not None and lowest > expected_n:
        # what is missing between is kept nowhere any more: the rest closes up, and central knows it by its ids
        ledger.renumber(expected_n)
        return True
    return resent > 0
