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


@pytest.mark.parametrize(
    ("keys", "found", "says"),
    [
        (("", ""), ("no keys here", False), "takes no cards"),
        (("sk_live_abcdef1", "whsec_abcdef1"), ("live keys", True), ""),
        (("rk_live_abcdef1", "whsec_abcdef1, whsec_abcdef2"), ("live keys", True), ""),
        (("sk_test_abcdef1", "whsec_abcdef1"), ("test keys", False), "No real card is charged"),
        (("pk_live_abcdef1", "whsec_abcdef1"), ("the keys cannot be right", True), "AGENT_DESK_STRIPE_KEY"),
        (("sk_live_abcdef1", ""), ("the keys cannot be right", True), "AGENT_DESK_STRIPE_WEBHOOK_SECRET"),
        (("", "sk_live_abcdef1"), ("the keys cannot be right", True), "AGENT_DESK_STRIPE_WEBHOOK_SECRET"),
        (("sk_live_abcdef1", ",".join(["whsec_abcdef1"] * 6)), ("the keys cannot be right", True), "at most 5"),
    ],
)
def test_keys_of_cards_are_looked_at_and_never_printed(
    keys: tuple[str, str], found: tuple[str, bool], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_DESK_STRIPE_KEY", keys[0])
    monkeypatch.setenv("AGENT_DESK_STRIPE_WEBHOOK_SECRET", keys[1])
    finding = doctor.check_cards()
    assert (finding.found, finding.needed) == found
    assert says in finding.remedy
    assert bool(says) == bool(finding.remedy)
    assert "abcdef" not in repr(finding)


@pytest.mark.parametrize(
    ("url", "merchant", "found", "says"),
    [
        ("", "", ("no package here", False), "takes no MMG"),
        ("https://mwallet.mmgtest.net/olive/publisher/v1", "6001234", ("test package", False), "No real money"),
        ("https://ecommerce.mymmg.gy/olive/publisher/v1", "6001234", ("real money, merchant 6001234", True), ""),
        ("https://example.com", "6001234", ("the package cannot be right", True), "AGENT_DESK_MMG_URL"),
        ("https://ecommerce.mymmg.gy", "600123", ("the package cannot be right", True), "AGENT_DESK_MMG_MERCHANT"),
    ],
)
def test_mmg_s_package_is_looked_at_and_never_printed(
    url: str, merchant: str, found: tuple[str, bool], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = dict.fromkeys(("API_KEY", "PASSWORD", "MKEY", "MSECRET"), "abcdef" if merchant else "")
    for name, value in {"URL": url, "MERCHANT": merchant, **secrets}.items():
        monkeypatch.setenv(f"AGENT_DESK_MMG_{name}", value)
    finding = doctor.check_mmg()
    assert (finding.found, finding.needed) == found
    assert says in finding.remedy
    assert bool(says) == bool(finding.remedy)
    assert "abcdef" not in repr(finding)
