"""The desk's own key, by which central knows it without a session."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PURPOSE = b"agent-desk device key"


class DeviceKey:
    """An Ed25519 pair worked out from the key in the vault: it lies nowhere itself, and is gone when that is."""

    def __init__(self, data_key: bytes, device: UUID) -> None:
        self._data_key = data_key
        self._device = device

    @property
    def public(self) -> str:
        """Its public half, in hexadecimal."""
        return self._pair.public_key().public_bytes_raw().hex()

    def sign(self, text: bytes) -> bytes:
        return self._pair.sign(text)

    @cached_property
    def _pair(self) -> Ed25519PrivateKey:
        # read here: nothing else of the desk has a use for it
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derive = HKDF(algorithm=SHA256(), length=32, salt=self._device.bytes, info=PURPOSE)
        return Ed25519PrivateKey.from_private_bytes(derive.derive(self._data_key))
