"""Who imports whom is as the import contracts say, and the contracts notice when it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_files import PACKAGE, ROOT

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    return subprocess.run(
        [*LINT, *options], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_every_import_keeps_the_contracts() -> None:
    result = lint(ROOT, "--no-cache")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("attic/__init__.py", "", "Rooms import only the rooms beneath them"),
        ("desk/attic.py", "", "The desk: one composition root"),
        ("central/attic.py", "", "Central: the same shape"),
        ("desk/ui/breach.py", "import agent_desk.central", "Rooms import only the rooms beneath them"),
        ("domain/breach.py", "import time", "The domain has no clock"),
        ("desk/store/breach.py", "from PySide6 import QtCore", "Only the desk's window and its composition root"),
        ("desk/ui/breach.py", "import httpx", "The window touches no database"),
        ("desk/usecases/breach.py", "import sqlalchemy", "Use cases know ports, not libraries"),
        ("desk/sync/breach.py", "import fastapi", "The desk carries no server library"),
    ],
)
def test_a_breach_of_the_contracts_is_noticed(tmp_path: Path, module: str, statement: str, contract: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "src" / "agent_desk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    breach = tmp_path / "src" / "agent_desk" / module
    breach.parent.mkdir(exist_ok=True)
    breach.write_text(f"{statement}\n", encoding="utf-8")

    result = lint(tmp_path, "--no-cache")

    assert result.returncode == 1, result.stdout + result.stderr
    _, _, broken = result.stdout.partition("Broken contracts")
    assert contract in broken
