"""Recordings: about one, its sound, legal hold. Who hears one is written down first (SEC-04)."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from cases.case import CaseFilter
from console.asked import Asked
from console.errors import (
    AlreadyOnHold,
    ConfidentialRecording,
    NoSuchRecording,
    NotOnHold,
    NotYourCall,
    RecordingGone,
)
from console.facts import HearingFor, RecordingHeard
from console.logins import Scope
from console.own_calls import demand_had
from console.recordings import Recording, RecordingsWanted
from console.routes import Routes
from kernel.errors import Unavailable
from kernel.ids import AgentNo, CallId

routes = Routes("recordings")
_ERRORS = (NoSuchRecording, NotYourCall, Unavailable)


class RecordingRow(BaseModel):
    """`held_reason` is shown to those who may hold."""

    model_config = ConfigDict(frozen=True)

    call: str
    seconds: float
    bytes: int
    sha256: str
    kept_at: datetime
    held: bool
    held_at: datetime | None
    held_by: str | None
    held_reason: str | None
    erased_at: datetime | None


class RecordingsQuery(BaseModel):
    """`held`: those on legal hold only. `before`: the `next` of the page before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: Annotated[str, Field(max_length=40)] | None = None
    held: bool = False
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    before: Annotated[str, Field(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class RecordingListed(RecordingRow):
    agents: list[str]


class RecordingsPage(BaseModel):
    recordings: list[RecordingListed]
    next: str | None


class HearQuery(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    why: HearingFor = HearingFor.OWN_CALL


class HoldForm(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Annotated[str, StringConstraints(min_length=2, max_length=500, strip_whitespace=True)]


@routes.get("/api/recordings", scope=Scope.HEAR_ALL, errors=(Unavailable,))
async def recordings(asked: Asked, query: RecordingsQuery) -> RecordingsPage:
    """What is kept, the newest first, however old (录音检索)."""
    wanted = RecordingsWanted(
        agent=AgentNo(query.agent) if query.agent else None,
        held=query.held,
        since=query.since,
        until=query.until,
        before=CallId(query.before) if query.before else None,
        limit=query.limit,
    )
    found = await asked.console.recordings.listed(wanted)
    more = found[-1].recording.call if len(found) == query.limit else None
    rows = [
        RecordingListed(agents=list(one.agents), **_row(asked, one.recording).model_dump())
        for one in found
    ]
    return RecordingsPage(recordings=rows, next=more)


@routes.get("/api/recordings/{call}", scope=Scope.HEAR_OWN, errors=_ERRORS)
async def recording(asked: Asked, call: str) -> RecordingRow:
    """What is kept of a call's recording; not the sound."""
    _demand_part(asked, CallId(call))
    return _row(asked, await asked.console.recordings.find(CallId(call)))


@routes.get(
    "/api/recordings/{call}/audio",
    scope=Scope.HEAR_OWN,
    media="audio/wav",
    errors=(*_ERRORS, RecordingGone, ConfidentialRecording),
)
async def recording_audio(asked: Asked, call: str, query: HearQuery) -> web.StreamResponse:
    """The sound, whole or by range; each request is audited."""
    call_id = CallId(call)
    _demand_part(asked, call_id)
    found = await asked.console.recordings.find(call_id)
    path = asked.console.recordings.file_of(found)
    await _demand_second_permission(asked, call_id, query.why)
    heard = RecordingHeard(
        at=asked.console.clock.now(),
        call=call_id,
        login=asked.login.name,
        agent=asked.login.agent,
        why=query.why,
    )
    asked.console.write([heard])
    return web.FileResponse(path, headers={"Content-Type": "audio/wav"})


@routes.post(
    "/api/recordings/{call}/hold",
    scope=Scope.HOLD_RECORDINGS,
    errors=(NoSuchRecording, RecordingGone, AlreadyOnHold, Unavailable),
)
async def hold_recording(asked: Asked, call: str, body: HoldForm) -> RecordingRow:
    """Legal hold: never erased until released."""
    login = asked.login.name
    held = await asked.console.recordings.hold(CallId(call), by=login, reason=body.reason)
    return _row(asked, held)


@routes.delete(
    "/api/recordings/{call}/hold",
    scope=Scope.HOLD_RECORDINGS,
    errors=(NoSuchRecording, NotOnHold, Unavailable),
)
async def release_recording(asked: Asked, call: str) -> RecordingRow:
    """End the legal hold."""
    released = await asked.console.recordings.release(CallId(call), by=asked.login.name)
    return _row(asked, released)


def _demand_part(asked: Asked, call: CallId) -> None:
    """C7: an agent hears his own calls, a supervisor all."""
    if not asked.may(Scope.HEAR_ALL):
        demand_had(asked, call)


async def _demand_second_permission(asked: Asked, call: CallId, why: HearingFor) -> None:
    """One level stricter for confidential and whistle-blower tickets (B7, C7, SEC-02)."""
    permitted = asked.may(Scope.HEAR_ALL) and why in (HearingFor.CASE, HearingFor.SECURITY)
    if permitted:
        return
    found = await asked.console.cases.cases.cases(CaseFilter(call=call))
    if any(case.protection.strict for case in found):
        raise ConfidentialRecording(
            f"Call {call} belongs to a protected ticket.",
            remedy="A supervisor may hear it with why=case or why=security.",
        )


def _row(asked: Asked, found: Recording) -> RecordingRow:
    return RecordingRow(
        call=found.call,
        seconds=found.seconds,
        bytes=found.bytes,
        sha256=found.sha256,
        kept_at=found.kept_at,
        held=found.held_at is not None,
        held_at=found.held_at,
        held_by=found.held_by,
        held_reason=found.held_reason if asked.may(Scope.HOLD_RECORDINGS) else None,
        erased_at=found.erased_at,
    )
