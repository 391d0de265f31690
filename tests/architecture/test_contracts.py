"""Who imports whom is as the import contracts say, and the contracts notice when it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT

ROOMS = ("", "domain", "wire", "papers", "sandbox", "central", "central/usecases", "central/store", "central/api")
DESK_ROOMS = ("desk", "desk/usecases", "desk/store", "desk/sync", "desk/ui")
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    return subprocess.run(
        [*LINT, *options], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def empty_house(folder: Path) -> Path:
    """The package with its rooms and nothing in them, under the project's own contracts."""
    package = folder / "src" / "agent_desk"
    for room in (*ROOMS, *DESK_ROOMS):
        (package / room).mkdir(parents=True, exist_ok=True)
        (package / room / "__init__.py").touch()
    (package / "resources.py").touch()
    (package / "desk" / "bootstrap.py").write_text("import PySide6\nimport qasync\n", encoding="utf-8")
    (folder / ".importlinter").write_text((ROOT / ".importlinter").read_text(encoding="utf-8"), encoding="utf-8")
    return package


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
        ("central/store/breach.py", "import agent_desk.desk", "Rooms import only the rooms beneath them"),
        ("desk/ui/breach.py", "import agent_desk.desk.store", "The desk: one composition root"),
        ("domain/breach.py", "import time", "The domain has no clock"),
        ("domain/breach.py", "import agent_desk.wire", "Rooms import only the rooms beneath them"),
        ("wire/breach.py", "import httpx", "What is said and what is printed"),
        ("desk/store/breach.py", "from PySide6 import QtCore", "Only the desk's window and its composition root"),
        ("desk/ui/breach.py", "import httpx", "The window touches no database"),
        ("desk/usecases/breach.py", "import sqlalchemy", "Use cases know ports, not libraries"),
        ("central/usecases/breach.py", "import sqlalchemy", "Use cases know ports, not libraries"),
        ("desk/sync/breach.py", "import fastapi", "The desk carries no server library"),
        ("central/store/breach.py", "import keyring", "Central carries nothing of the desktop"),
    ],
)
def test_a_breach_of_the_contracts_is_noticed(tmp_path: Path, module: str, statement: str, contract: str) -> None:
    breach = empty_house(tmp_path) / module
    breach.parent.mkdir(exist_ok=True)
    breach.write_text(f"{statement}\n", encoding="utf-8")

    result = lint(tmp_path, "--no-cache")

    assert result.returncode == 1, result.stdout + result.stderr
    _, _, broken = result.stdout.partition("Broken contracts")
    assert contract in broken


def test_a_house_with_empty_rooms_keeps_the_contracts(tmp_path: Path) -> None:
    empty_house(tmp_path)
    result = lint(tmp_path, "--no-cache")
    assert result.returncode == 0, result.stdout + result.stderr
