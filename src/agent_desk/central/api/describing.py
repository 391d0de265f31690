"""The API's description of itself."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from agent_desk.wire.handing_over import Handover
from agent_desk.wire.signing_in import Refresh, SignIn
from agent_desk.wire.sync import SyncRequest

REFERENCE = "#/components/schemas/{model}"
BODIES: tuple[type[BaseModel], ...] = (Handover, Refresh, SignIn, SyncRequest)

ABOUT = """What the desks of a courier say to central.

A desk signs in, then sends its commands and its cursors to `/v1/sync` and gets acknowledgements and rows back.
Every error answer is a `Problem`: a stable `code`, a sentence that says what to do, and `refusals` by field.
"""


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """The description of a body that the route reads itself, bounded."""
    schema = {"$ref": REFERENCE.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def describe(app: FastAPI) -> None:
    """Adds the models of bodies that routes read themselves."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
            _, bodies = models_json_schema([(model, "validation") for model in BODIES], ref_template=REFERENCE)
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            for name, body in bodies.get("$defs", {}).items():
                schemas.setdefault(name, body)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way of extending the description
