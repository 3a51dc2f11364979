"""Suspects, measures and evidence, as supervisors ask for them (MAL-01, MAL-02)."""

import hashlib
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from console.recordings import Recording
from hotline import cli
from hotline.desks.malicious import TaggedCallers
from intake.evidence import verify
from intake.suspect_facts import EvidenceHandedOver, EvidenceRead, EvidenceSealed, MeasureEnded
from intake.suspects import SUSPECT, CallOfCaller
from kernel.ids import CallId, NumberKey
from telephony.facts import RecordingKept
from tests.console.house import CALL, House, OpenHouse
from tests.console.malicious_office import RULES

SOUND = bytes(range(256)) * 40
WHY = "多次辱骂话务员"
RECEIPT = {
    "unit": "南关区公安分局", "officer_no": "警0417", "handed_at": "2026-11-23T02:00:00Z",
}  # fmt: skip


def until(house: House, **after: float) -> str:
    return (house.clock.now() + timedelta(**after)).isoformat()


def recorded(house: House, *, sha256: str = "") -> None:
    """The citizen rang, and his call was recorded."""
    house.ring()
    (house.folder / "one.wav").write_bytes(SOUND)
    kept = RecordingKept(
        at=house.clock.now(), call=CALL, path="one.wav", seconds=1.0, bytes=len(SOUND),
        sha256=sha256 or hashlib.sha256(SOUND).hexdigest(),
    )  # fmt: skip
    house.journal.write([kept])
    house.recordings.rows[CALL] = Recording(
        call=CALL,
        path=kept.path,
        seconds=1.0,
        bytes=kept.bytes,
        sha256=kept.sha256,
        kept_at=kept.at,
    )


async def sealed(house: OpenHouse, *calls: str) -> Any:
    chief = await house.signed_in("supervisor")
    form = {"calls": calls or [CALL], "reason": WHY, "notes": "三次来电均为辱骂"}
    return await chief.ask("POST", "/api/evidence", form)


async def test_mal_01_a_supervisor_sees_suspects_with_their_grounds(house: OpenHouse) -> None:
    house.inside.malicious.rang("often", calls=20)
    house.inside.malicious.rang("seldom", calls=3)
    chief = await house.signed_in("supervisor")

    answer = await chief.ask("GET", "/api/suspects")

    (one,) = answer.body["suspects"]
    assert (one["number_key"], one["caller"]) == ("often", "138****5678")
    assert (one["grounds"], one["measure"]) == (["calls_a_day"], None)
    assert answer.body["measures"] == []


async def test_mal_01_a_suspects_calls_are_listed_for_the_evidence(house: OpenHouse) -> None:
    now = house.inside.clock.now()
    talked = timedelta(seconds=90)
    house.inside.malicious.tables.calls[NumberKey("often")] = [
        CallOfCaller(call=CALL, arrived_at=now, talked=talked, abusive=True, recorded=False)
    ]
    chief = await house.signed_in("supervisor")

    found = (await chief.ask("GET", "/api/suspects/often/calls")).body["calls"]
    nothing = (await chief.ask("GET", "/api/suspects/seldom/calls")).body["calls"]

    assert [(one["call"], one["talked_s"], one["abusive"]) for one in found] == [(CALL, 90.0, True)]
    assert nothing == []


async def test_mal_01_a_measure_is_taken_for_a_time_and_ended_by_hand(house: OpenHouse) -> None:
    inside = house.inside
    inside.malicious.rang("often", calls=20)
    chief, path = await house.signed_in("supervisor"), "/api/suspects/often/measure"
    form = {"what": "lower_priority", "until": until(inside, days=3), "reason": WHY}

    taken = await chief.ask("POST", path, form)
    again = await chief.ask("POST", path, form)
    shown = await chief.ask("GET", "/api/suspects")
    ended = await chief.ask("DELETE", path)
    nothing = await chief.ask("DELETE", path)

    assert (taken.status, taken.body["by"], taken.body["reason"]) == (200, "supervisor", WHY)
    assert shown.body["suspects"][0]["measure"] == taken.body == shown.body["measures"][0]
    assert (again.status, again.body["code"]) == (409, "measure-stands")
    assert (ended.status, nothing.status, nothing.body["code"]) == (204, 404, "no-measure")
    kinds = [fact.kind for fact in inside.journal.facts if fact.kind.startswith("measure")]
    assert kinds == ["measure-taken", "measure-ended"]


@pytest.mark.parametrize("days", [0, -1, 31])
async def test_mal_01_a_measure_ends_within_thirty_days(house: OpenHouse, days: int) -> None:
    house.inside.malicious.rang("often", calls=20)
    chief = await house.signed_in("supervisor")
    form = {"what": "announcement", "until": until(house.inside, days=days), "reason": WHY}

    answer = await chief.ask("POST", "/api/suspects/often/measure", form)

    assert (answer.status, answer.body["code"]) == (422, "bad-until")
    assert house.inside.malicious.measures.standing(house.inside.clock.now()) == []


