"""Qt gives back every reference it takes, see docs/decisions/001-pin-pyside.md."""

from __future__ import annotations

import os
import subprocess
import sys

VOID_CALLS = """
import sys
from PySide6.QtWidgets import QApplication, QLabel

application = QApplication(["references"])
label = QLabel("a")
before = sys.getrefcount(None)
for _ in range(20_000):
    label.setToolTip("b")
print(before - sys.getrefcount(None))
"""


def test_twenty_thousand_void_calls_lose_no_reference_to_none() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run(
        [sys.executable, "-c", VOID_CALLS], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert result.returncode == 0, result.stderr
    assert abs(int(result.stdout)) < 100
