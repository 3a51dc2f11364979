"""config/queues.yaml, directory.yaml, districts.yaml: a broken value is named with its remedy."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from acd.policy import load_policies
from acd.seat_ratio import Districts, Rounding, load_districts, staffing
from acd.seed import load_directory
from kernel.errors import BadSettings
from tests.acd.centre import QUEUES, ROOT, Centre, policies


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("ring_limit_s: 10 ", "ring_limit_s: 25 ", "queues.general.ring_limit_s"),
        ("default_queue: general", "default_queue: nowhere", "nowhere"),
        ("on_busy: pause", "on_busy: shout", "on_busy"),
        ("time_budget: 300", "time_budgets: 300", "time_budget"),
        ("when_full: refuse ", "when_full: overflow ", "there is no overflow"),
        ("needs: {general: 1}", "needs: {general: 9}", "queues.general.needs.general"),
        ('key: "1"', 'key: "12"', "queues.general.callback.key"),
    ],
)
def test_a_broken_rule_names_file_key_and_remedy(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    text = QUEUES.read_text(encoding="utf-8")
    broken = tmp_path / "queues.yaml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadSettings) as stopped:
        load_policies(broken)

    assert old in text
    assert str(broken) in stopped.value.problem and named in stopped.value.problem
    assert stopped.value.remedy


def test_of_several_musts_that_an_overflow_would_lose_the_first_is_named() -> None:
    with pytest.raises(ValidationError, match=r"where expert:\* is no must"):
        policies({"must": ["lang:*", "expert:*"], "overflow": {"queue": "elderly"}})


def test_an_agent_with_a_skill_nobody_knows_stops_the_seed(tmp_path: Path) -> None:
    text = (ROOT / "config" / "directory.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "directory.yaml"
    broken.write_text(text.replace("general: 2", "genral: 2", 1), encoding="utf-8")

    with pytest.raises(BadSettings, match="unknown skill genral"):
        load_directory(broken)


def test_the_demo_directory_has_sixteen_seats_with_phones_and_agents() -> None:
    people = load_directory(ROOT / "config" / "directory.yaml")

    assert [seat.phone for seat in people.seats.values()] == [str(8000 + n) for n in range(1, 17)]
    assert list(people.agents) == [str(1000 + n) for n in range(1, 17)]


def districts(rounding: Rounding = Rounding.CEIL) -> Districts:
    found = load_districts(ROOT / "config" / "districts.yaml")
    return found.model_copy(update={"rounding": rounding})


def test_changchun_needs_137_seats_rounded_up_and_136_rounded() -> None:
    """SEAT-01: 136.0036."""
    assert districts().required_seats("220100") == 137
    assert districts(Rounding.ROUND).required_seats("220100") == 136


def test_the_ratio_of_every_district_of_jilin() -> None:
    """SEAT-01 on the census of 2020-11-01."""
    table = districts()

    seats = [table.required_seats(code) for code in table.districts]

    assert sum(each.population for each in table.districts.values()) == 24_073_453
    assert seats == [137, 55, 28, 15, 20, 15, 34, 24, 30, 8, 1]


def test_configured_signed_in_and_missing_seats_are_told_apart() -> None:
    centre = Centre(load_directory(ROOT / "config" / "directory.yaml"))
    centre.staff(1, 2, 13)

    rows = staffing(districts(), centre.directory, centre.floor.view(centre.clock.now()))

    changchun = rows[0]
    assert (changchun.required_agents, changchun.configured_seats) == (411, 12)
    assert (changchun.signed_in, changchun.seat_gap, changchun.agent_gap) == (2, 125, 399)
    assert [row.signed_in for row in rows if row.signed_in] == [2, 1]
