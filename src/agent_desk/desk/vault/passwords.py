"""Passwords to verifiers, for signing in without a link."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class ArgonHasher:
    """argon2id with the library's own costs."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def make(self, password: str) -> str:
        return self._hasher.hash(password)

    def fits(self, password: str, verifier: str) -> bool:
        try:
            return self._hasher.verify(verifier, password)
        except (VerificationError, InvalidHashError):
            return False
