"""Words that promise work for later, names that say nothing, and nets that catch too much."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_files import PACKAGE, exceptions, files_under, name_of, tree_of

# In halves, so that this file does not contain them.
FOR_LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|Not" r"ImplementedError)\b")
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "manager", "managers"}
EVERYTHING = {"Exception", "BaseException"}


def caught(handler: ast.ExceptHandler) -> Iterator[str]:
    """The names a handler catches; a bare one catches BaseException."""
    if handler.type is None:
        yield "BaseException"
        return
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    for kind in kinds:
        yield ast.unparse(kind).rpartition(".")[2]


def lets_pass(handler: ast.ExceptHandler) -> bool:
    """True for one that only cleans up: its last statement raises the same again."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def catches_everything(path: Path) -> bool:
    handlers = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler))
    return any(EVERYTHING.intersection(caught(handler)) and not lets_pass(handler) for handler in handlers)


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in files_under("src", "tests", "benchmarks", "packaging")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FOR_LATER.search(line)
    ]
    assert found == []


def test_every_module_has_a_word_of_the_business_for_its_name() -> None:
    names = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*") if path.suffix == ".py" or path.is_dir()]
    assert [str(name) for name in names if SAYS_NOTHING.intersection(name.stem.split("_"))] == []


def test_everything_is_caught_only_where_the_list_gives_a_reason() -> None:
    found = {name_of(path) for path in files_under("src", "benchmarks", "packaging") if catches_everything(path)}
    assert found == set(exceptions("broad_except"))
