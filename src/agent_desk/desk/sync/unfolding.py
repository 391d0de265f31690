"""Answers that were folded with the dictionary that desk and central have."""

from __future__ import annotations

from functools import cache

import httpx
import zstandard

from agent_desk.resources import resource_path
from agent_desk.wire import dictionary
from agent_desk.wire.sync import MOST_BYTES


@cache
def _dictionary() -> tuple[bytes, zstandard.ZstdCompressionDict]:
    data = resource_path(dictionary.FILE).read_bytes()
    return data, zstandard.ZstdCompressionDict(data)


def available_dictionary() -> dict[str, str]:
    """The header that says which one is here."""
    return {dictionary.AVAILABLE: dictionary.available(_dictionary()[0])}


def plain(answer: httpx.Response) -> bytes:
    """The body as it was before central folded it; the library has undone every other way."""
    if answer.headers.get("content-encoding") != dictionary.ENCODING:
        return answer.content
    data, known = _dictionary()
    before = dictionary.before_frame(data)
    if not answer.content.startswith(before):
        raise zstandard.ZstdError("folded with another dictionary")
    frame = answer.content[len(before) :]
    if not 0 <= zstandard.frame_content_size(frame) <= MOST_BYTES:
        raise zstandard.ZstdError("larger than an answer of this kind is")
    return zstandard.ZstdDecompressor(dict_data=known).decompress(frame)
