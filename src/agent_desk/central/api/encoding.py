"""Answers folded as the caller can unfold them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import zstandard

LEAST = 1000
"""Bytes; shorter answers go as they are."""
ZSTD_LEVEL = 3
GZIP_LEVEL = 5


class Folder(Protocol):
    def add(self, data: bytes) -> bytes:
        """What can be sent now, so that `data` can be read at the other end at once."""
        ...

    def end(self) -> bytes: ...


class _Zstd:
    def __init__(self) -> None:
        self._folder = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()

    def add(self, data: bytes) -> bytes:
        return self._folder.compress(data) + self._folder.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._folder.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)


class _Gzip:
    def __init__(self) -> None:
        self._folder = zlib.compressobj(GZIP_LEVEL, wbits=31)

    def add(self, data: bytes) -> bytes:
        return self._folder.compress(data) + self._folder.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._folder.flush(zlib.Z_FINISH)


def choose(accepted: str) -> str | None:
    """`zstd`, `gzip` or None, of an Accept-Encoding header."""
    offered = set()
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        if quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            offered.add(name.strip())
    return next((name for name in ("zstd", "gzip") if name in offered), None)


def _folder(encoding: str) -> Folder:
    return _Zstd() if encoding == "zstd" else _Gzip()


def folded(body: bytes, accepted: str) -> tuple[bytes, dict[str, str]]:
    """The body and the headers that say how it is folded."""
    encoding = choose(accepted)
    if encoding is None or len(body) < LEAST:
        return body, {"Vary": "Accept-Encoding"}
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body), _headers(encoding)
    folder = _folder(encoding)
    return folder.add(body) + folder.end(), _headers(encoding)


def folded_lines(lines: Iterator[bytes], accepted: str) -> tuple[Iterator[bytes], dict[str, str]]:
    """The lines, each readable at the other end as soon as it is sent."""
    encoding = choose(accepted)
    if encoding is None:
        return lines, {"Vary": "Accept-Encoding"}
    return _fold(lines, _folder(encoding)), _headers(encoding)


def _fold(lines: Iterator[bytes], folder: Folder) -> Iterator[bytes]:
    for line in lines:
        yield folder.add(line)
    yield folder.end()


def _headers(encoding: str) -> dict[str, str]:
    return {"Content-Encoding": encoding, "Vary": "Accept-Encoding"}
