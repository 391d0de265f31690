"""Access tokens as JWT."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import jwt

from agent_desk.central.usecases.ports import Caller
from agent_desk.central.usecases.trouble import KnownError

ALGORITHM = "HS256"
ISSUER = "agent-desk"


class JwtAccessTokens:
    """Signed with the key that the database keeps; good for the time they say."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, caller: Caller, now: datetime, seconds: int) -> str:
        claims = {
            "iss": ISSUER,
            "sub": str(caller.staff),
            "dev": str(caller.device),
            "ses": str(caller.session),
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + seconds,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str, now: datetime) -> Caller:
        """Raises KnownError `token.expired` or `token.invalid`."""
        invalid = KnownError("token.invalid", "This token is not central's: sign in.")
        try:
            # the time is compared below, with the clock that issued it
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                options={"require": ["exp", "sub", "iss"], "verify_exp": False, "verify_iat": False},
            )
            caller = Caller(UUID(claims["sub"]), UUID(claims["dev"]), UUID(claims["ses"]))
            expires = int(claims["exp"])
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise invalid from error
        if expires <= now.timestamp():
            raise KnownError("token.expired", "This token has run out: refresh it.")
        return caller
