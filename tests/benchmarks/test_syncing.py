"""The comparison of syncs runs, counts what goes over its line, and judges what becomes of conflicts."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent_desk.drill.relay import Passed, Relay
from benchmarks import syncing
from benchmarks.rivals import installing
from benchmarks.rivals.conflicts import EACH, Fates, judge, make_edits
from benchmarks.rivals.documents import Content, make_documents, write_lines


class Echo(socketserver.BaseRequestHandler):
    """Says everything again, twice."""

    def handle(self) -> None:
        while said := answered(lambda: self.request.recv(65_536)):
            answered(lambda said=said: self.request.sendall(said * 2) or b"")  # type: ignore[misc]


@contextmanager
def an_echo() -> Iterator[int]:
    """The port of one."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def answered(talk: Callable[[], bytes]) -> bytes:
    """Nothing where the connection is broken."""
    try:
        return talk()
    except OSError:
        return b""


def ask(connection: socket.socket, text: bytes) -> bytes:
    connection.sendall(text)
    heard = b""
    while len(heard) < 2 * len(text) and (part := connection.recv(65_536)):
        heard += part
    return heard


def test_a_line_is_as_long_as_it_says_and_counts_what_goes_over_it() -> None:
    with an_echo() as port, Relay(port, round_trip_seconds=0.2) as line:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", line.port), 30) as connection:
            assert ask(connection, b"one") == b"oneone"
            assert ask(connection, b"three") == b"threethree"
            took = time.monotonic() - began
            assert took >= 3 * 0.2, "one round trip to connect, one for each exchange"
            assert line.passed == Passed(up=8, down=16, connections=1, asked=2)
        assert line.passed.since(Passed(up=3, down=6, connections=1, asked=1)) == Passed(5, 10, 0, 1)


def test_a_line_cuts_itself_after_so_many_bytes_and_mends_itself() -> None:
    with an_echo() as port, Relay(port) as line:
        line.cut_after(10, 0.2)
        with socket.create_connection(("127.0.0.1", line.port), 30) as connection:
            assert ask(connection, b"four") == b"fourfour"
            assert any(answered(lambda: ask(connection, b"more")) == b"" for _ in range(3)), "it was cut"
        until = time.monotonic() + 30
        heard = b""
        while heard != b"againagain" and time.monotonic() < until:
            with socket.create_connection(("127.0.0.1", line.port), 30) as connection:
                heard = answered(lambda: ask(connection, b"again"))
        assert heard == b"againagain"


def test_a_last_word_stands_is_told_of_lies_unseen_or_is_gone() -> None:
    one = [(0, "phone", "a1"), (0, "phone", "a2"), (0, "note", "a3"), (1, "note", "a4"), (1, "email", "a5")]
    two = [(0, "phone", "b1")]
    stands = [{"phone": "b1", "note": "x"}, {"note": "a4", "email": "x"}]
    found = judge([one, two], stands, told=[(0, "phone", "a2")], unseen=[(1, "email", "a5"), (0, "phone", "a1")])
    assert found == Fates(written=5, stand=2, told=1, unseen=1, gone=1)
    assert make_edits("a") == make_edits("a") != make_edits("b")
    assert len({value for _, _, value in [*make_edits("a"), *make_edits("b")]}) == 2 * EACH


def test_the_documents_are_the_same_every_time_and_as_long_as_said(tmp_path: Path) -> None:
    made = make_documents(1000)
    content = write_lines(made, tmp_path / "documents.jsonl")
    lines = (tmp_path / "documents.jsonl").read_bytes().splitlines()
    assert content == Content.of(reversed(lines)) == write_lines(make_documents(1000), tmp_path / "again.jsonl")
    assert content.count == 1000
    assert 550 < sum(map(len, lines)) / 1000 < 650
    assert Content.of(lines[1:]) != content


def test_who_cannot_be_had_is_left_out_with_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(installing.LeftOutError, match="no node and no npm on this machine"):
        installing.install_pouch()


@pytest.mark.slow
def test_all_of_the_work_is_done_and_everything_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert syncing.main(["--alone", "--documents", "60", "--round-trip", "0"]) == syncing.MEASURED
    told = capsys.readouterr().out
    for words in (
        "first sync of 60 documents",
        "60 up",
        "from desk to desk",
        "cut at 75 %",
        "two desks without a link",
    ):
        assert words in told
    last = told.strip().splitlines()[-1].split()
    assert (last[0], last[-1]) == ("ours", "0"), "nothing of ours is lost without a word"
