"""A payment provider in a few lines: it opens by key, forgets keys after a day, takes money once a session."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from agent_desk.domain.money import Money
from agent_desk.domain.paying import Answer, Sight, Trouble

Fault = Literal["none", "lost before", "lost after", "busy", "broken", "refused"]
KEYS_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Event:
    """What the provider, or somebody else, sends."""

    id: int
    claims: Sight
    signed: bool = True


@dataclass
class Provider:
    now: datetime
    sessions: dict[str, Sight] = field(default_factory=dict)
    charged: dict[str, int] = field(default_factory=dict)
    """By session: how often money was taken."""
    keys: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    sent: list[Event] = field(default_factory=list)
    fault: Fault = "none"
    """Of the next call."""
    down: bool = False
    """Nothing is answered, and nothing done, until it is up again; customers cannot pay either."""

    def open(self, key: str | None, attempt: UUID, amount: Money) -> Answer:
        def made() -> Answer:
            known = None if key is None else self.keys.get(key)
            if known is not None and self.now - known[0] < KEYS_KEPT:
                return self.sessions[known[1]]
            id_ = f"cs_{len(self.sessions)}"
            self.sessions[id_] = Sight(id_, attempt, "open", amount, url=f"https://pay.example/{id_}")
            if key is not None:
                self.keys[key] = (self.now, id_)
            return self.sessions[id_]

        return self._call(made, opening=True)

    def find(self) -> Answer:
        """Without keys: what was paid, where that is one."""
        paid = [sight for sight in self.sessions.values() if sight.status == "paid"]
        return self._call(lambda: paid[0] if len(paid) == 1 else Trouble("not_now", "not_found"))

    def expire(self, id_: str) -> None:
        """It ends by itself."""
        assert self.sessions[id_].status == "open"
        self._turn(id_, "expired")

    def look(self, id_: str) -> Answer:
        return self._call(lambda: self.sessions[id_])

    def close(self, id_: str) -> Answer:
        def closed() -> Answer:
            if self.sessions[id_].status == "open":
                self._turn(id_, "expired")
            return self.sessions[id_]

        return self._call(closed)

    def pay(self, id_: str) -> None:
        """A customer pays what is open."""
        assert self.sessions[id_].status == "open"
        self.charged[id_] = self.charged.get(id_, 0) + 1
        self._turn(id_, "paid", charge=f"pi_{id_}")

    def lose_the_next_answer(self) -> None:
        self.fault = "lost after"

    def decline(self, id_: str) -> None:
        assert self.sessions[id_].status == "open"
        self._turn(id_, "failed")

    @property
    def open_ones(self) -> list[str]:
        return [id_ for id_, sight in self.sessions.items() if sight.status == "open"]

    def _turn(self, id_: str, status: Literal["paid", "expired", "failed"], charge: str = "") -> None:
        self.sessions[id_] = replace(self.sessions[id_], status=status, charge=charge, url="")
        self.sent.append(Event(len(self.sent), self.sessions[id_]))

    def _call(self, effect: object, *, opening: bool = False) -> Answer:
        fault, self.fault = self.fault, "none"
        assert callable(effect)
        if self.down:
            return Trouble("no_answer", "connection")
        if fault == "busy":
            return Trouble("not_now", "rate_limit")
        if fault == "refused" and opening:
            return Trouble("refused", "parameter_invalid")
        if fault in {"lost before", "broken"}:
            return Trouble("no_answer", "timeout")
        answer: Answer = effect()
        return Trouble("no_answer", "timeout") if fault == "lost after" else answer
