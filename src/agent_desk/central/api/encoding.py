"""Answers folded as the caller can unfold them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Protocol

import zstandard

from agent_desk.resources import resource_path
from agent_desk.wire import dictionary

LEAST = 1000
"""Bytes; shorter answers go as they are."""
LEAST_WITH_DICTIONARY, MOST_WITH_DICTIONARY = 200, 16_384
"""Bytes between which the dictionary folds better than zstd alone; of longer ones it makes no less."""
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


def folded(body: bytes, asked: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """The body and the headers that say how it is folded, for a request with these headers."""
    accepted = asked.get("accept-encoding", "")
    if LEAST_WITH_DICTIONARY <= len(body) <= MOST_WITH_DICTIONARY and _has_dictionary(asked):
        return _folded_with_dictionary(body), _headers(dictionary.ENCODING)
    encoding = choose(accepted)
    if encoding is None or len(body) < LEAST:
        return body, _headers(None)
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body), _headers(encoding)
    folder = _folder(encoding)
    return folder.add(body) + folder.end(), _headers(encoding)


def folded_lines(lines: Iterator[bytes], accepted: str) -> tuple[Iterator[bytes], dict[str, str]]:
    """The lines, each readable at the other end as soon as it is sent."""
    encoding = choose(accepted)
    if encoding is None:
        return lines, _headers(None)
    return _fold(lines, _folder(encoding)), _headers(encoding)


def _fold(lines: Iterator[bytes], folder: Folder) -> Iterator[bytes]:
    for line in lines:
        yield folder.add(line)
    yield folder.end()


@cache
def _dictionary() -> tuple[bytes, zstandard.ZstdCompressionDict]:
    """As it lies on the disk, and ready to fold with."""
    data = resource_path(dictionary.FILE).read_bytes()
    ready = zstandard.ZstdCompressionDict(data)
    ready.precompute_compress(ZSTD_LEVEL)
    return data, ready


def _has_dictionary(asked: Mapping[str, str]) -> bool:
    """Whether the caller has the very one that we have, and says so."""
    said = asked.get(dictionary.AVAILABLE.lower())
    return (
        said is not None
        and dictionary.ENCODING in asked.get("accept-encoding", "")
        and said == dictionary.available(_dictionary()[0])
    )


def _folded_with_dictionary(body: bytes) -> bytes:
    data, ready = _dictionary()
    return dictionary.before_frame(data) + zstandard.ZstdCompressor(dict_data=ready).compress(body)


def _headers(encoding: str | None) -> dict[str, str]:
    vary = {"Vary": f"Accept-Encoding, {dictionary.AVAILABLE}"}
    return vary if encoding is None else {"Content-Encoding": encoding, **vary}
