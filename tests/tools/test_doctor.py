"""The doctor looks at the real machine."""

from __future__ import annotations

import pytest

from agent_desk import doctor


def test_every_finding_is_said_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run([]) in {0, 1}
    said = capsys.readouterr().out
    for what in ("Python", "Window libraries", "Encrypted store: SQLCipher", "Resources: all there", "Disk"):
        assert what in said


def test_the_store_really_is_encrypted_here() -> None:
    assert doctor.check_encryption().remedy == ""


def test_a_machine_without_a_screen_is_told_what_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    finding = doctor.check_screen()
    assert not finding.needed
    assert "plays a sale" in finding.remedy


def test_a_missing_library_gives_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None if name == "xcb-cursor" else name)
    assert doctor.check_libraries().remedy == "sudo apt-get install -y libxcb-cursor0"


def test_anything_else_asked_of_it_is_answered_with_its_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(["--help"]) == 0
    assert doctor.run(["cure"]) == 2
    assert "usage: agent-desk doctor" in capsys.readouterr().out
