"""What the routes call; made once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from agent_desk.central.api.live_lines import Live
from agent_desk.central.usecases.paying import CardDesk
from agent_desk.central.usecases.ports import Caller, Now, Store, Turns
from agent_desk.central.usecases.quarantining import Quarantine
from agent_desk.central.usecases.signing_in import SigningIn
from agent_desk.central.usecases.snapshotting import Snapshots
from agent_desk.central.usecases.syncing import Syncer
from agent_desk.central.usecases.taking_in import TakingIn
from agent_desk.central.usecases.trouble import KnownError

bearer = HTTPBearer(
    auto_error=False, scheme_name="access token", bearerFormat="JWT", description="From /v1/sign-in or /v1/refresh."
)


@dataclass(frozen=True, slots=True)
class Services:
    signing_in: SigningIn
    syncer: Syncer
    snapshots: Snapshots
    quarantine: Quarantine
    taking_in: TakingIn
    store: Store
    turns: Turns
    now: Now
    check_ready: Callable[[], None]
    """Raises KnownError when central cannot work."""
    live: Live
    cards: CardDesk

    def identify(self, credentials: HTTPAuthorizationCredentials | None) -> Caller:
        """Raises KnownError `token.missing` and those of `SigningIn.identify`."""
        if credentials is None or credentials.scheme.lower() != "bearer":
            raise KnownError("token.missing", "Sign in first: the request carries no access token.")
        return self.signing_in.identify(credentials.credentials)
