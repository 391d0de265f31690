"""The key in the keyring of the operating system."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.desk.vault.keys import KEY_BYTES, PassphraseVault, Vault

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "agent-desk"
_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it in plain."""


class KeyringVault:
    """Keeps the key as hexadecimal under the desk's name."""

    def __init__(self, backend: KeyringBackend, desk: str) -> None:
        self._backend = backend
        self._desk = desk

    def get_key(self) -> bytes:
        from keyring.errors import KeyringError

        from agent_desk.desk.usecases.ports import KnownError

        try:
            kept = self._backend.get_password(SERVICE, self._desk)
            if kept is None:
                kept = secrets.token_hex(KEY_BYTES)
                self._backend.set_password(SERVICE, self._desk, kept)
                # a keyring that does not keep what it is given would lose every sale at the next start
                if self._backend.get_password(SERVICE, self._desk) != kept:
                    raise KnownError("vault.locked", "The keyring of this machine keeps nothing: use a passphrase.")
        except KeyringError as error:
            raise KnownError("vault.locked", "The keyring of this machine is locked: unlock it, then start.") from error
        return bytes.fromhex(kept)

    def drop_key(self) -> None:
        from keyring.errors import KeyringError

        from agent_desk.desk.usecases.ports import KnownError

        try:
            if self._backend.get_password(SERVICE, self._desk) is not None:
                self._backend.delete_password(SERVICE, self._desk)
        except KeyringError as error:
            raise KnownError("vault.locked", "The keyring of this machine is locked: unlock it first.") from error


def find_backend() -> KeyringBackend | None:
    """The system's own keyring; None where there is none that is safe."""
    # read only here: a desk with a passphrase has no use for it
    import keyring

    backend = keyring.get_keyring()
    members = getattr(backend, "backends", [backend])
    for member in members:
        if is_safe(member):
            return member  # type: ignore[no-any-return]  # the chainer's list is untyped
    return None


def is_safe(backend: KeyringBackend) -> bool:
    module = type(backend).__module__
    return not module.startswith(_REFUSED) and "plain" not in type(backend).__name__.lower()


def open_vault(folder: Path, desk: str, ask: Callable[[], str], backend: KeyringBackend | None) -> Vault:
    """The keyring where there is one; else the passphrase, and always that once a desk has begun with it."""
    salt = folder / "key.salt"
    if backend is None or salt.exists():
        return PassphraseVault(salt, ask)
    return KeyringVault(backend, desk)
