"""What import contracts cannot see: the calls and the parts of a library that a room must not use."""

from __future__ import annotations

import ast
import sys

from tests.architecture.source_files import ROOT, files_under, name_of, tree_of

ASKS_THE_WORLD = {"now", "today", "utcnow", "fromtimestamp", "uuid1", "uuid4", "open", "print", "input", "read_text"}
NOT_FOR_THE_WINDOW = {"PySide6.QtSql", "PySide6.QtNetwork"}
CHANCE_AND_WAITING = {"asyncio", "random", "secrets", "time"}
SYNC_CORES = {
    "src/agent_desk/desk/sync": ("check", "course", "keeping", "pull", "push"),
    "src/agent_desk/desk/usecases": ("replaying", "telling_time"),
    "src/agent_desk/central/usecases": (
        "applying", "booking", "price_books", "pulling", "pushing", "sale_time", "seeing", "shaping", "snapshotting",
        "syncing", "working_state",
    ),
}  # fmt: skip
"""What decides the sync at both ends: the simulation runs these very modules, and replays them from a seed."""
DOMAIN_LIBRARIES = {"agent_desk", "pydantic", "pydantic_core"}


def called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def imported(tree: ast.Module) -> set[str]:
    """Full names of the modules a file imports; `from PySide6 import QtSql` counts as PySide6.QtSql too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def test_the_domain_is_told_the_time_and_the_ids_and_reads_nothing() -> None:
    found = [
        f"{name_of(path)}:{node.lineno} {called(node)}"
        for path in files_under("src/agent_desk/domain", "src/agent_desk/wire")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and called(node) in ASKS_THE_WORLD
    ]
    assert found == []


def test_the_domain_knows_no_library_but_pydantic() -> None:
    found = {
        (name_of(path), name.partition(".")[0])
        for path in files_under("src/agent_desk/domain", "src/agent_desk/wire")
        for name in imported(tree_of(path))
    }
    assert {one for one in found if one[1] not in DOMAIN_LIBRARIES and one[1] not in sys.stdlib_module_names} == set()


def test_what_decides_the_sync_is_told_time_and_chance_and_never_waits() -> None:
    cores = [ROOT / folder / f"{name}.py" for folder, names in SYNC_CORES.items() for name in names]
    asked = [called(node) for path in cores for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    assert [name for name in asked if name in ASKS_THE_WORLD - {"now"}] == []
    assert {name_of(path): found for path in cores if (found := CHANCE_AND_WAITING & imported(tree_of(path)))} == {}


def test_the_window_uses_no_database_or_network_of_qt() -> None:
    found = {
        name_of(path): NOT_FOR_THE_WINDOW & imported(tree_of(path)) for path in files_under("src/agent_desk/desk/ui")
    }
    assert {name: parts for name, parts in found.items() if parts} == {}
