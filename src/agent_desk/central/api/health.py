"""Whether central lives, and whether it can work."""

from __future__ import annotations

from fastapi import APIRouter

from agent_desk.central.api.problems import described
from agent_desk.central.api.services import Services
from agent_desk.domain.values import Value


class Health(Value):
    status: str


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/health", tags=["health"])

    @routes.get("/live", summary="The program runs")
    def live() -> Health:
        """True whenever it can be asked."""
        return Health(status="live")

    @routes.get("/ready", summary="The program can work", responses=described(503))
    def ready() -> Health:
        """The database answers."""
        services.check_ready()
        return Health(status="ready")

    return routes
