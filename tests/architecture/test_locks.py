"""The locks say exactly what is installed, and not from where."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source_files import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_of(lock: str) -> str:
    return (ROOT / "packaging" / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall(text_of(lock))}


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_every_line_of_a_lock_is_a_version_or_a_hash(lock: str) -> None:
    pinned = r"[A-Za-z0-9._-]+==\S+( ; [^\\]+)? \\"
    hashed = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    lines = text_of(lock).splitlines()[1:]
    assert [line for line in lines if not re.fullmatch(f"{pinned}|{hashed}", line)] == []


def test_what_checks_the_program_runs_on_the_versions_it_ships_with() -> None:
    assert pins("run").items() <= pins("dev").items()


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run", [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["build"]]),
        ("dev", PYPROJECT["dependency-groups"]["dev"]),
    ],
)
def test_a_lock_keeps_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    locked = pins(lock)
    requirements = [Requirement(text) for text in wanted]
    unmet = [
        str(one) for one in requirements if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))
    ]
    assert unmet == []
