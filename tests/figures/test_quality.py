"""D-29 by month, and the monthly card: each value with its formula, source and n (HR-03)."""

import re
from dataclasses import replace
from datetime import date, datetime

from figures.counts import SHANGHAI, Counts, SeatCounts
from figures.periods import Step, as_csv, header, rows
from figures.quality import (
    CARD,
    QUALITY,
    CardCounts,
    QualityCounts,
    cards_as_csv,
    measure_card,
    measure_quality,
)
from figures.store import QueueQuarter
from kernel.ids import AgentNo, QueueName

FOUND = QualityCounts(
    inspected=8, passed=6, first_passed=5, points=640, tickets_inspected=5, ticket_errors=2
)
NOVEMBER = datetime(2026, 11, 3, 9, 0, tzinfo=SHANGHAI)


def test_d_29_is_passed_by_inspected_and_ticket_errors_by_tickets_with_their_n() -> None:
    values = {m.definition.id: (m.value, m.ratio.n) for m in measure_quality(FOUND)}

    assert values == {"D-29": (6 / 8, 8), "D-29b": (5 / 8, 8), "D-29c": (2 / 5, 5)}


def test_d_29_without_an_inspection_is_no_data_and_not_all_passed() -> None:
    assert [m.value for m in measure_quality(QualityCounts())] == [None, None, None]


def test_d_29_stands_in_the_report_by_month_for_the_site_alone() -> None:
    quarters = [
        QueueQuarter(start=NOVEMBER, queue=QueueName(queue), counts=Counts(offered=1))
        for queue in ("", "general")
    ]
    worked = {NOVEMBER: SeatCounts()}
    found = rows(quarters, worked, Step.MONTH, {date(2026, 11, 1): FOUND})

    site, queue = (dict((m.definition.id, m.value) for m in row.figures) for row in found)
    assert site["D-29"] == 0.75
    assert "D-29" not in queue
    assert "D-29 质检合格率 quality pass rate" in header()
    assert "0.75" in as_csv(found).splitlines()[1]


def test_d_29_of_a_month_without_inspections_is_empty_and_of_a_day_not_asked() -> None:
    quarters = [QueueQuarter(start=NOVEMBER, queue=QueueName(""), counts=Counts())]

    (month,) = rows(quarters, {}, Step.MONTH, {})
    (day,) = rows(quarters, {}, Step.DAY)

    assert {m.definition.id: m.value for m in month.figures}["D-29"] is None
    assert "D-29" not in {m.definition.id for m in day.figures}


def test_hr_03_a_card_tells_quality_volume_praise_and_complaints_with_their_n() -> None:
    card = CardCounts(
        talks=200, days=20, talked_ms=24_000_000, tickets=150, rated=50, praised=40,
        complained=2, praise_marks=1, complaint_marks=3, quality=FOUND,
    )  # fmt: skip

    values = {m.definition.id: (m.value, m.ratio.n) for m in measure_card(card)}

    assert values == {
        "HR-03.1": (10.0, 20),
        "HR-03.2": (120.0, 200),
        "HR-03.3": (0.8, 50),
        "HR-03.4": (0.04, 50),
        "HR-03.5": (0.8, 800),
        "D-29": (0.75, 8),
        "D-29b": (0.625, 8),
        "D-29c": (0.4, 5),
    }
    counts = card.as_json()
    assert (counts["tickets"], counts["tickets_inspected"]) == (150, 5)
    assert (counts["praise_marks"], counts["complaint_marks"]) == (1, 3)


def test_hr_03_whoever_nobody_rated_or_inspected_has_no_value_there() -> None:
    values = {m.definition.id: m.value for m in measure_card(CardCounts(talks=4, days=1))}

    assert values["HR-03.1"] == 4.0
    assert {values[f"HR-03.{n}"] for n in (3, 4, 5)} == {None}


def test_hr_03_the_table_has_a_line_an_agent_with_what_each_value_stands_on() -> None:
    card = CardCounts(talks=3, days=1, talked_ms=180_000, rated=1, praised=1, praise_marks=2)

    head, line = cards_as_csv({AgentNo("1001"): card}).splitlines()

    assert head.startswith("工号 agent,HR-03.1 日均通话量 talks a day,n,")
    assert line == "1001,3.0,1,60.0,3,1.0,1,0.0,1,,0,,0,,0,,0,2,0"


def test_hr_03_and_d_29_say_what_they_are_in_both_languages() -> None:
    for one in (*QUALITY, *CARD):
        assert re.match(r"D-29[bc]?|HR-03\.\d", one.id)
        assert any("一" <= letter <= "鿿" for letter in one.name_zh + one.formula_zh)
        assert one.name_en.isascii()
        assert all((one.formula_en, one.source, one.base))
    ids = [one.id for one in (*QUALITY, *CARD)]
    assert len(ids) == len(set(ids))


def test_hr_03_months_add_up() -> None:
    assert FOUND + QualityCounts() == FOUND
    twice = replace(
        FOUND, inspected=16, passed=12, first_passed=10, points=1280, tickets_inspected=10,
        ticket_errors=4,
    )  # fmt: skip
    assert twice == FOUND + FOUND


def test_no_work_number_begins_a_formula() -> None:
    (line,) = cards_as_csv({AgentNo("-1001"): CardCounts()}).splitlines()[1:]

    assert line.startswith("'-1001,")
