"""Small things stay small; what is larger is listed, and the list may only shrink."""

from __future__ import annotations

import ast

from tests.architecture.source_files import definitions, exceptions, files_under, name_of, tree_of

FILE_LIMIT = 400
CLASS_LIMIT = 250
FUNCTION_LIMIT = 60

OURS = ("src", "benchmarks", "packaging")


def lines_of(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def sizes_of(kind: type | tuple[type, ...]) -> dict[str, int]:
    return {
        f"{name_of(path)}:{name}": lines_of(node)
        for path in files_under(*OURS)
        for name, node in definitions(tree_of(path))
        if isinstance(node, kind)
    }


def too_large(sizes: dict[str, int], limit: int) -> dict[str, object]:
    return {name: size for name, size in sizes.items() if size > limit}


def test_no_file_is_longer_than_its_limit_or_its_listed_size() -> None:
    sizes = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in files_under(*OURS, "tests")}
    assert too_large(sizes, FILE_LIMIT) == exceptions("file_lines")


def test_no_class_is_longer_than_its_limit_or_its_listed_size() -> None:
    assert too_large(sizes_of(ast.ClassDef), CLASS_LIMIT) == exceptions("class_lines")


def test_no_function_is_longer_than_its_limit_or_its_listed_size() -> None:
    sizes = sizes_of((ast.FunctionDef, ast.AsyncFunctionDef))
    assert too_large(sizes, FUNCTION_LIMIT) == exceptions("function_lines")
