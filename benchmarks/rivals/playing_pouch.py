"""PouchDB: a desk of it in a process of Node's, express-pouchdb in another."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from benchmarks.measuring import UnmeasuredError
from benchmarks.rivals.conflicts import DOCUMENTS, Fates, judge, make_edits
from benchmarks.rivals.installing import install_pouch
from benchmarks.rivals.talking import Program, cpu_seconds
from benchmarks.rivals.works import CUTS, Meter, Stage, Taken, Work, check

SCRIPT = Path(__file__).with_name("pouch.js")


class Pouch:
    """Implements `Rival`; making it raises LeftOutError."""

    name = "PouchDB"
    kept = "LevelDB on both sides, written without fsync, as it comes; cut only on the near line"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._packages = install_pouch()

    def play(self, round_trip: float) -> dict[Work, Taken]:
        name = f"pouch{round_trip * 1000:.0f}"
        with ExitStack() as stack:
            server, near = self._server(stack, name)
            far = near.replace(str(_port(near)), str(self._stage.far(_port(near), round_trip)))
            a, b = (self._desk(stack, f"{name}-{side}") for side in "ab")
            meter = Meter(self._stage.line, lambda: cpu_seconds([server.pid]), self._stage.repeated)
            a.ask("open", name="a", url=far)
            b.ask("open", name="b", url=far)
            a.ask("load", file=str(self._stage.file))
            taken = {Work.PUSH: meter.take(a, "push"), Work.FIRST: meter.take(b, "pull")}
            check(self.name, b.ask("content"), self._stage.content)
            # after a cut it asks for what it lacks one by one: most of an hour for 10,000 on a line of 300 ms
            for n, (work, share) in enumerate(() if round_trip else CUTS.items()):
                with ExitStack() as for_one:
                    c = self._desk(for_one, f"{name}-c{n}")
                    c.ask("open", name=f"c{n}", url=far)
                    taken[work] = meter.take_cut(c, "pull", share * taken[Work.FIRST].passed.down)
                    check(self.name, c.ask("content"), self._stage.content)
            for desk in (a, b):
                # its first sync both ways looks through everything once
                desk.ask("sync")
            return taken | self._changes(meter, a, b)

    def _changes(self, meter: Meter, a: Program, b: Program) -> dict[Work, Taken]:
        subject = self._stage.ids[0]

        def write(n: int) -> dict[str, object]:
            a.ask("change", id=subject, note=f"down {n}")
            return {}

        taken = {
            Work.NOTHING: meter.take_often(a, "sync"),
            Work.UP: meter.take_often(a, "change", lambda n: {"id": subject, "note": f"up {n}"}),
            Work.DOWN: meter.take_often(b, "sync", write),
        }
        for desk in (a, b):
            desk.ask("listen")
        taken[Work.ACROSS] = meter.take_across(a, b, lambda n: {"id": subject, "note": f"across {n}"})
        return taken

    def conflict(self) -> Fates:
        with ExitStack() as stack:
            _, near = self._server(stack, "pouch-conflicts")
            desks = [self._desk(stack, f"pouch-conflicts-{side}") for side in "ab"]
            for desk, side in zip(desks, "ab", strict=True):
                desk.ask("open", name=side, url=near)
            desks[0].ask("load", file=str(self._stage.few(DOCUMENTS)))
            for desk in desks:
                desk.ask("sync")
            ids = self._stage.ids[:DOCUMENTS]
            edits = [make_edits("a"), make_edits("b")]
            for desk, made in zip(desks, edits, strict=True):
                desk.ask("edit", edits=[(ids[at], field, value) for at, field, value in made])
            for desk in (*desks, desks[0]):
                desk.ask("sync")
            found = [desk.ask("found", ids=ids) for desk in desks]
            if found[0] != found[1]:
                raise UnmeasuredError("after three rounds its desks do not show the same")
            return judge(edits, found[0]["stands"], unseen=found[0]["unseen"])

    def _server(self, stack: ExitStack, name: str) -> tuple[Program, str]:
        server = stack.enter_context(self._program(f"{name}-server", "server"))
        return server, f"http://127.0.0.1:{server.ask('serve')['port']}/documents"

    def _desk(self, stack: ExitStack, name: str) -> Program:
        return stack.enter_context(self._program(name, "desk"))

    def _program(self, name: str, role: str) -> Program:
        folder = self._stage.folder / name
        folder.mkdir()
        return Program(name, ["node", str(SCRIPT), role, str(folder)], self._stage.folder, at=self._packages)


def _port(url: str) -> int:
    return int(url.split(":")[2].split("/", maxsplit=1)[0])
