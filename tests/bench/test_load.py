"""Which calls the bench of load asks the system about, and that it hears of all of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bench.load import Rang, calls_since, unaccounted
from hotline.rehearsal.evidence import CitizenSaw
from hotline.rehearsal.plan import Behaviour, PlannedCall

SINCE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def row(n: int, sip_call_id: str, seconds: float) -> dict[str, Any]:
    at = SINCE + timedelta(seconds=seconds)
    return {"call": f"c{n}", "sip_call_id": sip_call_id, "arrived_at": at.isoformat()}


class Console:
    """Pages of two rows, newest first, as /api/calls gives them."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.asked = 0

    async def page(self, query: dict[str, str]) -> Any:
        self.asked += 1
        calls = [row["call"] for row in self.rows]
        first = calls.index(query["before"]) + 1 if "before" in query else 0
        rows = self.rows[first : first + 2]
        return {"calls": rows, "next": rows[-1]["call"] if len(rows) == 2 else None}


async def test_a_page_of_refused_calls_hides_nobody_who_rang_before_them() -> None:
    """Refused in a row for seconds, they fill whole pages; those before them were called lost."""
    newest = [row(9, "b1-presses-9", 4)]
    refused = [row(n, "", 3) for n in (8, 7, 6, 5)]
    console = Console([*newest, *refused, row(4, "b1-presses-1", 1), row(3, "b0-presses-1", -9)])

    found = await calls_since(SINCE, console.page)

    ids = [row["sip_call_id"] for row in found]
    assert ids == ["b1-presses-9", "", "", "", "", "b1-presses-1"]


async def test_it_reads_no_further_than_the_beginning_of_its_load() -> None:
    console = Console([row(n, "b0-presses-1", -n) for n in range(1, 50)])

    assert await calls_since(SINCE, console.page) == []
    assert console.asked == 1


def saw(n: int, *, rang: bool = True, refused: int = 0) -> CitizenSaw:
    plan = PlannedCall(
        n=n,
        behaviour=Behaviour.PRESSES,
        number=f"1990000{n:04d}",
        name="",
        starts=0,
        stays=0,
        key="0",
        presses_after=0,
    )
    return CitizenSaw(f"b1-presses-{n}", plan, rang_at=SINCE if rang else None, refused=refused)


def test_whom_sip_did_not_refuse_and_no_phone_answered_the_system_must_know() -> None:
    rang = {"19900000001": Rang(0.0, answered=True), "19900000002": Rang(0.0, answered=False)}
    seen = [saw(1), saw(2), saw(3), saw(4, refused=503), saw(5, rang=False)]

    assert [one.plan.n for one in unaccounted(seen, rang)] == [2, 3]
