"""A stand-in for MMG: its shapes, its numbers, its clock, and its ways to fail."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

SILENT_SECONDS = 30.0
TOKEN_LIVES = timedelta(seconds=120)
REQUEST_LIVES = timedelta(minutes=10)
PAGE = 20
"""Rows of a history at once."""
GUYANA = timezone(timedelta(hours=-4))
API, PAYMENTS = "/olive/publisher/v1", "/e-merchant-initiated-transactions"
Body = dict[str, Any]


class MmgFault(StrEnum):
    """What the next calls run into."""

    NONE = "none"
    DOWN = "down"
    """500 before anything is done."""
    LOST_AFTER = "lost_after"
    """Done, and the answer never comes."""
    REJECTED = "rejected"
    """422 before anything is done."""
    BUSY = "busy"
    SIGNED_OUT = "signed_out"
    GARBAGE = "garbage"
    WITHOUT_HISTORY = "without_history"
    """Lookup says paid, and the history does not have it yet."""


@dataclass
class Wallet:
    """All of it in memory; every method is one step under one lock."""

    now: Callable[[], datetime]
    payments: dict[str, Body] = field(default_factory=dict)
    """By the number of the request."""
    tokens: dict[str, datetime] = field(default_factory=dict)
    fault: MmgFault = MmgFault.NONE
    fault_left: int = 0
    calls: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(700_001))

    def take_fault(self) -> MmgFault:
        with self.lock:
            self.calls += 1
            if self.fault_left <= 0:
                return MmgFault.NONE
            self.fault_left -= 1
            return self.fault

    def ask(self, asked: Body) -> Body:
        """A request to a phone."""
        with self.lock:
            number = f"exec-{next(self.numbers)}"
            self.payments[number] = {
                "executionId": number,
                "amount": asked["amount"],
                "currency": asked["currency"],
                "debitParty": asked["debitParty"],
                "creditParty": asked["creditParty"],
                "status": "pending",
                "asked_at": self.now(),
                "paid_at": None,
                # the lookup's own number of the ledger, and that of the history: two others
                "ledger": str(next(self.numbers)),
                "receipt": str(next(self.numbers)),
            }
            return {
                "status": "pending",
                "pendingReason": "approvalrequired",
                "notificationMethod": "polling",
                "executionId": number,
                "expiryTime": _stamp(self.now() + REQUEST_LIVES),
            }

    def look_up(self, number: str) -> Body | None:
        with self.lock:
            found = self.payments.get(number) or next(
                (one for one in self.payments.values() if one["receipt"] == number), None
            )
            if found is None:
                return None
            if found["status"] == "pending" and self.now() - found["asked_at"] >= REQUEST_LIVES:
                found["status"] = "expired"
            return {
                "transactionStatus": found["status"],
                "amount": found["amount"],
                "currency": found["currency"],
                "subType": "merinipmt",
                "transactionReference": found["ledger"],
                "executionId": found["executionId"],
                "debitParty": found["debitParty"],
                "creditParty": found["creditParty"],
                "metadata": [],
                # the time of the lookup, whatever the name says
                "creationDate": _stamp(self.now()),
            }

    def settle(self, number: str, status: str) -> bool:
        """As the customer, or MMG, does; False where nothing waits for it."""
        with self.lock:
            found = self.payments.get(number)
            if found is None or found["status"] != "pending":
                return False
            found |= {"status": status, "paid_at": self.now() if status == "successful" else None}
            return True

    def list_history(self, since: str, until: str, offset: int) -> Body:
        """What was paid, the oldest first."""
        with self.lock:
            paid = [one for one in self.payments.values() if one["paid_at"] is not None]
            rows = [
                {
                    "amount": one["amount"],
                    "currency": one["currency"],
                    "displayType": "EMerchant Payment",
                    "transactionStatus": "completed",
                    "transactionReference": one["receipt"],
                    "transactionReceipt": one["receipt"],
                    "external_id": "",
                    "modificationDate": _stamp(one["paid_at"]),
                    "debitParty": one["debitParty"],
                    "creditParty": one["creditParty"],
                    "descriptionText": "",
                }
                for one in sorted(paid, key=lambda one: one["paid_at"])
                if since <= _stamp(one["paid_at"]) <= until
            ]
            return {"executionId": f"exec-{next(self.numbers)}", "TransactionList": rows[offset : offset + PAGE]}


class MmgStandIn:
    """MMG under `/olive/publisher/v1`, what tests want under `/sandbox/mmg`."""

    def __init__(self, now: Callable[[], datetime], silent_seconds: float = SILENT_SECONDS) -> None:
        self._wallet = Wallet(now)
        self._silent_seconds = silent_seconds

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route(f"{API}/e-commerce-login/mer", self._sign_in, methods=["POST"])
        router.add_api_route(f"{API}{PAYMENTS}/payment", self._pay, methods=["POST"])
        router.add_api_route(f"{API}{PAYMENTS}/lookup", self._look_up, methods=["GET"])
        router.add_api_route(f"{API}{PAYMENTS}/txn-history", self._list_history, methods=["GET"])
        router.add_api_route("/sandbox/mmg/payments", self._list_payments, methods=["GET"])
        router.add_api_route("/sandbox/mmg/payments/{number}/{status}", self._settle, methods=["PUT"])
        router.add_api_route("/sandbox/mmg/fault/{wanted}", self._set_fault, methods=["PUT"], status_code=204)
        router.add_api_route("/sandbox/mmg/counts", self._count, methods=["GET"])
        return router

    async def _sign_in(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("grant_type") != "password" or not all(
            form.get(key) for key in ("api_key", "username", "password")
        ):
            return JSONResponse({"error": "invalid_request"}, 400)
        token = f"token-{next(self._wallet.numbers)}"
        self._wallet.tokens[token] = self._wallet.now() + TOKEN_LIVES
        said = {"token_type": "Bearer", "access_token": token, "expires_in": 120, "refresh_token": None}
        return JSONResponse(said)

    async def _pay(self, request: Request) -> Response:
        asked: Body = await request.json()
        return await run_in_threadpool(self._answer, request, lambda: self._wallet.ask(asked))

    def _look_up(self, request: Request, transactionId: str) -> Response:  # noqa: N803 - MMG's name for it
        return self._answer(request, lambda: self._wallet.look_up(transactionId))

    def _list_history(self, request: Request, fromdate: str = "", todate: str = "", offset: int = 0) -> Response:
        if not fromdate or not todate:
            return JSONResponse({"type": "about:blank", "title": "Bad Request", "status": 400}, 400)
        if "T" not in fromdate or "T" not in todate:
            return JSONResponse({"statusCode": 422, "message": "Invalid dates"}, 422)
        return self._answer(request, lambda: self._wallet.list_history(fromdate, todate, offset), history=True)

    def _list_payments(self) -> list[Body]:
        with self._wallet.lock:
            return [
                {key: one[key] for key in ("executionId", "amount", "currency", "status", "debitParty", "receipt")}
                for one in self._wallet.payments.values()
            ]

    def _settle(self, number: str, status: str) -> bool:
        return self._wallet.settle(number, status)

    def _set_fault(self, wanted: MmgFault, times: int = 1_000_000) -> None:
        self._wallet.fault, self._wallet.fault_left = wanted, times

    def _count(self) -> dict[str, int]:
        return {"calls": self._wallet.calls}

    def _answer(self, request: Request, do: Callable[[], Body | None], *, history: bool = False) -> Response:
        wallet = self._wallet
        fault = MmgFault.NONE
        if wallet.fault is not MmgFault.WITHOUT_HISTORY or history:
            fault = wallet.take_fault()
        token = request.headers.get("x-wss-token", "")
        if fault is MmgFault.SIGNED_OUT or wallet.tokens.get(token, wallet.now()) <= wallet.now():
            return JSONResponse({"message": "INVALID_TOKEN"}, 401)
        early = _refused(fault)
        if early is not None:
            return early
        body = do()
        if fault is MmgFault.LOST_AFTER:
            time.sleep(self._silent_seconds)
        if fault is MmgFault.WITHOUT_HISTORY:
            return JSONResponse({"executionId": "exec-0", "TransactionList": []})
        return JSONResponse({"statusCode": "404", "message": "NOT_FOUND"}, 404) if body is None else JSONResponse(body)


def _refused(fault: MmgFault) -> Response | None:
    """An answer before anything is done."""
    match fault:
        case MmgFault.DOWN:
            return JSONResponse({"message": "INTERNAL"}, 500)
        case MmgFault.REJECTED:
            return JSONResponse({"transactionId": "", "statusCode": "102", "message": "INVALID_CREDENTIALS"}, 422)
        case MmgFault.BUSY:
            return JSONResponse({"message": "TOO_MANY"}, 429)
        case MmgFault.GARBAGE:
            return Response("<html>Sign in to this network</html>", media_type="text/html")
        case _:
            return None


def _stamp(at: datetime) -> str:
    """Guyana's own time, labelled as if it were UTC."""
    return at.astimezone(GUYANA).strftime("%Y-%m-%dT%H:%M:%S.000Z")
