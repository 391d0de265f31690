"""zstd for what is made once and fetched often."""

from __future__ import annotations

import zstandard

SNAPSHOT_LEVEL = 9


def compress_snapshot(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=SNAPSHOT_LEVEL).compress(data)
