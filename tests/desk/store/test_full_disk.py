"""A disk that is full costs the sale that did not fit, and nothing that was said to be saved."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SMALL = "8m"
OWN_MOUNTS = ("unshare", "--user", "--map-root-user", "--mount")
"""A name space of its own: what is mounted in it is gone with the process."""


def can_mount(folder: Path) -> bool:
    command = [*OWN_MOUNTS, "mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_on_a_full_disk_a_sale_is_refused_and_the_next_one_follows_when_there_is_room(tmp_path: Path) -> None:
    if not can_mount(tmp_path):
        pytest.skip("this system lets nobody mount a small disk of their own")
    script = 'mount -t tmpfs -o size="$1" none "$2" && exec "$3" -m tests.desk.store.selling_on_a_small_disk "$2"'
    command = [*OWN_MOUNTS, "sh", "-c", script, "sh", SMALL, str(tmp_path), sys.executable]
    played = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert played.returncode == 0, played.stderr
    said = json.loads(played.stdout)
    assert said["sold_before_full"] > 0
    assert said["codes"] == ["disk.full"] * 3
    assert said["whole"] == "ok"
    assert set(said["printed"]) <= set(said["orders"])
    assert len(set(said["orders"])) == len(said["orders"]) == said["cash"]
    assert said["numbers"] == list(range(1, len(said["numbers"]) + 1))
