"""Who is suspected (MAL-01): each ground by itself, at its threshold and not below it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.measures import Measure, Measures
from intake.suspect_facts import MeasureEnded, MeasureKind, MeasureTaken
from intake.suspects import Ground, History, MaliciousRules, grounds, load_malicious
from kernel.errors import BadSettings
from kernel.ids import NumberKey

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = NumberKey("k" * 64)
RULES = load_malicious(Path(__file__).parents[2] / "config" / "malicious.yaml").suspect
CALM = History(
    number_key=KEY, caller="138****5678", last_at=NOW, calls=1, on_busiest_day=1,
    talked=timedelta(minutes=3), abusive=0, without_request=0,
)  # fmt: skip
AT = {
    Ground.CALLS_A_DAY: {"on_busiest_day": RULES.calls_a_day},
    Ground.CALLS: {"calls": RULES.calls_in_7_days},
    Ground.MINUTES: {"talked": timedelta(minutes=RULES.minutes_in_7_days)},
    Ground.ABUSIVE: {"abusive": RULES.abusive_in_7_days},
    Ground.WITHOUT_REQUEST: {"without_request": RULES.without_request_in_7_days},
}


@pytest.mark.parametrize("ground", list(Ground))
def test_mal_01_each_ground_stands_by_itself(ground: Ground) -> None:
    ((field, limit),) = AT[ground].items()
    below: Any = limit - (timedelta(seconds=1) if isinstance(limit, timedelta) else 1)

    assert grounds(replace(CALM, **{field: limit}), RULES) == (ground,)
    assert grounds(replace(CALM, **{field: below}), RULES) == ()


def test_mal_01_an_ordinary_caller_is_no_suspect() -> None:
    assert grounds(CALM, RULES) == ()


def test_mal_01_there_is_no_measure_that_blocks() -> None:
    """Never an automatic block: no rule names a measure, and no measure is a block."""
    assert {kind.value for kind in MeasureKind} == {"announcement", "lower_priority"}
    assert set(MaliciousRules.model_fields) == {"suspect", "measure"}


def test_mal_01_a_rule_of_none_is_refused(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "config" / "malicious.yaml").read_text("utf-8")
    (tmp_path / "m.yaml").write_text(text.replace("calls_a_day: 15", "calls_a_day: 0"), "utf-8")

    with pytest.raises(BadSettings, match="calls_a_day"):
        load_malicious(tmp_path / "m.yaml")


def taken(what: MeasureKind = MeasureKind.LOWER_PRIORITY, *, days: float = 1) -> MeasureTaken:
    return MeasureTaken(
        at=NOW, measure="m1", number_key=KEY, what=what, reason="辱骂", by="chief",
        until=NOW + timedelta(days=days),
    )  # fmt: skip


def kept(name: str = "m1") -> Measure:
    return Measure(
        id=name, number_key=KEY, what=MeasureKind.ANNOUNCEMENT, reason="辱骂", by="chief",
        taken_at=NOW, until=NOW + timedelta(days=1),
    )  # fmt: skip


def test_mal_01_a_measure_is_against_one_number_and_of_one_kind() -> None:
    measures = Measures()
    measures.see([taken()])

    assert measures.lowers(KEY, NOW)
    assert not measures.announces(KEY, NOW)
    assert not measures.lowers(NumberKey("other"), NOW)
    assert not measures.lowers(None, NOW), "a withheld number has no measure"


def test_mal_01_a_measure_is_over_at_its_end_whoever_looks() -> None:
    measures = Measures()
    measures.see([taken(MeasureKind.ANNOUNCEMENT, days=2)])
    last = NOW + timedelta(days=2) - timedelta(microseconds=1)

    assert measures.announces(KEY, last)
    assert not measures.announces(KEY, NOW + timedelta(days=2))
    assert [one.id for one in measures.expired(NOW + timedelta(days=2))] == ["m1"]
    assert measures.expired(last) == []


def test_mal_01_a_table_that_lags_behind_brings_nothing_back() -> None:
    measures = Measures()
    measures.put_back([kept()])
    assert measures.of(KEY, NOW) == kept()

    measures.see([MeasureEnded(at=NOW, measure="m1", number_key=KEY, by="chief")])
    measures.put_back([kept()])

    assert measures.of(KEY, NOW) is None


def test_mal_01_what_the_table_no_longer_says_no_longer_stands() -> None:
    measures = Measures()
    measures.put_back([kept("of-a-life-before")])
    measures.put_back([])

    assert measures.of(KEY, NOW) is None
