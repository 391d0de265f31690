"""What MMG needs of the operator, and which addresses may have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError

from agent_desk.domain.values import Value

VARIABLES = {
    "base_url": "AGENT_DESK_MMG_URL",
    "merchant": "AGENT_DESK_MMG_MERCHANT",
    "api_key": "AGENT_DESK_MMG_API_KEY",
    "password": "AGENT_DESK_MMG_PASSWORD",
    "mkey": "AGENT_DESK_MMG_MKEY",
    "msecret": "AGENT_DESK_MMG_MSECRET",
}
"""Of the environment, by what they say."""
HOUSES = ("mmgtest.net", "mymmg.gy", "mmg.gy")
"""Who may be given the secrets: hosts of MMG, for tests and for real money."""
ACCOUNT = re.compile(r"[0-9]{7}")


def _allowed(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    ours = parts.scheme == "http" and host == "127.0.0.1"
    theirs = parts.scheme == "https" and any(host == house or host.endswith(f".{house}") for house in HOUSES)
    if not (ours or theirs) or parts.username or parts.query or parts.fragment:
        message = "no address of MMG"
        raise ValueError(message)
    return url.rstrip("/")


class MmgSettings(Value):
    """From MMG's own package for this merchant; secrets come from the environment alone."""

    base_url: Annotated[str, AfterValidator(_allowed)]
    """Up to `/olive/publisher/v1`; a stand-in on loopback for tests."""
    merchant: Annotated[str, Field(pattern=r"^[0-9]{7}$")]
    api_key: Annotated[SecretStr, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    mkey: Annotated[SecretStr, Field(min_length=1)]
    msecret: Annotated[SecretStr, Field(min_length=1)]
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 10

    @property
    def real_money(self) -> bool:
        host = urlsplit(self.base_url).hostname or ""
        return host != "127.0.0.1" and not host.endswith(HOUSES[0])


def read_mmg(environment: Mapping[str, str]) -> MmgSettings | None:
    """The settings; None where nothing is set, so that MMG is off.

    Raises:
        ValueError: something is set and something is missing or cannot be right; it names which, never what.

    """
    said = {field: environment.get(name, "").strip() for field, name in VARIABLES.items()}
    if not any(said.values()):
        return None
    try:
        return MmgSettings.model_validate(said)
    except ValidationError as error:
        wrong = sorted({VARIABLES[str(one["loc"][0])] for one in error.errors(include_input=False)})
        message = f"{', '.join(wrong)}: missing, or not as MMG issues it."
        raise ValueError(message) from None
