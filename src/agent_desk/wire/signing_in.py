"""Accounts of central's own: sign in, refresh, sign out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from agent_desk.domain.people import Staff
from agent_desk.domain.values import StrictValue, Text, Value


class SignIn(StrictValue):
    login: Annotated[Text, StringConstraints(min_length=1, max_length=40)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    device: UUID
    desk: Annotated[Text, StringConstraints(min_length=1, max_length=40)]
    """The desk's code, such as GEO-2; enrolled at the first sign-in of a manager or by central's operator."""
    device_key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """The public half of the desk's own Ed25519 key; desks of earlier releases have none."""


class Refresh(StrictValue):
    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Tokens(Value):
    access_token: str
    """A JWT, short-lived, in the Authorization header as Bearer."""
    access_seconds: Annotated[int, Field(ge=1)]
    refresh_token: str
    """Good once; using an old one ends the session."""
    staff: Staff
    branch: str
    desk: str
    handover_key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Central's X25519 key, for which a desk seals what another one is to bring; centrals of 0.1.0 have none."""
