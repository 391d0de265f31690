"""Short answers are folded with the dictionary that comes with both programs, and with nothing else."""

from __future__ import annotations

import httpx
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.api.encoding import LEAST_WITH_DICTIONARY, MOST_WITH_DICTIONARY, folded
from agent_desk.central.usecases.answering import row_bytes
from agent_desk.central.usecases.shaping import document_of, feed_row
from agent_desk.desk.sync.unfolding import available_dictionary, plain
from agent_desk.wire.dictionary import ENCODING
from tests.central.counter import CUSTOMER, LAMP

ASKED = {"accept-encoding": "dcz, zstd, gzip", **{k.lower(): v for k, v in available_dictionary().items()}}


def answer(body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.Response(200, content=body, headers=headers)


@given(st.binary(max_size=MOST_WITH_DICTIONARY + 100))
def test_whatever_is_folded_comes_out_as_it_was(body: bytes) -> None:
    sent, headers = folded(body, ASKED)
    assert plain(answer(sent, headers)) == body
    with_it = headers.get("Content-Encoding") == ENCODING
    assert with_it == (LEAST_WITH_DICTIONARY <= len(body) <= MOST_WITH_DICTIONARY)
    assert "Available-Dictionary" in headers["Vary"]


def test_a_row_is_a_third_of_what_zstd_alone_makes_of_it() -> None:
    row = row_bytes(feed_row(document_of(LAMP)))
    alone = len(zstandard.ZstdCompressor(level=3).compress(row))
    sent, headers = folded(row, ASKED)
    assert headers["Content-Encoding"] == ENCODING
    # forty bytes name the dictionary
    assert len(sent) - 40 < alone * 0.45


@pytest.mark.parametrize(
    "asked",
    [
        {"accept-encoding": "zstd"},
        {"accept-encoding": "dcz, zstd"},
        {**ASKED, "available-dictionary": ":AAAA:"},
        {**ASKED, "accept-encoding": "zstd"},
    ],
)
def test_who_does_not_have_this_dictionary_gets_none(asked: dict[str, str]) -> None:
    body = row_bytes(feed_row(document_of(CUSTOMER))) * 4
    sent, headers = folded(body, asked)
    assert headers["Content-Encoding"] == "zstd"
    assert answer(sent, headers).content == body


def test_what_was_folded_by_another_dictionary_or_is_too_large_is_not_read() -> None:
    sent, headers = folded(row_bytes(feed_row(document_of(LAMP))), ASKED)
    with pytest.raises(zstandard.ZstdError):
        plain(answer(b"x" + sent[1:], headers))
    huge = zstandard.ZstdCompressor().compress(bytes(2**20))
    with pytest.raises(zstandard.ZstdError):
        plain(answer(sent[:40] + huge, headers))
