"""Taking a protection away: a mutant is the real function with a piece of its text changed.

So it says loudly when the text is another, and nothing of it is ever in the program.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from tests.simulation.machine import Machine

ANNOTATIONS_STAY_TEXT = 0x1000000
"""The compiler's flag for `from __future__ import annotations`, which the modules have."""
OURS = ("agent_desk.", "tests.simulation.")


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a function's text, and what stands there instead."""

    owner: Any
    """The module or class."""
    function: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    machine: type[Machine]
    """The layer in which it must be noticed."""
    edits: tuple[Edit, ...]


def edited(edit: Edit) -> Callable[..., Any]:
    """The function with that piece of its text changed."""
    function = inspect.unwrap(getattr(edit.owner, edit.function))
    text = textwrap.dedent(inspect.getsource(function))
    times = text.count(edit.old)
    assert times == 1, f"{edit.function} has {times} times {edit.old!r}: say the mutant anew"
    code = compile(
        text.replace(edit.old, edit.new), f"<mutant of {edit.function}>", "exec", ANNOTATIONS_STAY_TEXT,
        dont_inherit=True,
    )  # fmt: skip
    made: dict[str, Any] = {}
    exec(code, vars(sys.modules[function.__module__]), made)
    changed: Callable[..., Any] = made[edit.function]
    return changed


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """Wherever the functions are known by their names."""
    with ExitStack() as stack:
        for edit in mutant.edits:
            present, changed = getattr(edit.owner, edit.function), edited(edit)
            stack.enter_context(patch.object(edit.owner, edit.function, changed))
            for name, module in list(sys.modules.items()):
                if name.startswith(OURS) and vars(module).get(edit.function) is present:
                    stack.enter_context(patch.object(module, edit.function, changed))
        yield
