"""Nothing of Qt is destroyed by another thread than the window's."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from agent_desk.desk.ui.tidying import OBJECTS, Tidying


class Ring:
    """An object that only a collection finds, and that says which thread did."""

    found_by: list[int]

    def __init__(self, found_by: list[int]) -> None:
        self.found_by = found_by
        self.itself = self

    def __del__(self) -> None:
        self.found_by.append(threading.get_ident())


@pytest.fixture
def tidying(app: QApplication) -> Iterator[Tidying]:
    assert app.thread().isCurrentThread()
    made = Tidying()
    yield made
    made.end()


def make_many() -> None:
    """Enough objects for Python to collect by itself in every generation."""
    kept = [[number] for number in range(20 * OBJECTS)]
    assert len(kept) == 20 * OBJECTS


def test_a_thread_that_makes_many_objects_collects_nothing(tidying: Tidying) -> None:
    found_by: list[int] = []
    Ring(found_by)
    worker = threading.Thread(target=make_many)
    worker.start()
    worker.join()
    assert found_by == []
    tidying.collect()
    assert found_by == [threading.get_ident()]


def test_what_many_objects_left_is_collected_at_the_next_look(tidying: Tidying) -> None:
    found_by: list[int] = []
    tidying.look()
    Ring(found_by)
    kept = [[number] for number in range(2 * OBJECTS)]
    tidying.look()
    assert len(kept) == 2 * OBJECTS
    assert found_by == [threading.get_ident()]


@pytest.mark.usefixtures("app")
def test_python_collects_again_when_the_last_window_is_gone() -> None:
    gc.enable()
    first, second = Tidying(), Tidying()
    first.end()
    assert not gc.isenabled()
    second.end()
    assert gc.isenabled()
