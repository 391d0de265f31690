"""A snapshot file as it arrives: block after block, each proved before anybody sees it."""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

import zstandard

from agent_desk.desk.usecases.ports import KnownError
from agent_desk.wire.live_rows import LiveRow, read_live_rows
from agent_desk.wire.sync import MOST_BLOCK_BYTES, SnapshotBlock, SnapshotOffer

T = TypeVar("T")
Unfolded = tuple[LiveRow, ...]
MOST_RESUMES = 5
"""In a row, without a whole block between them."""
_WORTH_ANOTHER_TRY = frozenset({"central.unreachable", "snapshot.damaged"})


async def receive(
    offer: SnapshotOffer, first: int, bytes_from: Callable[[int], AsyncGenerator[bytes]]
) -> AsyncGenerator[Unfolded]:
    """The rows of each block from `first` on; a broken link goes on where it stopped.

    One block is on its way and the next before it is read while whoever asked keeps a third. Raises KnownError.
    """

    async def read() -> AsyncGenerator[Unfolded]:
        number = first
        async with aclosing(_ahead(_blocks(offer, first, bytes_from))) as blocks:
            async for data in blocks:
                yield await asyncio.to_thread(_unfold, data, offer.blocks[number], headed=number == 0)
                number += 1

    async with aclosing(_ahead(read())) as unfolded:
        async for rows in unfolded:
            yield rows


async def _blocks(
    offer: SnapshotOffer, first: int, bytes_from: Callable[[int], AsyncGenerator[bytes]]
) -> AsyncGenerator[bytes]:
    """Whole blocks whose hash is the one that was offered."""
    wanted = deque(offer.blocks[first:])
    at = sum(block.bytes for block in offer.blocks[:first])
    held = bytearray()
    tried = 0
    while wanted:
        trouble = KnownError("central.unreachable", "Central cannot be reached: go on, it is tried again.")
        coming = bytes_from(at + len(held))
        try:
            async for piece in coming:
                held += piece
                while wanted and len(held) >= wanted[0].bytes:
                    data = _take_proved(held, wanted[0])
                    at += wanted.popleft().bytes
                    tried = 0
                    yield data
                if not wanted:
                    return
        except KnownError as error:
            if error.code not in _WORTH_ANOTHER_TRY:
                raise
            trouble = error
        finally:
            await coming.aclose()
        tried += 1
        if tried == MOST_RESUMES:
            raise trouble


def _take_proved(held: bytearray, block: SnapshotBlock) -> bytes:
    """The block at the beginning of what came; where it is another, everything that came is forgotten."""
    data = bytes(held[: block.bytes])
    if hashlib.sha256(data).hexdigest() != block.sha256:
        held.clear()
        raise KnownError("snapshot.damaged", "The first sync came damaged: it is fetched again.")
    del held[: block.bytes]
    return data


def _unfold(data: bytes, block: SnapshotBlock, *, headed: bool) -> Unfolded:
    """The rows of a block; the file's first line is about the file."""
    try:
        if not 0 <= zstandard.frame_content_size(data) <= MOST_BLOCK_BYTES:
            raise ValueError("a block says how large it is, within bounds")  # noqa: TRY301 - as every other fault of it
        lines = zstandard.ZstdDecompressor().decompress(data).split(b"\n")
        rows = read_live_rows(lines[int(headed) : -1])
        if len(rows) != block.rows:
            raise ValueError("a block holds the rows that were offered")  # noqa: TRY301
    except (ValueError, zstandard.ZstdError) as error:
        raise KnownError("central.unreachable", "Something other than central answered: go on.") from error
    return rows


async def _ahead(source: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """As `source`, the next one made while whoever asked works on this one."""

    async def step() -> tuple[T, ...]:
        async for one in source:
            return (one,)
        return ()

    coming = asyncio.ensure_future(step())
    try:
        while found := await coming:
            coming = asyncio.ensure_future(step())
            yield found[0]
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await source.aclose()
