"""Sealing what another person carries, so that only central can read it."""

from __future__ import annotations


def seal(public: str, text: bytes, context: bytes) -> bytes:
    """To the owner of a public X25519 key, given in hexadecimal, for that context alone."""
    # read here: a desk has a use for it on its worst day only
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    return suite.encrypt(text, X25519PublicKey.from_public_bytes(bytes.fromhex(public)), context)
