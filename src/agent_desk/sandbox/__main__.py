"""Runs the stand-ins on loopback."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI

from agent_desk.sandbox.exchange_rates import exchange_rate_feed
from agent_desk.sandbox.mmg import MmgStandIn
from agent_desk.sandbox.stripe import StripeStandIn
from agent_desk.serving import serve

SIGNED_WITH = "whsec_sandbox"
"""No secret: whoever runs the sandbox plays with its money."""


def sandbox_app(stripe_webhooks: str | None = None) -> FastAPI:
    """Every stand-in under one roof."""
    app = FastAPI(title="Agent Desk sandbox", docs_url=None, redoc_url=None)
    app.include_router(exchange_rate_feed(lambda: datetime.now(UTC)))
    stripe = StripeStandIn(lambda: datetime.now(UTC))
    if stripe_webhooks is not None:
        stripe.listen_at(stripe_webhooks, SIGNED_WITH)
    app.include_router(stripe.router())
    app.include_router(MmgStandIn(lambda: datetime.now(UTC)).router())
    return app


def run(args: list[str]) -> int:
    """Serves until it is told to stop; 0 afterwards."""
    parser = argparse.ArgumentParser(prog="python -m agent_desk.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8571)
    parser.add_argument("--stripe-webhooks", metavar="URL", help="where events of the stand-in for Stripe are sent")
    parser.add_argument("--ready-file", type=Path)
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    chosen = parser.parse_args(args)
    serve(
        sandbox_app(chosen.stripe_webhooks),
        host="127.0.0.1",
        port=chosen.port,
        ready_file=chosen.ready_file,
        with_parent=chosen.with_parent,
    )
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(run(sys.argv[1:]))
