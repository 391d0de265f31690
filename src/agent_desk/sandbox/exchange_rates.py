"""A feed of mid-market rates in the shape of open.er-api.com v6."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

MID_RATE = 208.5
"""The Bank of Guyana's, unchanged for years; a number, as the feed sends it."""


class Fault(StrEnum):
    """What the feed can be told to do wrong."""

    NONE = "none"
    DOWN = "down"
    QUOTA = "quota"
    STALE = "stale"
    JUMP = "jump"
    GARBAGE = "garbage"


def exchange_rate_feed(now: Callable[[], datetime]) -> APIRouter:
    """`GET /v6/latest/USD`, and `PUT /sandbox/exchange-rates/fault/{fault}` to make it fail."""
    router = APIRouter()
    fault = Fault.NONE

    @router.put("/sandbox/exchange-rates/fault/{wanted}", status_code=204)
    def set_fault(wanted: Fault) -> None:
        nonlocal fault
        fault = wanted

    @router.get("/v6/latest/USD")
    def latest() -> Response:
        if fault is Fault.DOWN:
            return JSONResponse({"message": "upstream unavailable"}, status_code=503)
        if fault is Fault.QUOTA:
            return JSONResponse({"result": "error", "error-type": "quota-reached"})
        if fault is Fault.GARBAGE:
            return Response("<html>Sign in to this network</html>", media_type="text/html")
        updated = now().astimezone(UTC) - (timedelta(days=9) if fault is Fault.STALE else timedelta(minutes=3))
        following = updated + timedelta(days=1)
        return JSONResponse(
            {
                "result": "success",
                "time_last_update_unix": int(updated.timestamp()),
                "time_last_update_utc": format_datetime(updated),
                "time_next_update_unix": int(following.timestamp()),
                "time_next_update_utc": format_datetime(following),
                "time_eol_unix": 0,
                "base_code": "USD",
                "rates": {"USD": 1, "GYD": MID_RATE * (1.4 if fault is Fault.JUMP else 1), "TTD": 6.78, "BBD": 2},
            }
        )

    return router
