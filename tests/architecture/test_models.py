"""Models are built at their first use; that each can be is seen here."""

from __future__ import annotations

import ast
from importlib import import_module

from pydantic import BaseModel

from agent_desk.domain.values import StrictValue, Value
from tests.architecture.source_files import ROOT, files_under, tree_of


def has_models(tree: ast.Module) -> bool:
    bases = {
        base.id
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Name)
    }
    return bool(bases & {"Value", "StrictValue", "Aggregate", "Command"})


def models_under(base: type[BaseModel]) -> set[type[BaseModel]]:
    below = {model for model in base.__subclasses__() if model.__module__.startswith("agent_desk.")}
    return below.union(*map(models_under, below))


def test_every_model_can_be_built() -> None:
    for path in files_under("src/agent_desk"):
        if has_models(tree_of(path)):
            import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
    models = models_under(Value) | models_under(StrictValue)
    assert len(models) > 50
    for model in models:
        model.model_rebuild()
    assert [model for model in models if not model.__pydantic_complete__] == []
