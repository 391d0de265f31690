"""A step of a database that is skipped in silence would be found by the first customer."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source_files import ROOT

FOLDERS = {
    "central": (ROOT / "src/agent_desk/central/store/migrations", r"(\d{4})_\w+\.sql"),
    "desk": (ROOT / "src/agent_desk/desk/store/migrations/versions", r"step_(\d{4})_\w+\.py"),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_steps_of_a_database_are_counted_without_gap_or_repetition(name: str) -> None:
    folder, form = FOLDERS[name]
    found = [re.fullmatch(form, path.name) for path in sorted(folder.iterdir()) if not path.name.startswith("__")]
    numbers = [int(match[1]) for match in found if match is not None]
    assert len(numbers) == len(found), "every step is named as the others are"
    assert numbers == list(range(1, len(numbers) + 1))
