"""How short answers are folded with the dictionary that both sides have: `dcz` of RFC 9842."""

from __future__ import annotations

import base64
import hashlib

ENCODING = "dcz"
AVAILABLE = "Available-Dictionary"
FILE = "sync.zdict"
"""Of the resources."""
_MAGIC = bytes.fromhex("5e2a4d1820000000")
"""A frame that plain zstd skips, 32 bytes long: the hash of the dictionary."""


def available(dictionary: bytes) -> str:
    """What a request says to be answered by it."""
    return f":{base64.b64encode(hashlib.sha256(dictionary).digest()).decode()}:"


def before_frame(dictionary: bytes) -> bytes:
    """What stands before the zstd frame of an answer."""
    return _MAGIC + hashlib.sha256(dictionary).digest()
