"""What waits here, decided again on top of central's truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from agent_desk.domain.aggregate import A, Aggregate, Command, Ref
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Facts, Refused, State
from agent_desk.wire.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Pending:
    """One command that central has not answered, or whose effect the feed has not brought yet."""

    command: Command
    facts: Facts | None
    """As it was done here; None when who did it is not known here any more."""
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """A document with what waits on top; `conflict` says why something of it no longer fits."""

    aggregate: Aggregate
    conflict: str = ""


@dataclass(slots=True)
class _State:
    """Documents while commands are replayed: their own outcomes, else central's, else as shown."""

    base: State
    shown: State
    redone: frozenset[Ref]
    made: dict[Ref, Aggregate] = field(default_factory=dict)

    def find(self, kind: type[A], id_: UUID) -> A | None:
        ref = (kind.kind, id_)
        made = self.made.get(ref)
        if made is not None:
            assert isinstance(made, kind)
            return made
        return (self.base if ref in self.redone else self.shown).find(kind, id_)


def replay(commands: Sequence[Pending], redone: frozenset[Ref], base: State, shown: State) -> Mapping[Ref, Replayed]:
    """Decides the commands again, in order, on central's state of `redone` and on everything else as shown.

    One that no longer fits leaves central's state and says so on it: central decides. I8: what central does not have,
    because it was made here, stays as it was shown until central has decided.
    """
    state = _State(base, shown, redone)
    conflicts: dict[Ref, str] = {}
    pending: set[Ref] = set()
    for one in commands:
        pending.update(one.command.writes())
        if one.facts is None:
            continue
        outcome = decide(state, one.command, one.facts)
        if not isinstance(outcome, Refused):
            state.made.update({aggregate.ref: aggregate for aggregate in outcome.changes})
        # what central has taken needs no second look: part of it may be in its state already
        elif not one.acknowledged:
            conflicts.update(dict.fromkeys(one.command.writes(), outcome.refusals[0].message))
    replayed: dict[Ref, Replayed] = {}
    # a command may change more than it names, such as the lease its goods come from, and what only central keeps
    changed = (ref for ref in redone & (pending | state.made.keys()) if ref[0] in KINDS)
    for ref in sorted(changed, key=str):
        kind, id_ = KINDS[ref[0]], ref[1]
        aggregate = state.made.get(ref) or base.find(kind, id_) or shown.find(kind, id_)
        if aggregate is not None:
            replayed[ref] = Replayed(aggregate, conflicts.get(ref, ""))
    return replayed
