"""The key of the database: 32 bytes that lie nowhere in plain."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from argon2.low_level import Type, hash_secret_raw

KEY_BYTES = 32
SALT_BYTES = 16


class Vault(Protocol):
    """Gives the same key for the same desk, and makes one the first time."""

    def get_key(self) -> bytes:
        """Raises KnownError `vault.locked` where the key cannot be had now."""
        ...

    def drop_key(self) -> None:
        """Forgets it for ever: what it encrypted is lost."""
        ...


class MemoryVault:
    """For tests and training: gone with the process."""

    def __init__(self) -> None:
        self._key: bytes | None = None

    def get_key(self) -> bytes:
        self._key = self._key or secrets.token_bytes(KEY_BYTES)
        return self._key

    def drop_key(self) -> None:
        self._key = None


class PassphraseVault:
    """Derives the key by argon2id from a passphrase and a salt that lies beside the database."""

    def __init__(self, salt: Path, ask: Callable[[], str]) -> None:
        self._salt = salt
        self._ask = ask
        self._begun: Future[bytes] | None = None

    def begin(self) -> None:
        """Works the key out on a thread of its own where there is a salt already: `get_key` then waits for the rest."""
        passphrase = self._ask()
        if passphrase and self._salt.exists():
            thread = ThreadPoolExecutor(1, "key")
            # the salt is read here: a thread that still looked for it after `drop_key` would make a new one
            self._begun = thread.submit(_derive, passphrase, self._find_salt())
            thread.shutdown(wait=False)

    def get_key(self) -> bytes:
        begun, self._begun = self._begun, None
        if begun is not None:
            return begun.result()
        passphrase = self._ask()
        if not passphrase:
            # read only here: a start works the key out while it reads the use cases
            from agent_desk.desk.usecases.ports import KnownError

            raise KnownError("vault.locked", "This machine has no keyring: type the desk's passphrase.")
        return _derive(passphrase, self._find_salt())

    def drop_key(self) -> None:
        self._begun = None
        self._salt.unlink(missing_ok=True)

    def _find_salt(self) -> bytes:
        if not self._salt.exists():
            part = self._salt.with_suffix(".part")
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(SALT_BYTES))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._salt)
        return self._salt.read_bytes()


def _derive(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=3,
        memory_cost=65_536,
        parallelism=1,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
