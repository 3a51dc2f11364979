"""Is it alive, is it ready, and what does it count: for machines, without a session."""

import hmac
from ipaddress import ip_address
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from pydantic import BaseModel

from console.asked import Asked
from console.collaborators import Console
from console.errors import NotSignedIn
from console.routes import Routes

routes = Routes("health")
_PREFIX: Final = "hotline_"


class Alive(BaseModel):
    alive: bool


class Ready(BaseModel):
    """Each dependency's state; 503 while one that is needed is away. `alarms`: their names."""

    ready: bool
    dependencies: dict[str, bool]
    alarms: list[str] = []


@routes.get("/healthz", public=True)
async def healthz(asked: Asked) -> Alive:
    """The process answers."""
    return Alive(alive=True)


@routes.get("/readyz", public=True, answer=Ready, other_statuses=(503,))
async def readyz(asked: Asked) -> web.Response:
    """All it depends on answers; else 503 with the state of each."""
    states = dict(await asked.console.health.dependencies())
    alarms = [alarm.name for alarm in asked.console.health.alarms()]
    ready = Ready(ready=all(states.values()), dependencies=states, alarms=alarms)
    return web.Response(
        body=ready.model_dump_json().encode(),
        status=200 if ready.ready else 503,
        content_type="application/json",
    )


@routes.get("/metrics", public=True, media="text/plain", errors=(NotSignedIn,))
async def metrics(asked: Asked) -> web.Response:
    """Prometheus text, for the loopback or who brings the token."""
    _demand_scraper(asked)
    body = generate_latest(_registry(asked.console))
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _demand_scraper(asked: Asked) -> None:
    """Behind a proxy every peer is the loopback: set the token then, and only it counts."""
    token = asked.console.settings.metrics_token.get_secret_value()
    if token:
        sent = asked.request.headers.get("Authorization", "").removeprefix("Bearer ")
        allowed = hmac.compare_digest(sent.encode(), token.encode())
    else:
        allowed = ip_address(asked.request.remote or "0.0.0.0").is_loopback  # noqa: S104
    if not allowed:
        raise NotSignedIn(
            "The metrics are not open to this address.",
            remedy="Scrape from the same machine, or send console.metrics_token.",
        )


def _registry(console: Console) -> CollectorRegistry:
    """Made anew for each scrape: gauges of what is, and nothing that outlives it."""
    registry = CollectorRegistry(auto_describe=False)
    floor = console.floor.floor.snapshot()
    seats = Gauge(_PREFIX + "seats", "Signed-in seats", ("presence", "activity"), registry=registry)
    for seat in floor.seats:
        seats.labels(seat.presence.value, seat.activity.value).inc()
    waiting = Gauge(_PREFIX + "waiting", "Callers in line", ("queue",), registry=registry)
    longest = Gauge(
        _PREFIX + "longest_wait_seconds", "Longest wait now", ("queue",), registry=registry
    )
    for queue in floor.queues:
        waiting.labels(queue.queue).set(queue.waiting)
        longest.labels(queue.queue).set(queue.longest_wait.total_seconds())
    _tell_branches(console, registry)
    plain = {
        "live_clients": float(len(console.floor.live.clients)),
        "calls_live": float(console.calls.view.live_calls()),
        **console.health.gauges(),
    }
    for name, value in plain.items():
        Gauge(_PREFIX + name, name.replace("_", " "), registry=registry).set(value)
    return registry


def _tell_branches(console: Console, registry: CollectorRegistry) -> None:
    """MRG-05. A branch that has never told anything has no lag: it is told apart by `told`."""
    told = Gauge(_PREFIX + "branch_told", "Has told", ("line", "state"), registry=registry)
    lag = Gauge(
        _PREFIX + "branch_lag_seconds", "Now less its newest event", ("line",), registry=registry
    )
    refused = Gauge(_PREFIX + "branch_rows_refused", "Rows", ("line",), registry=registry)
    for branch in console.lines.branches.feeds():
        told.labels(branch.line, branch.state.value).set(float(branch.lag_s is not None))
        refused.labels(branch.line).set(branch.refused)
        if branch.lag_s is not None:
            lag.labels(branch.line).set(branch.lag_s)
