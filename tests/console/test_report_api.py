"""The report of any span, as JSON and as files."""

from datetime import UTC, datetime

from figures.counts import Counts
from tests.console.fakes import FakeFigures
from tests.console.house import OpenHouse

SPAN = "from=2026-11-20T00:00:00%2B08:00&to=2026-11-22T00:00:00%2B08:00"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def teach(house: OpenHouse) -> None:
    figures = house.inside.console.figures
    assert isinstance(figures, FakeFigures)
    figures.quarters = [(NOON, "general", Counts(offered=4, answered=3, abandoned=1))]


async def test_each_value_stands_with_its_n(house: OpenHouse) -> None:
    teach(house)
    agent = await house.signed_in("supervisor")

    site, general = (await agent.ask("GET", f"/api/figures/report?{SPAN}&by=hour")).body["rows"]

    assert (site["queue"], general["queue"]) == (None, "general")
    assert site["start"] == "2026-11-20T12:00:00+08:00"
    (rate,) = [one for one in general["figures"] if one["id"] == "D-01"]
    assert rate == {"id": "D-01", "queue": "general", "value": 0.75, "n": 4}


async def test_too_long_a_span_is_refused_with_its_limit(house: OpenHouse) -> None:
    agent = await house.signed_in("supervisor")
    year = SPAN.replace("2026-11-20", "2026-01-20")

    refused = await agent.ask("GET", f"/api/figures/report?{year}&by=quarter")

    assert (refused.status, refused.body["code"]) == (422, "bad-form")
    assert (await agent.ask("GET", f"/api/figures/report?{year}&by=day")).status == 200


async def test_files_come_with_their_names(house: OpenHouse) -> None:
    teach(house)
    agent = await house.signed_in("supervisor")

    for kind in ("csv", "xlsx"):
        answer = await agent.ask("GET", f"/api/figures/report.{kind}?{SPAN}")
        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="figures.{kind}"'
