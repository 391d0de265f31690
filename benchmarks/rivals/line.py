"""A line in a process of its own, so that whoever works beside it does not lengthen it: `python -m ... line`."""

from __future__ import annotations

from dataclasses import asdict

from agent_desk.drill.relay import Relay
from benchmarks.rivals.talking import Spoken, serve


class Lines:
    """One line after another."""

    def __init__(self) -> None:
        self._relay: Relay | None = None

    def open(self, port: int, round_trip: float) -> Spoken:
        self.close()
        self._relay = Relay(port, round_trip_seconds=round_trip).__enter__()
        return {"port": self._relay.port}

    def passed(self) -> Spoken:
        assert self._relay is not None, "it was opened"
        return asdict(self._relay.passed)

    def cut_after(self, down: int, seconds: float) -> Spoken:
        assert self._relay is not None, "it was opened"
        self._relay.cut_after(down, seconds)
        return {}

    def mend(self) -> Spoken:
        assert self._relay is not None, "it was opened"
        self._relay.mend()
        return {}

    def close(self) -> Spoken:
        if self._relay is not None:
            self._relay.__exit__(None, None, None)
            self._relay = None
        return {}


def main() -> None:
    lines = Lines()
    try:
        verbs = (lines.open, lines.passed, lines.cut_after, lines.mend, lines.close)
        serve({verb.__name__: verb for verb in verbs})
    finally:
        lines.close()


if __name__ == "__main__":
    main()
