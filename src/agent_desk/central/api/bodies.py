"""Request bodies: bounded before they are read, while they unfold, and before they are parsed."""

from __future__ import annotations

import zlib
from typing import TypeVar

import zstandard
from fastapi import Request
from pydantic import BaseModel, ValidationError

from agent_desk.central.usecases.trouble import KnownError
from agent_desk.wire.sync import MOST_BYTES

M = TypeVar("M", bound=BaseModel)

ENCODINGS = ("identity", "gzip", "zstd")


class BadBodyError(KnownError):
    """A body whose fields cannot be used; `fields` names them."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__("request.invalid", "Parts of the request cannot be used.")
        self.fields = fields


async def read_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body unfolded; raises KnownError `request.too_large` or `request.encoding`."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ENCODINGS:
        raise KnownError("request.encoding", f"Send the body as one of {', '.join(ENCODINGS)}.")
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise _too_large(most)
        pieces.append(piece)
    body = b"".join(pieces)
    return body if encoding == "identity" else _unfolded(body, encoding, most)


def _unfolded(body: bytes, encoding: str, most: int) -> bytes:
    try:
        if encoding == "gzip":
            inflater = zlib.decompressobj(wbits=31)
            plain = inflater.decompress(body, most + 1)
            whole = inflater.eof or len(plain) > most
        else:
            reader = zstandard.ZstdDecompressor(max_window_size=1 << 23).stream_reader(body)
            plain = reader.read(most + 1)
            whole = True
    except (zlib.error, zstandard.ZstdError) as error:
        raise KnownError("request.encoding", f"The body is not {encoding}.") from error
    if len(plain) > most:
        raise _too_large(most)
    if not whole:
        raise KnownError("request.encoding", f"The body is not whole {encoding}.")
    return plain


def _too_large(most: int) -> KnownError:
    return KnownError("request.too_large", f"A request has at most {most} bytes: send less at once.")


def parsed(model: type[M], body: bytes) -> M:
    """The model; raises BadBodyError."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)[:50]
        raise BadBodyError(tuple(".".join(str(part) for part in f["loc"])[:200] for f in found)) from error
