"""One spelling of every body, so that its hash means something."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from agent_desk.domain.aggregate import Aggregate

SUM_MODULUS = 2**64
# made once: for any but its usual settings the library makes an encoder for every call
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
BUCKETS = 256
"""A scope that differs is mended bucket by bucket."""


def canonical_json(body: object) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8."""
    return _encode(body).encode()


def aggregate_bytes(aggregate: Aggregate) -> bytes:
    """The aggregate as it is stored and sent."""
    return canonical_json(aggregate.model_dump(mode="json"))


def command_hash(name: str, args: Mapping[str, object]) -> str:
    """What makes two sendings of one command the same command."""
    return hashlib.sha256(name.encode() + b"\0" + canonical_json(args)).hexdigest()


def bucket_of(id_: str) -> int:
    """The bucket of a row, by the last byte of its id as it is written: the first ones may be a time."""
    return int(id_[-2:], 16)


def row_hash(kind: str, id_: UUID | str, version: int) -> int:
    """One live row's share of its scope's checksum, 0 to 2**64 - 1."""
    digest = hashlib.sha256(f"{kind}\0{id_}\0{version}".encode()).digest()
    return int.from_bytes(digest[-8:], "big")
