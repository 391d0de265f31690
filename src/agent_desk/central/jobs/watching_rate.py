"""PAY-6: the house's exchange rate beside the feed's, every few minutes."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import structlog

from agent_desk.central.usecases.checking_rate import check_rate
from agent_desk.central.usecases.ports import Now, RateOpinions, Store
from agent_desk.central.usecases.price_books import PriceBooks
from agent_desk.central.usecases.trouble import KnownError

EVERY_SECONDS = 300.0

log = structlog.get_logger("central")


class RateWatch:
    """A thread that asks the feed; what it found last is `sentence`."""

    def __init__(self, store: Store, opinions: RateOpinions, now: Now) -> None:
        self._store = store
        self._opinions = opinions
        self._now = now
        self._books = PriceBooks()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rate watch", daemon=True)
        self.sentence = ""
        """Empty while the rates agree."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(15)

    def look(self) -> None:
        """Asks once."""
        try:
            found = check_rate(self._store, self._books, self._opinions, self._now)
        except KnownError as error:
            log.warning("rate not checked", reason=error.code)
            return
        if found is None or found.agrees:
            self.sentence = ""
            return
        self.sentence = found.sentence
        log.warning("rate looked at", agrees=found.agrees, sentence=found.sentence)

    def _run(self) -> None:
        while True:
            self.look()
            if self._stopping.wait(EVERY_SECONDS):
                return
