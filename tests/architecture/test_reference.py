"""docs/reference/ says what the program says: every refusal, key, command, option and setting."""

import re
import subprocess
import sys

from tests.architecture.source_files import ROOT


def test_the_reference_is_what_the_program_would_write_now() -> None:
    checked = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "reference.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.stdout, checked.returncode) == ("", 0), checked.stderr


def test_every_code_in_the_source_is_in_the_reference() -> None:
    written = (ROOT / "docs" / "reference" / "refusals.md").read_text(encoding="utf-8")
    call = re.compile(r"\b(?:refusal|blocks|warns|needs_manager|KnownError)\(\s*\"([a-z_]+\.[a-z_]+)\"")
    codes = {
        code
        for path in (ROOT / "src").rglob("*.py")
        for code in call.findall(path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert len(codes) > 100
    assert {code for code in codes if f"| `{code}` |" not in written} == set()
