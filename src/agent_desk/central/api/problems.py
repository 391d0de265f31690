"""Every error answer has the shape of `Problem`."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from agent_desk.central.api.bodies import BadBodyError
from agent_desk.central.usecases.trouble import KnownError, TransientError, busy
from agent_desk.domain.refusal import blocks
from agent_desk.wire.sync import Problem

STATUS = {
    "app.too_old": 426,
    "branch.not_yours": 403,
    "central.busy": 503,
    "central.unavailable": 503,
    "desk.differs": 403,
    "desk.forked": 409,
    "desk.in_use": 409,
    "desk.revoked": 401,
    "desk.taken": 403,
    "desk.unknown": 403,
    "device.not_yours": 403,
    "handover.unknown": 403,
    "handover.unreadable": 422,
    "quarantine.full": 413,
    "quarantine.refused": 403,
    "quarantine.too_often": 429,
    "request.encoding": 415,
    "request.invalid": 422,
    "request.too_large": 413,
    "scope.not_yours": 403,
    "session.ended": 401,
    "sign_in.refused": 401,
    "sign_in.too_often": 429,
    "snapshot.gone": 404,
    "token.expired": 401,
    "token.invalid": 401,
    "token.missing": 401,
    "webhook.refused": 400,
}
SENTENCES = {
    404: ("path.unknown", "There is nothing at this address."),
    405: ("method.not_allowed", "This address does not take that method."),
}

log = structlog.get_logger("central")


def problem(status: int, said: Problem, headers: dict[str, str] | None = None) -> Response:
    """The answer that carries it."""
    more = dict(headers or {})
    if said.retry_after is not None:
        more["Retry-After"] = str(said.retry_after)
    if status == 401:
        more["WWW-Authenticate"] = "Bearer"
    return Response(said.model_dump_json(), status, more, "application/json")


def from_known(error: KnownError) -> Response:
    said = Problem(code=error.code, message=error.message, retry_after=error.retry_after)
    return problem(STATUS.get(error.code, 400), said)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside success, for the OpenAPI description."""
    said = {
        400: "The request could not be read.",
        401: "No valid token: refresh it, or sign in.",
        403: "Signed in, but not allowed here.",
        404: "Not there.",
        405: "The address does not take that method.",
        409: "Another computer works as this desk, or it is in use after all.",
        413: "The request is larger than central takes.",
        415: "The body is encoded in a way central does not read.",
        416: "The file has no such part.",
        422: "The request does not have the shape it must have; `refusals` says where.",
        426: "The desk is too old: update it.",
        429: "Too many tries; `retry_after` says for how long.",
        503: "Central is busy or has no database; `retry_after` says for how long.",
    }
    return {status: {"model": Problem, "description": said[status]} for status in statuses}


def install(app: FastAPI) -> None:
    """The last handlers of the API."""

    @app.exception_handler(KnownError)
    def known(_: Request, error: KnownError) -> Response:
        return from_known(error)

    @app.exception_handler(BadBodyError)
    def bad_body(_: Request, error: BadBodyError) -> Response:
        refusals = tuple(blocks("field.invalid", field, "Correct this field.") for field in error.fields)
        return problem(422, Problem(code=error.code, message=error.message, refusals=refusals))

    @app.exception_handler(TransientError)
    def transient(_: Request, error: TransientError) -> Response:
        log.warning("transaction given up", reason=str(error))
        return from_known(busy())

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> Response:
        refusals = tuple(
            blocks("field.invalid", ".".join(str(part) for part in found["loc"])[:200], "Correct this field.")
            for found in error.errors()[:50]
        )
        said = Problem(code="request.invalid", message="Parts of the request cannot be used.", refusals=refusals)
        return problem(422, said)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> Response:
        code, sentence = SENTENCES.get(error.status_code, ("request.invalid", "The request could not be read."))
        return problem(error.status_code, Problem(code=code, message=sentence), dict(error.headers or {}))

    @app.exception_handler(Exception)
    def ours(request: Request, error: Exception) -> Response:
        log.error("unexpected", kind=type(error).__name__, path=request.scope.get("path"), exc_info=error)
        said = Problem(code="central.broken", message="Central made a mistake: it is logged, try again.")
        return problem(500, said)
