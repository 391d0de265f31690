"""How soon `check` and `quote` are there, beside the desk's window."""

from __future__ import annotations

from functools import partial

from benchmarks.checking import write_pieces
from benchmarks.measuring import Aim, Figure, Report, Setting, interleave, median
from benchmarks.programs import agent_desk, run_ms
from benchmarks.starting import STEPS, start_desk
from benchmarks.stocking import stock

REQUEST = (
    '{"origin": "US", "destination": "GY",'
    ' "pieces": [{"weight": "12.5 kg", "length": "24 in", "width": "18 in", "height": "20 in"}]}'
)


def measure(setting: Setting) -> Report:
    stocked = stock(setting.folder / "desk", products=100, orders=100)
    pieces, request = setting.folder / "pieces.csv", setting.folder / "request.json"
    write_pieces(pieces, 1)
    request.write_text(REQUEST, "utf-8")
    ways = {
        "check --help": ["check", "--help"],
        "quote --help": ["quote", "--help"],
        "check of one piece": ["check", str(pieces)],
        "quote of one piece": ["quote", str(request)],
    }
    found = interleave(
        setting.pick(7, 3),
        {
            "window": lambda: start_desk(stocked, setting.folder)[STEPS[-1]],
            **{name: partial(_tool_ms, args) for name, args in ways.items()},
        },
    )
    window = median(found["window"])
    half = Aim("at most times", 0.5)
    return Report(
        tuple(Figure(name, median(found[name]), "desk start to usable", window, "ms", half) for name in ways),
        ("each from process start to end; the window's start is to its `desk.usable`, signed in.",),
    )


def _tool_ms(args: list[str]) -> float:
    return run_ms([agent_desk(), *args], accepts=(0, 1))
