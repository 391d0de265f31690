"""A scope that differs between desk and central: what each holds by bucket, and the rows that mend it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from agent_desk.domain.values import StrictValue, Value
from agent_desk.wire.canonical import BUCKETS
from agent_desk.wire.sync import SCHEMA, Row, ScopeName, Seq, SumText


class BucketSums(StrictValue):
    """What a desk holds of a scope: for each bucket the sum of `row_hash` over its rows."""

    schema_: Annotated[int, Field(ge=0, le=100_000, alias="schema")] = SCHEMA
    scope: ScopeName
    seq: Seq
    sums: Annotated[tuple[SumText, ...], Field(min_length=BUCKETS, max_length=BUCKETS)]


class BucketRows(Value):
    """The whole of the buckets that differ, as many of them as one answer holds."""

    scope: str
    seq: int
    """Where central stands; unless that is where the desk stands, nothing is mended."""
    buckets: tuple[Annotated[int, Field(ge=0, lt=BUCKETS)], ...] = ()
    rows: tuple[Row, ...] = ()
    differing: int = 0
    """How many buckets differ; with none in `buckets` they are too large, and the scope must be read anew."""
