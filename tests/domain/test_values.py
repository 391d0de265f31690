"""Models are built at their first use, by whichever thread comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pydantic import ValidationError

from agent_desk.domain.values import StrictValue, Value

THREADS = 8


@pytest.mark.parametrize("_again", range(5))
def test_threads_that_use_a_model_first_at_once_all_get_it(_again: int) -> None:
    class Inner(StrictValue):
        number: int

    class Outer(Value):
        inner: Inner

    barrier = Barrier(THREADS)

    def use(number: int) -> int:
        barrier.wait()
        with pytest.raises(ValidationError):
            Outer.model_validate_json('{"inner": {"number": 1, "unknown": 2}}')
        return Outer.model_validate({"inner": {"number": number}}).inner.number

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(use, range(THREADS))) == list(range(THREADS))
