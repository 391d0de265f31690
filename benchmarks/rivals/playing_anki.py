"""Anki: its desk and its own sync server, each in a process of the interpreter that has it."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path

from agent_desk.services import free_port
from benchmarks.measuring import UnmeasuredError
from benchmarks.rivals.conflicts import DOCUMENTS, FIELDS, Fates, judge, make_edits
from benchmarks.rivals.documents import LOGIN, PASSWORD
from benchmarks.rivals.installing import install_anki
from benchmarks.rivals.talking import Program, cpu_seconds
from benchmarks.rivals.works import CUTS, Meter, Stage, Taken, Work, check

SCRIPT = Path(__file__).with_name("anki_desk.py")
STARTS_WITHIN = 30.0
TICK = 1.1
"""Seconds after which Anki's clock, of whole seconds, has certainly moved on."""


class Anki:
    """Implements `Rival`; a new desk fetches the whole file, others a few hundred notes at a time.

    Making it raises LeftOutError.
    """

    name = "Anki"
    kept = "SQLite with synchronous FULL on both sides"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._python = install_anki()

    def play(self, round_trip: float) -> dict[Work, Taken]:
        with ExitStack() as stack:
            name = f"anki{round_trip * 1000:.0f}"
            server, port = self._server(stack, name)
            near, far = _url(port), _url(self._stage.far(port, round_trip))
            a, b = (self._desk(stack, f"{name}-{side}") for side in "ab")
            self._begin(a, b, near, self._stage.file)
            meter = Meter(self._stage.line, lambda: cpu_seconds([server.pid]), self._stage.repeated)
            for desk, side in ((a, "a"), (b, "b")):
                desk.ask("open", name=side, url=far)
            taken = {Work.PUSH: meter.take(a, "sync"), Work.NEW: meter.take(b, "sync")}
            check(self.name, b.ask("content"), self._stage.content)
            # the cuts come last: what they may leave behind is in nobody's way then
            taken |= self._changes(meter, a, b)
            for work, share in {Work.FIRST: 0.0, **CUTS}.items():
                with ExitStack() as for_one:
                    c = self._desk(for_one, f"{name}-{work.name.lower()}")
                    c.ask("open", name="c", url=far)
                    if share:
                        after = share * taken[Work.FIRST].passed.down
                        taken[work] = meter.take_cut(c, "whole", after, upload=False)
                    else:
                        taken[work] = meter.take(c, "whole", upload=False)
                    check(self.name, c.ask("content"), self._stage.content)
            return taken

    def _changes(self, meter: Meter, a: Program, b: Program) -> dict[Work, Taken]:
        subject = self._stage.ids[0]

        def write(n: int) -> dict[str, object]:
            a.ask("change", id=subject, note=f"down {n}")
            return {}

        return {
            Work.NOTHING: meter.take_often(a, "sync"),
            Work.UP: meter.take_often(a, "change", lambda n: {"id": subject, "note": f"up {n}"}),
            Work.DOWN: meter.take_often(b, "sync", write),
        }

    def conflict(self) -> Fates:
        with ExitStack() as stack:
            _, port = self._server(stack, "anki-conflicts")
            desks = [self._desk(stack, f"anki-conflicts-{side}") for side in "ab"]
            self._begin(desks[0], desks[1], _url(port), self._stage.few(DOCUMENTS))
            for desk in desks:
                desk.ask("sync")
            ids = self._stage.ids[:DOCUMENTS]
            edits = [make_edits("a"), make_edits("b")]
            for desk, made in zip(desks, edits, strict=True):
                desk.ask("edit", edits=[(ids[at], field, value) for at, field, value in made])
                # the later of two seconds wins; of the same second each desk would keep its own for ever
                time.sleep(TICK)
            for desk in (*desks, desks[0]):
                desk.ask("sync")
            found = [desk.ask("found", ids=ids) for desk in desks]
            if found[0] != found[1]:
                raise UnmeasuredError("after three rounds its desks do not show the same")
            return judge(edits, found[0]["stands"])

    @staticmethod
    def _begin(a: Program, b: Program, url: str, file: Path) -> None:
        """Two desks of one empty collection; the first then has the documents, and nobody else."""
        a.ask("open", name="a", url=url)
        a.ask("whole", upload=True)
        b.ask("open", name="b", url=url)
        b.ask("whole", upload=False)
        a.ask("load", file=str(file), fields=list(FIELDS))

    def _server(self, stack: ExitStack, name: str) -> tuple[Program, int]:
        port = free_port()
        around = {
            "SYNC_USER1": f"{LOGIN}:{PASSWORD}", "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port),
            "SYNC_BASE": str(self._folder(f"{name}-server")),
        }  # fmt: skip
        command = [str(self._python), str(SCRIPT), "serve"]
        server = stack.enter_context(Program(f"{name}-server", command, self._stage.folder, around=around))
        until = time.monotonic() + STARTS_WITHIN
        while not _listens(port):
            if time.monotonic() > until:
                raise UnmeasuredError("Anki's server does not listen")
            time.sleep(0.05)
        return server, port

    def _desk(self, stack: ExitStack, name: str) -> Program:
        command = [str(self._python), str(SCRIPT), str(self._folder(name))]
        return stack.enter_context(Program(name, command, self._stage.folder))

    def _folder(self, name: str) -> Path:
        folder = self._stage.folder / name
        folder.mkdir()
        return folder


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