async def test_mal_01_a_number_that_never_rang_gets_no_measure(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    form = {"what": "announcement", "until": until(house.inside, days=1), "reason": WHY}

    answer = await chief.ask("POST", "/api/suspects/nobody/measure", form)

    assert (answer.status, answer.body["code"]) == (404, "unknown-caller")


async def test_mal_01_the_end_of_a_measure_is_written_down_once(house: OpenHouse) -> None:
    inside = house.inside
    inside.malicious.rang("often", calls=20)
    chief = await house.signed_in("supervisor")
    form = {"what": "announcement", "until": until(inside, hours=1), "reason": WHY}
    await chief.ask("POST", "/api/suspects/often/measure", form)
    desk = inside.malicious.desk()

    inside.malicious.tables.kept = desk.standing()  # and the table lags behind for good
    await desk.look()
    inside.clock.advance(3600)
    await desk.look()
    await desk.look()

    (ended,) = [fact for fact in inside.journal.facts if isinstance(fact, MeasureEnded)]
    assert (ended.number_key, ended.by) == ("often", "")
    assert desk.standing() == []


async def test_mal_01_the_agents_card_shows_who_is_suspected(house: OpenHouse) -> None:
    inside = house.inside
    inside.malicious.rang("often", calls=20)
    inside.malicious.rang("seldom", calls=3)
    callers = TaggedCallers(
        callers=inside.cases, store=inside.malicious.tables, rules=RULES.suspect, clock=inside.clock
    )

    tags = [(await callers.look_up(NumberKey(key))).tags for key in ("often", "seldom", "new")]

    assert tags == [(SUSPECT,), (), ()]
    assert (await callers.look_up(None)).tags == ()


async def test_mal_02_a_package_is_sealed_read_and_handed_over(
    house: OpenHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = house.inside
    recorded(inside)
    package = (await sealed(house)).body
    chief, path = await house.signed_in("supervisor"), f"/api/evidence/{package['id']}"

    file = await chief.ask("GET", f"{path}/file")
    receipt = await chief.ask("POST", f"{path}/receipt", RECEIPT)

    copy, kept = tmp_path / "copy.zip", inside.malicious.folder / f"{package['id']}.zip"
    copy.write_bytes(file.body)
    assert verify(copy, package["seal"]).differs == ()
    assert (kept.stat().st_mode & 0o777, kept.read_bytes()) == (0o400, file.body)
    assert cli.main(["evidence", "verify", str(copy), "--seal", package["seal"]]) == 0
    assert package["seal"] in capsys.readouterr().out
    assert (receipt.body["unit"], receipt.body["by"]) == (RECEIPT["unit"], "supervisor")
    facts = [fact for fact in inside.journal.facts if fact.kind.startswith("evidence-")]
    assert [type(fact) for fact in facts] == [EvidenceSealed, EvidenceRead, EvidenceHandedOver]
    assert (facts[0].seal, facts[0].calls) == (package["seal"], (CALL,))  # type: ignore[attr-defined]


async def test_mal_02_a_recording_that_was_altered_is_not_sealed(house: OpenHouse) -> None:
    recorded(house.inside, sha256="ab" * 32)

    answer = await sealed(house)

    assert (answer.status, answer.body["code"]) == (409, "recording-altered")
    assert not list(house.inside.malicious.folder.glob("*"))


async def test_mal_02_without_room_nothing_is_sealed_and_nothing_journaled(
    house: OpenHouse,
) -> None:
    house.inside.ring()
    house.inside.malicious.folder.write_text("a file where the folder should be")

    answer = await sealed(house)

    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    assert not [fact for fact in house.inside.journal.facts if isinstance(fact, EvidenceSealed)]


async def test_mal_02_no_file_outside_the_folder_is_given(house: OpenHouse) -> None:
    (house.inside.folder / "secret.zip").write_bytes(b"x")
    house.inside.malicious.folder.mkdir()
    chief = await house.signed_in("supervisor")

    for name in ("..%2Fsecret", "secret", "..%2Fsealed%2F..%2Fsecret"):
        answer = await chief.ask("GET", f"/api/evidence/{name}/file")
        assert answer.status == 404
    assert not [fact for fact in house.inside.journal.facts if isinstance(fact, EvidenceRead)]


async def test_mal_02_a_call_without_a_recording_is_named_as_such(house: OpenHouse) -> None:
    house.inside.ring()

    answer = await sealed(house)
    unknown = await sealed(house, CallId("cc1-0.0"))

    assert answer.status == 200
    (archive,) = house.inside.malicious.folder.iterdir()
    with zipfile.ZipFile(archive) as opened:
        manifest = orjson.loads(opened.read("manifest.json"))
    assert manifest["without_recording"] == {CALL: "no-such-recording"}
    assert manifest["approvals"][0]["by"] == manifest["by"] == "supervisor"
    assert set(manifest["files"]) == {"calls.json", "notes.txt"}
    assert (unknown.status, unknown.body["code"]) == (404, "no-such-call")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/evidence", None),
        ("POST", "/api/evidence", {"calls": [CALL], "reason": WHY}),
        ("GET", "/api/evidence/EV1/file", None),
        ("POST", "/api/evidence/EV1/receipt", RECEIPT),
    ],
)
@pytest.mark.parametrize("who", ["agent", "contractor", "handler", "administrator"])
async def test_mal_02_only_a_supervisor_creates_and_sees_evidence(
    house: OpenHouse, who: str, method: str, path: str, body: Any
) -> None:
    visitor = await house.signed_in(who)

    assert (await visitor.ask(method, path, body)).status == 403
    chief = await house.signed_in("supervisor")
    assert (await chief.ask(method, path, body)).status in (200, 404)


@pytest.mark.parametrize("who", ["agent", "contractor", "handler"])
async def test_mal_01_only_supervisors_see_suspects_and_take_measures(
    house: OpenHouse, who: str
) -> None:
    visitor = await house.signed_in(who)
    form = {"what": "announcement", "until": until(house.inside, days=1), "reason": WHY}

    assert (await visitor.ask("GET", "/api/suspects")).status == 403
    assert (await visitor.ask("POST", "/api/suspects/k/measure", form)).status == 403
    assert (await visitor.ask("DELETE", "/api/suspects/k/measure")).status == 403
