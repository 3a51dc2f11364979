"""Recordings: heard by range and audited, held, erased with a certificate."""

from datetime import timedelta
from pathlib import Path

import pytest

from cases.case import CaseFile, CaseSummary, Protection
from cases.status import CaseStatus
from console.errors import NoSuchRecording
from console.facts import RecordingErased
from console.recordings import Recording
from kernel.ids import CallId, CaseId
from tests.console.house import CALL, House, OpenHouse, open_house
from tests.fakes.fake_clock import MONDAY_NINE

SOUND = bytes(range(256)) * 4
AUDIO = f"/api/recordings/{CALL}/audio"


def keep(house: House, folder: Path, call: CallId = CALL, path: str = "one.wav") -> None:
    (folder / path).write_bytes(SOUND)
    house.recordings.rows[call] = Recording(
        call=call, path=path, seconds=1.0, bytes=len(SOUND), sha256="ab", kept_at=MONDAY_NINE
    )


async def test_an_agent_hears_his_own_call_and_each_time_is_written_down(
    house: OpenHouse, tmp_path: Path
) -> None:
    house.inside.talk()
    keep(house.inside, tmp_path)
    agent = await house.signed_in("agent")

    whole = await agent.ask("GET", AUDIO)

    fact = house.inside.journal.facts[-1]
    assert (whole.status, whole.body) == (200, SOUND)
    assert whole.headers["Content-Type"] == "audio/wav"
    assert (fact.kind, getattr(fact, "login", "")) == ("recording-heard", "agent")


async def test_a_range_gives_its_part_and_one_outside_is_refused(
    house: OpenHouse, tmp_path: Path
) -> None:
    house.inside.talk()
    keep(house.inside, tmp_path)
    agent = await house.signed_in("agent")

    part = await agent.ask("GET", AUDIO, headers={"Range": "bytes=10-19"})
    outside = await agent.ask("GET", AUDIO, headers={"Range": "bytes=5000-"})

    assert (part.status, part.body) == (206, SOUND[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(SOUND)}"
    assert outside.status == 416


async def test_a_colleague_hears_nothing_and_a_supervisor_says_why(
    house: OpenHouse, tmp_path: Path
) -> None:
    """C7: own calls for agents, audit for supervisors."""
    house.inside.talk()
    keep(house.inside, tmp_path)
    colleague, chief = await house.signed_in("colleague"), await house.signed_in("supervisor")

    refused = await colleague.ask("GET", AUDIO)
    heard = await chief.ask("GET", AUDIO + "?why=quality")

    assert refused.body["code"] == "not-your-call"
    assert heard.status == 200
    assert getattr(house.inside.journal.facts[-1], "why", "") == "quality"


async def test_the_recording_of_a_protected_ticket_needs_a_second_permission(
    house: OpenHouse, tmp_path: Path
) -> None:
    """B7, SEC-02."""
    house.inside.talk()
    keep(house.inside, tmp_path)
    summary = CaseSummary(
        id=CaseId("case-1"), status=CaseStatus.PENDING_DISPATCH, opened_at=MONDAY_NINE,
        updated_at=MONDAY_NINE, region_code="220100", request_type="report",
        category_code="0101010101", title="举报", urgency="normal",
        protection=Protection(whistleblower=True), tickets=(), calls=(CALL,), caller_tags=(),
    )  # fmt: skip
    case = CaseFile(summary=summary, tickets=(), events=())
    house.inside.cases.files[CaseId("case-1")] = case
    agent, chief = await house.signed_in("agent"), await house.signed_in("supervisor")

    assert (await agent.ask("GET", AUDIO)).body["code"] == "confidential-recording"
    assert (await chief.ask("GET", AUDIO + "?why=quality")).status == 403
    assert (await chief.ask("GET", AUDIO + "?why=case")).status == 200


async def test_what_is_held_outlives_its_time_and_what_is_not_leaves_a_certificate(
    house: OpenHouse, tmp_path: Path
) -> None:
    other = CallId("other")
    keep(house.inside, tmp_path)
    keep(house.inside, tmp_path, other, "two.wav")
    chief = await house.signed_in("supervisor")
    held = await chief.ask("POST", f"/api/recordings/{CALL}/hold", {"reason": "行政复议"})

    house.inside.clock.advance(timedelta(days=1_096).total_seconds())
    erased = await house.inside.console.recordings.erase_old()

    certificates = [f for f in house.inside.journal.facts if isinstance(f, RecordingErased)]
    assert (held.body["held"], held.body["held_reason"]) == (True, "行政复议")
    assert (erased, [c.call for c in certificates]) == (1, [other])
    assert (tmp_path / "one.wav").exists()
    assert not (tmp_path / "two.wav").exists()


async def test_a_young_recording_is_not_erased(house: OpenHouse, tmp_path: Path) -> None:
    keep(house.inside, tmp_path)
    house.inside.clock.advance(timedelta(days=1_094).total_seconds())

    assert await house.inside.console.recordings.erase_old() == 0


async def test_holding_twice_and_releasing_what_is_free_are_refused(
    house: OpenHouse, tmp_path: Path
) -> None:
    keep(house.inside, tmp_path)
    chief = await house.signed_in("supervisor")
    path = f"/api/recordings/{CALL}/hold"

    assert (await chief.ask("DELETE", path)).body["code"] == "recording-not-on-hold"
    assert (await chief.ask("POST", path, {"reason": "行政复议"})).status == 200
    again = await chief.ask("POST", path, {"reason": "行政复议"})
    assert again.body["code"] == "recording-already-on-hold"
    assert (await chief.ask("DELETE", path)).body["held"] is False


async def test_an_erased_recording_is_gone_but_what_it_was_is_known(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        keep(house.inside, tmp_path)
        house.inside.clock.advance(timedelta(days=2_000).total_seconds())
        await house.inside.console.recordings.erase_old()
        chief = await house.signed_in("supervisor")

        audio = await chief.ask("GET", AUDIO + "?why=quality")
        about = await chief.ask("GET", f"/api/recordings/{CALL}")

    assert (audio.status, audio.body["code"]) == (410, "recording-gone")
    assert about.body["erased_at"] is not None


def test_a_row_that_points_outside_the_folder_is_not_served(tmp_path: Path) -> None:
    house = House(tmp_path)
    outside = Recording(
        call=CALL, path="../../etc/passwd", seconds=1, bytes=1, sha256="", kept_at=MONDAY_NINE
    )

    with pytest.raises(NoSuchRecording):
        house.console.recordings.file_of(outside)


async def test_a_supervisor_searches_what_is_kept_and_an_agent_does_not(
    house: OpenHouse, tmp_path: Path
) -> None:
    keep(house.inside, tmp_path)
    keep(house.inside, tmp_path, CallId("other"), "two.wav")
    chief, agent = await house.signed_in("supervisor"), await house.signed_in("agent")
    await chief.ask("POST", f"/api/recordings/{CALL}/hold", {"reason": "行政复议"})

    held = (await chief.ask("GET", "/api/recordings?held=true")).body
    first = (await chief.ask("GET", "/api/recordings?limit=1")).body
    refused = await agent.ask("GET", "/api/recordings")

    assert [one["call"] for one in held["recordings"]] == [CALL]
    assert (len(first["recordings"]), first["next"]) == (1, first["recordings"][0]["call"])
    assert refused.body["code"] == "wrong-role"
