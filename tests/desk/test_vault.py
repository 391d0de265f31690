"""The key: the same for the same desk, never in plain, never lost silently."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.errors import KeyringLocked

from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.vault.keys import PassphraseVault
from agent_desk.desk.vault.passwords import ArgonHasher
from agent_desk.desk.vault.system_keyring import KeyringVault, find_backend, is_safe, open_vault


class HeldKeyring(KeyringBackend):
    """A keyring that a test holds."""

    priority = 1

    def __init__(self, *, keeps: bool = True) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.keeps = keeps

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.keeps:
            self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class LockedKeyring(HeldKeyring):
    def get_password(self, service: str, username: str) -> str | None:  # noqa: ARG002 - the port names them
        raise KeyringLocked("locked")


def test_a_passphrase_needs_its_salt_and_its_words(tmp_path: Path) -> None:
    salt = tmp_path / "key.salt"
    key = PassphraseVault(salt, lambda: "one").get_key()
    assert salt.stat().st_mode & 0o077 == 0
    assert PassphraseVault(salt, lambda: "two").get_key() != key
    assert PassphraseVault(salt, lambda: "one").get_key() == key
    with pytest.raises(KnownError) as locked:
        PassphraseVault(salt, lambda: "").get_key()
    assert locked.value.code == "vault.locked"


def test_a_key_that_was_begun_before_it_is_asked_for_is_the_same(tmp_path: Path) -> None:
    salt = tmp_path / "key.salt"
    vault = PassphraseVault(salt, lambda: "one")
    vault.begin()
    assert not salt.exists(), "a new desk's salt is made with its key"
    key = vault.get_key()
    vault.begin()
    assert vault.get_key() == key
    assert vault.get_key() == key
    vault.begin()
    vault.drop_key()
    assert not salt.exists(), "what was begun makes no salt again"
    assert vault.get_key() != key


def test_without_a_passphrase_none_is_begun(tmp_path: Path) -> None:
    salt = tmp_path / "key.salt"
    PassphraseVault(salt, lambda: "one").get_key()
    vault = PassphraseVault(salt, lambda: "")
    vault.begin()
    with pytest.raises(KnownError) as locked:
        vault.get_key()
    assert locked.value.code == "vault.locked"


@pytest.mark.parametrize("backend", [HeldKeyring(keeps=False), LockedKeyring()])
def test_a_keyring_that_keeps_nothing_or_is_locked_is_said_at_once(backend: HeldKeyring) -> None:
    with pytest.raises(KnownError) as locked:
        KeyringVault(backend, "GEO-2").get_key()
    assert locked.value.code == "vault.locked"


def test_a_locked_keyring_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(KnownError):
        KeyringVault(LockedKeyring(), "GEO-2").drop_key()


def test_keyrings_that_keep_nothing_or_in_plain_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class PlaintextKeyring(HeldKeyring):
        pass

    assert not is_safe(FailKeyring())  # type: ignore[no-untyped-call]  # the library says no types
    assert not is_safe(PlaintextKeyring())
    held = HeldKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: held)
    assert find_backend() is held
    monkeypatch.setattr(keyring, "get_keyring", FailKeyring)
    assert find_backend() is None
    assert isinstance(open_vault(tmp_path, "GEO-2", lambda: "words", None), PassphraseVault)
    assert isinstance(open_vault(tmp_path, "GEO-2", lambda: "words", held), KeyringVault)


def test_a_desk_that_began_with_a_passphrase_stays_with_it(tmp_path: Path) -> None:
    open_vault(tmp_path, "GEO-2", lambda: "words", None).get_key()
    assert isinstance(open_vault(tmp_path, "GEO-2", lambda: "words", HeldKeyring()), PassphraseVault)


def test_a_verifier_fits_its_password_alone() -> None:
    hasher = ArgonHasher()
    verifier = hasher.make("demerara")
    assert verifier.startswith("$argon2id$")
    assert hasher.fits("demerara", verifier)
    assert not hasher.fits("Demerara", verifier)
    assert not hasher.fits("demerara", "not a verifier")
