"""An open house in which something has happened: a talk and its recording, who waits, a case."""

import wave
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from callbacks.duty import DutyState
from callbacks.survey_plan import Planned
from cases.case import CaseEvent, CaseFile, CaseSummary, Protection, TicketFile
from cases.status import CaseStatus
from console.alarms_shown import AlarmRow
from console.recordings import Recording
from intake.suspects import CallOfCaller
from kernel.ids import AgentNo, CallId, CaseId, NumberKey, TicketKey, TicketNo
from telephony.facts import RecordingKept
from tests.console.house import CALL, House
from tests.console.test_surveys_api import a_duty
from tests.contracts.survey_store import AT

EVIL: Final = '<img src=x onerror="window.__evil=1"><script>window.__evil=1</script>'
OTHER: Final = CallId("cc1-1767603600.42")
CASE, TICKET = CaseId("case-1"), TicketNo("22010020261123000001")
# path -> how a page of which this text or element is shown is known to be there
PAGES: Final[Mapping[str, str]] = {
    "/supervisor": "[data-test=ledger]",
    "/cases/case-1": "[data-test=timeline] li",
    "/figures": "[data-test=definitions] dt",
    "/surveys": "[data-test=windows] dd",
    "/inspection": "[data-test=inspection]",
    "/evidence": "[data-test=suspect]",
    "/staffing": "[data-test=half-hour]",
}


def furnish(house: House, word: str = EVIL) -> None:
    """Whatever somebody may have typed says `word`: names, titles, alarms, reasons, answers."""
    agents = dict(house.directory.directory.agents)
    agents[AgentNo("1001")] = replace(agents[AgentNo("1001")], name=word)
    house.directory.directory = replace(house.directory.directory, agents=agents)
    now = house.clock.now()
    house.talk()
    house.seat(2, available=False)
    house.ring(OTHER, "13900009999")
    record(house)
    house.health.standing.append(
        AlarmRow(
            name="call-long", since=now, severity="warning", text_zh=word, text_en=word,
            remedy_zh=word, remedy_en=word, why=word,
        )
    )  # fmt: skip
    house.malicious.rang("often", calls=20)
    house.malicious.tables.calls[NumberKey("often")] = [
        CallOfCaller(
            call=CALL, arrived_at=now, talked=timedelta(seconds=90), abusive=True, recorded=True
        )
    ]
    house.inspections.had(CALL, "1001")
    house.surveys.planned = [Planned(a_duty(DutyState.OPEN), AT, "window")]
    file_case(house, word)
    duty = house.owed.owe()
    house.owed.stands(duty, OTHER)


def record(house: House) -> None:
    """Of the talk, as the telephone wrote it: two seconds, linear."""
    path = house.folder / "one.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x20\x00\xe0" * 8000)
    size = path.stat().st_size
    kept = RecordingKept(
        at=house.clock.now(), call=CALL, path=path.name, seconds=2.0, bytes=size, sha256="ab" * 32
    )
    house.journal.write([kept])
    house.recordings.rows[CALL] = Recording(
        call=CALL, path=path.name, seconds=2.0, bytes=size, sha256="ab" * 32, kept_at=kept.at
    )


def file_case(house: House, word: str) -> None:
    now = house.clock.now()
    summary = CaseSummary(
        id=CASE, status=CaseStatus.PENDING_DISPATCH, opened_at=now, updated_at=now,
        region_code="220100", request_type="complaint", category_code="0101010101", title=word,
        urgency="normal", protection=Protection(), tickets=(TICKET,), calls=(CALL,),
        caller_tags=(word,),
    )  # fmt: skip
    ticket = TicketFile(
        ticket_no=TICKET, ticket_key=TicketKey("key"), case_id=CASE, nth=1, parent_ticket_no=None,
        submitted_at=now, call=CALL, agent=AgentNo("1001"), region_code="220100",
        request_type="complaint", category_code="0101010101", title=word, urgency="normal",
        protection=Protection(), caller_tags=(), frame={}, said={"situation": word},
        personal={"caller_name": "王小明", "caller_number": "+8613812345678", "content": word},
    )  # fmt: skip
    event = CaseEvent(n=1, at=now, kind="ticket-filed", by=word, body={"unit": word})
    house.cases.files[CASE] = CaseFile(summary=summary, tickets=(ticket,), events=(event,))
    house.cases.tickets[TICKET] = ticket
