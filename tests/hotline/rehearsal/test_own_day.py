"""The figures that a desk in the browser shows of its agent's day, against the system's calls."""

from dataclasses import replace

from hotline.rehearsal.own_day import OwnDay, of_days
from hotline.rehearsal.report import Report
from tests.hotline.rehearsal.scene import T0, s
from tests.hotline.rehearsal.test_compare import SAYS, scene

SAYS_WITH_TICKET = replace(SAYS, calls=(replace(SAYS.calls[0], tickets=("T1",)), *SAYS.calls[1:]))
DAY = OwnDay("S1", answered=1, tickets=1, begun=T0 - s(3600))


def test_a_desk_that_shows_what_is_so_makes_no_difference() -> None:
    assert list(of_days([DAY], SAYS_WITH_TICKET)) == []


def test_a_call_or_ticket_too_many_or_too_few_is_told_with_both_numbers() -> None:
    for wrong in (replace(DAY, answered=2), replace(DAY, tickets=0)):
        (found,) = of_days([wrong], SAYS_WITH_TICKET)

        assert f"接听 {wrong.answered}、工单 {wrong.tickets}，系统为 1、1" in found.zh
        assert "the system says 1 and 1" in found.en


def test_calls_before_midnight_are_no_part_of_the_day_shown() -> None:
    after = OwnDay("S1", answered=0, tickets=0, begun=T0 + s(10))

    assert list(of_days([after], SAYS_WITH_TICKET)) == []


def test_what_the_agent_had_done_before_he_sat_down_is_taken_away() -> None:
    before = OwnDay("S1", answered=7, tickets=5, begun=DAY.begun)
    shown = OwnDay("S1", answered=8, tickets=6, begun=DAY.begun)

    assert shown.since(before) == DAY


def test_at_midnight_the_page_begins_anew() -> None:
    before = OwnDay("S1", answered=7, tickets=5, begun=T0 - s(86_400))

    assert DAY.since(before) == DAY


def test_the_report_names_each_desk_and_counts_its_differences() -> None:
    plain = Report(7, scene(), {}, SAYS_WITH_TICKET, ())

    assert plain.with_days([DAY]).exit_code == 0
    told = plain.with_days([replace(DAY, answered=3)])
    assert told.exit_code == 1
    assert "S1: 接听 3 工单 1" in told.text()
    assert "S1: answered 3 tickets 1" in told.text()
