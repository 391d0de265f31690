"""What the operator decides about central, from its command line."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8470


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `agent-desk central` can be told."""

    data: Path
    """Where the embedded database lives; unused with `database_url`."""
    database_url: str | None = None
    replica_url: str | None = None
    """A standby of that database, from which desks read as far as it is not behind."""
    host: str = LOOPBACK
    port: int = DEFAULT_PORT
    """0 for any free one."""
    sample: bool = False
    ready_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    rate_feed: str | None = None
    """Where the world's exchange rate is asked for; the house's own rate is only compared with it."""
    stripe_url: str | None = None
    """Of a stand-in for Stripe; its keys come from the environment."""
    card_return_url: str | None = None
    """Where a customer's browser goes after the payment page; None: central's own word of thanks."""

    @property
    def tls(self) -> tuple[Path, Path] | None:
        """Certificate and private key; None for plain HTTP."""
        return None if self.tls_cert is None or self.tls_key is None else (self.tls_cert, self.tls_key)

    @property
    def thanks_url(self) -> str:
        scheme = "http" if self.tls is None else "https"
        return self.card_return_url or f"{scheme}://{self.host}:{self.port}/v1/card/thanks"

    def find_fault(self) -> str | None:
        """Why central must not start like this; None when it may."""
        if self.replica_url is not None and self.database_url is None:
            return "--replica-url belongs to a --database-url: the embedded database has no standby."
        if not 0 <= self.port <= 65_535:
            return "--port is a number from 0 to 65535."
        if (self.tls_cert is None) != (self.tls_key is None):
            return "--tls-cert and --tls-key belong together."
        for file in (self.tls_cert, self.tls_key):
            if file is not None and not file.is_file():
                return f"There is no file {file}."
        if not is_loopback(self.host) and self.tls_cert is None:
            return f"{self.host} can be reached from outside: give --tls-cert and --tls-key, or use {LOOPBACK}."
        return None


def is_loopback(host: str) -> bool:
    """SEC-2: only these may be served without TLS."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
