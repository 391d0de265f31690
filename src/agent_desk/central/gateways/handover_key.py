"""Central's own key for files that desks seal for it."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
PURPOSE = b"agent-desk handover key"


class HandoverKey:
    """An X25519 pair worked out from the key that signs tokens: a restored database opens the same files."""

    def __init__(self, signing_key: bytes) -> None:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
        self._private = X25519PrivateKey.from_private_bytes(derive.derive(signing_key))

    @property
    def public(self) -> str:
        """Its public half, in hexadecimal."""
        return self._private.public_key().public_bytes_raw().hex()

    def open(self, sealed: bytes, context: bytes) -> bytes | None:
        """What was sealed for this central in that context; None for anything else."""
        try:
            return SUITE.decrypt(sealed, self._private, context)
        except (InvalidTag, ValueError):
            return None
