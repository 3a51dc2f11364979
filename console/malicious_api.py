"""Suspects, a supervisor's measures, sealed evidence for the police (MAL-01, MAL-02)."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from console.asked import Asked
from console.errors import NoSuchCall
from console.logins import Scope
from console.malicious_port import (
    BadUntil,
    MeasureStands,
    NoMeasure,
    NoSuchEvidence,
    RecordingAltered,
    Suspect,
    UnknownCaller,
)
from console.routes import Routes
from console.supervision_api import Why
from intake.evidence_shown import Package
from intake.measures import Measure
from intake.suspect_facts import MeasureKind
from intake.suspects import Ground
from kernel.errors import Unavailable
from kernel.ids import CallId, NumberKey

routes = Routes("malicious callers")
Word = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class MeasureForm(_Form):
    """`until`: at most 30 days from now (config/malicious.yaml)."""

    what: MeasureKind
    until: AwareDatetime
    reason: Why


class EvidenceForm(_Form):
    """`notes` go into the archive only, never into the journal."""

    calls: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1, max_length=64)], ...],
        Field(min_length=1, max_length=200),
    ]
    reason: Why
    notes: Annotated[str, StringConstraints(max_length=20_000)] = ""


class ReceiptForm(_Form):
    """The police unit, the officer's number, when it was handed over."""

    unit: Word
    officer_no: Word
    handed_at: AwareDatetime


class MeasureShown(_Shown):
    number_key: str
    what: MeasureKind
    reason: str
    taken_at: datetime
    until: datetime
    by: str


class SuspectShown(_Shown):
    """Over the last seven days; `caller` is masked."""

    number_key: str
    caller: str
    last_at: datetime
    calls: int
    on_busiest_day: int
    minutes: float
    abusive: int
    without_request: int
    grounds: list[Ground]
    measure: MeasureShown | None


class Suspects(_Shown):
    """`measures`: all that stand, whoever is suspected by now."""

    suspects: list[SuspectShown]
    measures: list[MeasureShown]


class SuspectCall(_Shown):
    """`recorded`: its sound is kept still."""

    call: str
    arrived_at: datetime
    talked_s: float
    abusive: bool
    recorded: bool


class SuspectCalls(_Shown):
    calls: list[SuspectCall]


class ReceiptShown(_Shown):
    unit: str
    officer_no: str
    handed_at: datetime
    by: str
    noted_at: datetime


class PackageShown(_Shown):
    """`seal`: sha256 of the manifest, as the journal has it."""

    id: str
    sealed_at: datetime
    by: str
    reason: str
    calls: list[str]
    seal: str
    bytes: int
    receipts: list[ReceiptShown]


class Packages(_Shown):
    packages: list[PackageShown]


@routes.get("/api/suspects", scope=Scope.FORCE_SEATS, errors=(Unavailable,))
async def suspects(asked: Asked) -> Suspects:
    """Who rings without reason, it seems, and what stands against whom (疑似恶意来电)."""
    side = asked.console.malicious.callers
    return Suspects(
        suspects=[_suspect(one) for one in await side.suspects()],
        measures=[_measure(one) for one in side.standing()],
    )


@routes.get("/api/suspects/{key}/calls", scope=Scope.FORCE_SEATS, errors=(Unavailable,))
async def suspect_calls(asked: Asked, key: str) -> SuspectCalls:
    """His calls of the last five weeks, to choose evidence from (来电明细)."""
    found = await asked.console.malicious.callers.calls_of(NumberKey(key))
    return SuspectCalls(
        calls=[
            SuspectCall(
                call=one.call,
                arrived_at=one.arrived_at,
                talked_s=one.talked.total_seconds(),
                abusive=one.abusive,
                recorded=one.recorded,
            )
            for one in found
        ]
    )


@routes.post(
    "/api/suspects/{key}/measure",
    scope=Scope.FORCE_SEATS,
    errors=(BadUntil, MeasureStands, UnknownCaller, Unavailable),
)
async def take_measure(asked: Asked, key: str, body: MeasureForm) -> MeasureShown:
    """For a time: an announcement, or a lower priority (限时措施)."""
    side, by = asked.console.malicious.callers, asked.login.name
    taken = await side.take(NumberKey(key), body.what, body.until, by=by, reason=body.reason)
    return _measure(taken)


@routes.delete("/api/suspects/{key}/measure", scope=Scope.FORCE_SEATS, errors=(NoMeasure,))
async def end_measure(asked: Asked, key: str) -> None:
    """Before its time (解除措施)."""
    asked.console.malicious.callers.end(NumberKey(key), by=asked.login.name)


@routes.get("/api/evidence", scope=Scope.SUPERVISE, errors=(Unavailable,))
async def evidence(asked: Asked) -> Packages:
    """What was sealed, and who received it (证据包)."""
    found = await asked.console.malicious.evidence.packages()
    return Packages(packages=[_package(one) for one in found])


@routes.post(
    "/api/evidence",
    scope=Scope.SUPERVISE,
    errors=(NoSuchCall, RecordingAltered, Unavailable),
)
async def seal_evidence(asked: Asked, body: EvidenceForm) -> PackageShown:
    """Calls, recordings and notes into one archive that nobody changes any more (封存证据)."""
    calls = [CallId(call) for call in body.calls]
    sealed = await asked.console.malicious.evidence.seal(
        calls, by=asked.login.name, reason=body.reason, notes=body.notes
    )
    return _package(sealed)


@routes.get(
    "/api/evidence/{package}/file",
    scope=Scope.SUPERVISE,
    media="application/zip",
    errors=(NoSuchEvidence,),
)
async def evidence_file(asked: Asked, package: str) -> web.StreamResponse:
    """The archive; each request is written down first."""
    path = asked.console.malicious.evidence.open_file(package, by=asked.login.name)
    named = f'attachment; filename="{path.name}"'
    headers = {"Content-Type": "application/zip", "Content-Disposition": named}
    return web.FileResponse(path, headers=headers)


@routes.post(
    "/api/evidence/{package}/receipt",
    scope=Scope.SUPERVISE,
    errors=(NoSuchEvidence,),
)
async def hand_over_evidence(asked: Asked, package: str, body: ReceiptForm) -> ReceiptShown:
    """The police have it: added to the record, the archive stays as it is (移送回执)."""
    receipt = asked.console.malicious.evidence.hand_over(
        package, body.unit, body.officer_no, body.handed_at, by=asked.login.name
    )
    return ReceiptShown.model_validate(receipt)


def _suspect(found: Suspect) -> SuspectShown:
    history = found.history
    return SuspectShown(
        number_key=history.number_key,
        caller=history.caller,
        last_at=history.last_at,
        calls=history.calls,
        on_busiest_day=history.on_busiest_day,
        minutes=round(history.talked.total_seconds() / 60, 1),
        abusive=history.abusive,
        without_request=history.without_request,
        grounds=list(found.grounds),
        measure=_measure(found.measure) if found.measure else None,
    )


def _measure(found: Measure) -> MeasureShown:
    return MeasureShown.model_validate(found)


def _package(found: Package) -> PackageShown:
    return PackageShown.model_validate(found)
