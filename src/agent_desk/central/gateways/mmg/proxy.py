"""MMG over HTTP, and nothing else."""

from __future__ import annotations

import json
import threading
import time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx

from agent_desk.central.gateways.mmg.settings import MmgSettings

TOKEN_LASTS = 90.0
"""Seconds a token is used for; it lives 120."""
MOST_BYTES = 1_048_576
PAYMENTS = "/e-merchant-initiated-transactions"
OK, UNAUTHORISED = 200, 401


class MmgError(Exception):
    """What was not answered as it should be; `status` is None where nothing came, `code` is MMG's own."""

    def __init__(self, status: int | None, code: str = "") -> None:
        super().__init__(code or str(status))
        self.status = status
        self.code = code


class MmgProxy:
    """One request a call, never repeated by itself; every way it can go wrong is a MmgError."""

    def __init__(self, settings: MmgSettings, client: httpx.Client | None = None) -> None:
        self._settings = settings
        # no redirect: the secrets in the headers are for this address alone
        self._client = client or httpx.Client(trust_env=False, follow_redirects=False)
        self._lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0

    def pay(self, payer: str, amount: str) -> dict[str, Any]:
        """Asks the payer's phone for so many Guyana dollars."""
        merchant = self._settings.merchant
        body = {
            "amount": amount,
            "currency": "GYD",
            "subType": "merinipmt",
            "type": "transfer",
            "debitParty": [{"key": "accountid", "value": payer}],
            "creditParty": [{"key": "accountid", "value": merchant}],
        }
        return self._call("POST", f"{PAYMENTS}/payment", {"merchant_msisdn": merchant}, body)

    def look_up(self, number: str) -> dict[str, Any]:
        return self._call("GET", f"{PAYMENTS}/lookup", {"transactionId": number})

    def list_history(self, since: str, until: str, offset: int = 0) -> dict[str, Any]:
        """What was done from one time to another, as MMG writes times; `offset` counts rows, the oldest first."""
        params = {"msisdn": self._settings.merchant, "offset": str(offset), "fromdate": since, "todate": until}
        return self._call("GET", f"{PAYMENTS}/txn-history", params)

    def _call(
        self, method: str, path: str, params: dict[str, str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        settings = self._settings
        headers = {
            "x-wss-token": self._sign_in(),
            "x-wss-mid": settings.merchant,
            "x-wss-mkey": settings.mkey.get_secret_value(),
            "x-wss-msecret": settings.msecret.get_secret_value(),
            "x-api-key": settings.api_key.get_secret_value(),
            "x-wss-correlationid": str(uuid4()),
            "Content-Type": "application/json",
        }
        content = None if body is None else json.dumps(body)
        try:
            return self._send(method, path, params=params, headers=headers, content=content)
        except MmgError as error:
            if error.status == UNAUTHORISED:
                with self._lock:
                    self._token = ""
            raise

    def _sign_in(self) -> str:
        """The token; nothing of a payment has left while there is none, so that its trouble is a status."""
        with self._lock:
            if self._token and time.monotonic() < self._token_until:
                return self._token
            form = {
                "grant_type": "password",
                "api_key": self._settings.api_key.get_secret_value(),
                "username": self._settings.merchant,
                "password": self._settings.password.get_secret_value(),
            }
            try:
                said = self._send("POST", "/e-commerce-login/mer", data=form)
            except MmgError as error:
                raise MmgError(UNAUTHORISED, error.code or "login") from error
            token = said.get("access_token")
            if not isinstance(token, str) or not token:
                raise MmgError(UNAUTHORISED, "login")
            self._token, self._token_until = token, time.monotonic() + TOKEN_LASTS
            return token

    def _send(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            with self._client.stream(
                method, f"{self._settings.base_url}{path}", timeout=self._settings.timeout_seconds, **more
            ) as answer:
                content = b""
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > MOST_BYTES:
                        raise MmgError(None, "too_long")
                status = answer.status_code
        except httpx.HTTPError as error:
            raise MmgError(None, type(error).__name__) from error
        said = _read(content)
        if status != OK:
            raise MmgError(status, _code(said))
        if said is None:
            raise MmgError(None, "unreadable")
        return said


def _read(content: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _code(said: dict[str, Any] | None) -> str:
    """MMG's word for what it refuses; its sentences are not kept."""
    code = str((said or {}).get("message", ""))
    return "".join(letter for letter in code if letter.isalnum() or letter == "_")[:80].lower()
