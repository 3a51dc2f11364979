"""The console as one aiohttp application: all routes, one boundary for errors, one for origins."""

from itertools import chain
from typing import Final

import orjson
from aiohttp import web

from console import (
    agent_cards_api,
    alarms_api,
    branch_api,
    calls_api,
    case_steps_api,
    cases_api,
    control_api,
    desk_api,
    directory_api,
    duties_api,
    emergency_api,
    experts_api,
    exports_api,
    figures_api,
    greeting_api,
    health_api,
    hearings_api,
    inspection_api,
    levels_api,
    lines_api,
    live_api,
    login_api,
    logins_api,
    malicious_api,
    names_api,
    progress_api,
    recordings_api,
    relay_api,
    repeats_api,
    report_api,
    roster_api,
    seat_api,
    settings_rules_api,
    sip_proxy,
    staffing_api,
    supervision_api,
    surge_api,
    survey_answers_api,
    survey_figures_api,
    surveys_api,
    tickets_api,
    utilities_api,
    wall_api,
    wellbeing_api,
)
from console.asked import CONSOLE, Asked
from console.collaborators import Console
from console.error_replies import error_replies
from console.openapi import document
from console.pages import mount_pages
from console.routes import Operation, Routes
from console.same_origin import same_origin, security_headers
from console.serving import mount

_own = Routes("document")


@_own.get("/api/openapi.json", public=True, media="application/json")
async def openapi(asked: Asked) -> web.Response:
    """This document."""
    found = document(OPERATIONS, cookie=asked.console.settings.cookie)
    return web.Response(body=orjson.dumps(found), content_type="application/json")


OPERATIONS: Final[tuple[Operation, ...]] = tuple(
    chain(
        _own,
        login_api.routes,
        logins_api.routes,
        seat_api.routes,
        supervision_api.routes,
        surge_api.routes,
        malicious_api.routes,
        sip_proxy.routes,
        desk_api.routes,
        names_api.routes,
        repeats_api.routes,
        live_api.routes,
        directory_api.routes,
        settings_rules_api.routes,
        calls_api.routes,
        control_api.routes,
        emergency_api.routes,
        exports_api.routes,
        levels_api.routes,
        utilities_api.routes,
        tickets_api.routes,
        cases_api.routes,
        duties_api.routes,
        case_steps_api.routes,
        progress_api.routes,
        relay_api.routes,
        surveys_api.routes,
        survey_answers_api.routes,
        survey_figures_api.routes,
        figures_api.routes,
        report_api.routes,
        staffing_api.routes,
        roster_api.routes,
        wellbeing_api.routes,
        wall_api.routes,
        lines_api.routes,
        experts_api.routes,
        branch_api.routes,
        recordings_api.routes,
        hearings_api.routes,
        inspection_api.routes,
        agent_cards_api.routes,
        greeting_api.routes,
        health_api.routes,
        alarms_api.routes,
    )
)


def make_app(collaborators: Console) -> web.Application:
    """The application; the caller serves it, and runs `live.run()` and `erase_daily()` beside
    it."""
    settings = collaborators.settings
    app = web.Application(
        middlewares=[error_replies, same_origin(settings.public_origins)],
        client_max_size=settings.max_body_bytes,
    )
    app[CONSOLE] = collaborators
    mount(app, OPERATIONS)
    mount_pages(app)
    app.on_response_prepare.append(security_headers)
    app.on_shutdown.append(_close_live_channels)
    return app


async def _close_live_channels(app: web.Application) -> None:
    """aiohttp would wait a minute for open WebSockets."""
    app[CONSOLE].floor.live.clients.close_all()
    app[CONSOLE].softphones.close_all()
