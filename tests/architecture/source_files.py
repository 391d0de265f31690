"""The project's own source, as the architecture tests read it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "agent_desk"


def files_under(*folders: str) -> list[Path]:
    """Every Python file of these folders of the repository, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def exceptions(table: str) -> dict[str, object]:
    """One table of exceptions.toml."""
    tables = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text(encoding="utf-8"))
    return dict(tables[table])


def definitions(tree: ast.Module) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every class and function with its dotted name inside the file."""

    def inside(
        node: ast.AST, prefix: str
    ) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{prefix}{child.name}"
                yield name, child
                yield from inside(child, f"{name}.")
            else:
                yield from inside(child, prefix)

    yield from inside(tree, "")
