"""A stand-in for Stripe's Checkout and refunds: its shapes, its keys, its errors, its page and its webhooks."""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from agent_desk.sandbox.stripe_book import ApiError, Fault, StripeBook
from agent_desk.sandbox.stripe_news import Habit, Sender

SILENT_SECONDS = 30.0
"""Longer than a caller waits."""

PAGE = """<!doctype html><meta charset="utf-8"><title>Pay</title>
<body style="font-family:sans-serif;max-width:24em;margin:4em auto">
<p>Stand-in for Stripe: no card is charged here.</p><h1>{amount}</h1><p>{status}</p>{form}</body>"""
FORM = '<form method="post"><button style="font-size:1.3em">Pay</button></form>'


def nested(form: str) -> dict[str, Any]:
    """`a[b][0]=c` as mappings in mappings, which is how the SDK writes."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        *outer, last = name.replace("]", "").split("[")
        place = found
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return found


class StripeStandIn:
    """Sessions and refunds under `/v1`, the customer's page under `/pay`, what tests want under `/sandbox/stripe`."""

    def __init__(self, now: Callable[[], datetime], silent_seconds: float = SILENT_SECONDS) -> None:
        self._book, self._sender = StripeBook(now), Sender(now)
        self._silent_seconds = silent_seconds

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/v1/checkout/sessions", self._create, methods=["POST"])
        router.add_api_route("/v1/checkout/sessions/{id_}", self._retrieve, methods=["GET"])
        router.add_api_route("/v1/checkout/sessions/{id_}/expire", self._expire, methods=["POST"])
        router.add_api_route("/v1/refunds", self._refund, methods=["POST"])
        router.add_api_route("/v1/refunds", self._list_refunds, methods=["GET"])
        router.add_api_route("/pay/{id_}", self._show_page, methods=["GET"], response_model=None)
        router.add_api_route("/pay/{id_}", self._pay, methods=["POST"], response_model=None)
        router.add_api_route("/sandbox/stripe/fault/{wanted}", self._set_fault, methods=["PUT"], status_code=204)
        router.add_api_route("/sandbox/stripe/webhooks", self._set_webhooks, methods=["PUT"], status_code=204)
        router.add_api_route("/sandbox/stripe/refunds/wait", self._wait_with_refunds, methods=["PUT"], status_code=204)
        router.add_api_route(
            "/sandbox/stripe/refunds/{id_}/{status}", self._turn_refund, methods=["PUT"], status_code=204
        )
        router.add_api_route("/sandbox/stripe/refunds", self._show_refunds, methods=["GET"])
        router.add_api_route("/sandbox/stripe/sessions", self._list_sessions, methods=["GET"])
        router.add_api_route("/sandbox/stripe/counts", self._count, methods=["GET"])
        return router

    def listen_at(self, url: str, secret: str) -> None:
        """Events go there from now on."""
        self._sender.listen_at(url, secret)

    async def _create(self, request: Request) -> Response:
        asked = nested((await request.body()).decode())
        self._book.origin = f"{request.url.scheme}://{request.url.netloc}"
        key = request.headers.get("idempotency-key")
        return await run_in_threadpool(self._answer, lambda: self._book.once(key, asked, self._book.open))

    def _retrieve(self, id_: str, request: Request) -> Response:
        expand = any("payment_intent" in value for value in request.query_params.values())
        return self._answer(lambda: self._book.find(id_, expand=expand))

    def _expire(self, id_: str) -> Response:
        return self._answer(lambda: self._book.expire(id_))

    async def _refund(self, request: Request) -> Response:
        asked = nested((await request.body()).decode())
        key = request.headers.get("idempotency-key")
        return await run_in_threadpool(self._answer, lambda: self._book.once(key, asked, self._book.refund))

    def _list_refunds(self, payment_intent: str, limit: int = 10) -> Response:
        def listed() -> dict[str, Any]:
            found = self._book.list_refunds(payment_intent)
            return {"object": "list", "url": "/v1/refunds", "data": found[:limit], "has_more": len(found) > limit}

        return self._answer(listed)

    def _show_page(self, id_: str) -> Response:
        try:
            session = self._book.find(id_)
        except ApiError as error:
            return HTMLResponse(html.escape(str(error)), error.status)
        amount = f"{session['currency'].upper()} {session['amount_total'] / 100:,.2f}"
        form = FORM if session["status"] == "open" else ""
        return HTMLResponse(PAGE.format(amount=html.escape(amount), status=session["status"], form=form))

    def _pay(self, id_: str) -> Response:
        before = len(self._book.events)
        try:
            session = self._book.pay(id_)
        except ApiError as error:
            return HTMLResponse(html.escape(str(error)), error.status)
        self._send(before)
        return RedirectResponse(session["success_url"], 303)

    def _set_fault(self, wanted: Fault, times: int = 1_000_000) -> None:
        self._book.fault, self._book.fault_left = wanted, times

    def _set_webhooks(self, url: str, secret: str, habit: Habit = Habit.PLAIN) -> None:
        self._sender.habit = habit
        self._sender.listen_at(url, secret)

    def _wait_with_refunds(self, *, wait: bool = True) -> None:
        self._book.refunds_wait = wait

    def _turn_refund(self, id_: str, status: Literal["succeeded", "failed", "canceled"]) -> None:
        before = len(self._book.events)
        self._book.turn_refund(id_, status)
        self._send(before)

    def _show_refunds(self) -> list[dict[str, Any]]:
        with self._book.lock:
            return [dict(refund) for refund in self._book.refunds.values()]

    def _list_sessions(self) -> list[dict[str, Any]]:
        with self._book.lock:
            return [dict(session) for session in self._book.sessions.values()]

    def _count(self) -> dict[str, int]:
        return {"calls": self._book.calls, "events": len(self._book.events), "sent": self._sender.sent}

    def _answer(self, do: Callable[[], dict[str, Any]]) -> Response:
        fault = self._book.take_fault()
        early = _refused(fault)
        if early is not None:
            return early
        before = len(self._book.events)
        try:
            body = do()
        except ApiError as error:
            return JSONResponse(error.body, error.status)
        self._send(before)
        if fault is Fault.LOST_AFTER:
            time.sleep(self._silent_seconds)
        if fault is Fault.BROKEN_AFTER:
            return _error(500, "api_error", "", "Something went wrong on our end.")
        return JSONResponse(body)

    def _send(self, since: int) -> None:
        for event in self._book.events[since:]:
            self._sender.send(event)


def _refused(fault: Fault) -> Response | None:
    """An answer before anything is done."""
    match fault:
        case Fault.DOWN:
            return _error(500, "api_error", "", "Something went wrong on our end.")
        case Fault.RATE_LIMIT:
            return _error(429, "invalid_request_error", "rate_limit", "Too many requests.")
        case Fault.DECLINED:
            return _error(402, "card_error", "card_declined", "Your card was declined.")
        case Fault.UNAUTHORISED:
            return _error(401, "invalid_request_error", "", "Invalid API Key provided.")
        case Fault.GARBAGE:
            return Response("<html>Sign in to this network</html>", media_type="text/html")
        case _:
            return None


def _error(status: int, type_: str, code: str, message: str) -> Response:
    return JSONResponse(ApiError(status, type_, code, message).body, status)
