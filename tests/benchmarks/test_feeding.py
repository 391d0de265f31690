"""The feed under many writers, and the wrong ways of numbering, which must be found out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.feeding import (
    CounterLast,
    NumberFirst,
    Numbering,
    Tally,
    TimeFirst,
    a_database,
    push_through_two,
    write_and_read,
)
from benchmarks.site import FIRST, Site, a_site

SECONDS = 1.5
WRITERS = 8


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    # not pytest's own folder: another run closes that to the account the server has when tests run as root
    with TemporaryDirectory(prefix="agent-desk-") as folder, a_site(Path(folder)) as made:
        yield made


def play(site: Site, name: str, numbering: Numbering) -> Tally:
    site.copy(name)
    with a_database(site.url(name), WRITERS) as database:
        return write_and_read(database, numbering, SECONDS, WRITERS)


def test_no_row_is_missed_and_none_comes_out_of_order(site: Site) -> None:
    tally = play(site, "right", CounterLast())
    assert len(tally.committed) > WRITERS
    assert (tally.missed, tally.out_of_order) == (0, 0)
    assert tally.seen.keys() >= tally.committed.keys()


@pytest.mark.parametrize("wrong", [NumberFirst, TimeFirst])
def test_a_wrong_numbering_is_found_out(site: Site, wrong: type[NumberFirst]) -> None:
    assert play(site, wrong.__name__.lower(), wrong()).missed > 0


def test_two_central_processes_stay_in_step(site: Site) -> None:
    with site.central(FIRST, "one") as one, site.central(FIRST, "two") as two:
        through = asyncio.run(push_through_two([one, two], SECONDS, pushers=4))
    for tally in (through.asked, through.heard):
        assert len(tally.committed) >= 4
        assert (tally.missed, tally.out_of_order) == (0, 0)
