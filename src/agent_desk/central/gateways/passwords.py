"""Passwords as argon2id keeps them."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
"""Each takes 64 MB and a core for a while."""


class ArgonPasswords:
    """argon2id with the library's own parameters (RFC 9106, low memory)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turns = BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        with self._turns:
            return self._hasher.hash(_bytes(password))

    def matches(self, password_hash: str, password: str) -> bool:
        with self._turns:
            try:
                return self._hasher.verify(password_hash, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False


def _bytes(password: str) -> bytes:
    # JSON can carry half a surrogate pair, which UTF-8 cannot
    return password.encode("utf-8", "surrogatepass")
