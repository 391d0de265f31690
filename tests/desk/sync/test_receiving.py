"""A snapshot file comes whole, in order and proved, however often the link breaks."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_desk.desk.sync.receiving import MOST_RESUMES, receive
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.wire.sync import MOST_BLOCK_BYTES, SnapshotBlock, SnapshotOffer
from tests.desk.workshop import run


def _line(number: int) -> bytes:
    row = {"seq": 1, "kind": "product", "id": f"00000000-0000-0000-0000-{number:012}", "version": 1, "op": "u"}
    return json.dumps(row).encode()[:-1] + b', "body": {"n": %d}}\n' % number


def _a_file(counts: list[int], plain: list[bytes] | None = None) -> tuple[SnapshotOffer, bytes]:
    """A file with so many rows a block; `plain` says something else instead of them."""
    numbers = iter(range(sum(counts)))
    texts = plain or [b"".join(_line(next(numbers)) for _ in range(count)) for count in counts]
    parts = [zstandard.compress(text if at else b"{}\n" + text) for at, text in enumerate(texts)]
    blocks = tuple(
        SnapshotBlock(rows=count, bytes=len(part), sha256=hashlib.sha256(part).hexdigest())
        for count, part in zip(counts, parts, strict=True)
    )
    data = b"".join(parts)
    file = hashlib.sha256(data).hexdigest()
    return SnapshotOffer(url="/f", seq=1, rows=sum(counts), bytes=len(data), sha256=file, blocks=blocks), data


@dataclass
class Line:
    """Answers with a file; `fates` says of each request how many bytes of it come, and whether they come damaged."""

    data: bytes
    fates: list[tuple[int, bool]] = field(default_factory=list)
    piece: int = 7
    asked: list[int] = field(default_factory=list)

    async def __call__(self, start: int) -> AsyncGenerator[bytes]:
        self.asked.append(start)
        most, damaged = self.fates.pop(0) if self.fates else (len(self.data), False)
        coming = self.data[start : start + most]
        if damaged:
            coming = bytes(byte ^ 1 for byte in coming)
        for at in range(0, len(coming), self.piece):
            await asyncio.sleep(0)
            yield coming[at : at + self.piece]
        if start + most < len(self.data):
            raise KnownError("central.unreachable", "The link broke.")


async def _numbers(offer: SnapshotOffer, line: Line, first: int = 0) -> list[list[int]]:
    return [[row.body["n"] for row in rows] async for rows in receive(offer, first, line)]


@settings(max_examples=150, deadline=None)
@given(
    counts=st.lists(st.integers(1, 4), min_size=1, max_size=5),
    first=st.integers(0, 4),
    # damaged bytes of a part are found out by the try after them, which counts as well
    fates=st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=MOST_RESUMES - 2),
    piece=st.integers(1, 500),
)
@example(counts=[2, 2], first=1, fates=[(400, True)], piece=500)
@example(counts=[1], first=0, fates=[(0, False), (0, False), (3, True)], piece=1)
def test_every_row_from_the_first_block_on_comes_once_and_in_order(
    counts: list[int], first: int, fates: list[tuple[int, bool]], piece: int
) -> None:
    offer, data = _a_file(counts)
    first = min(first, len(counts))
    line = Line(data, fates, piece)
    got = run(_numbers(offer, line, first))
    assert [len(rows) for rows in got] == counts[first:]
    assert [n for rows in got for n in rows] == list(range(sum(counts[:first]), sum(counts)))
    # nothing is asked for again but the block that came damaged
    starts = {sum(block.bytes for block in offer.blocks[:at]) for at in range(len(counts))}
    assert all(later >= earlier or later in starts for earlier, later in pairwise(line.asked))


def test_a_link_that_stays_down_is_given_up_and_what_came_before_is_kept() -> None:
    offer, data = _a_file([3, 3])
    line = Line(data, [(offer.blocks[0].bytes + 3, False), *[(0, False)] * MOST_RESUMES])
    kept: list[int] = []

    async def story() -> None:
        async for rows in receive(offer, 0, line):
            kept.append(len(rows))  # noqa: PERF401 - what was kept before it raises counts

    with pytest.raises(KnownError, match="The link broke"):
        run(story())
    assert kept == [3]
    assert set(line.asked[1:]) == {offer.blocks[0].bytes + 3}


def test_a_file_that_is_another_in_every_try_is_given_up() -> None:
    offer, data = _a_file([3])
    line = Line(data, [(len(data), True)] * MOST_RESUMES)
    with pytest.raises(KnownError) as refused:
        run(_numbers(offer, line))
    assert refused.value.code == "snapshot.damaged"


@pytest.mark.parametrize(
    "plain",
    [b"<html>\n", b"[]\n", _line(1) + _line(2), b"", b"\n" * (MOST_BLOCK_BYTES + 1)],
    ids=["html", "no row", "too many rows", "none", "too large"],
)
def test_a_block_that_holds_something_else_is_not_believed(plain: bytes) -> None:
    offer, data = _a_file([1], [plain])
    with pytest.raises(KnownError) as refused:
        run(_numbers(offer, Line(data, piece=4096)))
    assert refused.value.code == "central.unreachable"


def test_whoever_stops_listening_leaves_nothing_behind() -> None:
    offer, data = _a_file([1, 1, 1])
    closed: list[bool] = []

    async def bytes_from(start: int) -> AsyncGenerator[bytes]:
        try:
            yield data[start : start + offer.blocks[0].bytes]
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    async def story() -> None:
        blocks = receive(offer, 0, bytes_from)
        assert len(await anext(blocks)) == 1
        await blocks.aclose()
        assert closed == [True]

    run(story())
