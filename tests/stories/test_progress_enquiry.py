"""A citizen asks by phone how his case stands (CH-05), from the menu to the good-bye."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from acd.facts import CallAbandoned, CallQueued
from callbacks.workdays import Calendar
from cases.closing import CaseFlag
from cases.facts import ProgressAnswer, ProgressAsked
from cases.progress import Progress
from cases.progress_settings import load_progress
from cases.status import CaseStatus
from hotline.desks.progress import ProgressDesk
from hotline.progress_wiring import errand
from kernel.ids import CaseId, NumberKey, TicketNo
from telephony.facts import CallHungUp
from tests.fakes.fake_progress import FakeProgress
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, Told, open_house

SETTINGS = load_progress(Path(__file__).parents[2] / "config" / "progress.yaml")
TICKET, CODE = TicketNo("22010020261121000042"), "481516"
CALLER = NumberKey("k" * 64)  # of whoever rings in on this stage
MENU = 2.0  # seconds: the greeting has begun
FOUND = Progress(
    ticket_no=TICKET,
    case=CaseId("c"),
    status=CaseStatus.DISPATCHED,
    request_type="help",
    owners=frozenset({CALLER}),
    flags=frozenset(),
    unit="环保局",
    dispatched_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
    closed_at=None,
    wrong_codes=0,
)


@dataclass
class Scene:
    house: House
    keeps: FakeProgress
    told: Told

    async def presses(self, keys: str, then: float = 4.0) -> None:
        self.house.telephone.press(self.told.line.live.id, keys)
        await self.house.passes(then)

    @property
    def heard(self) -> list[str]:
        greeting = ("welcome", "recording_notice", "menu")
        return [name for name in self.told.heard if name not in greeting]

    @property
    def answers(self) -> list[ProgressAnswer]:
        return [fact.answer for fact in self.house.of(ProgressAsked)]


@asynccontextmanager
async def asking(found: Progress | None = FOUND) -> AsyncIterator[Scene]:
    """A citizen who has pressed 3 in the menu, and hears the question for his ticket."""
    async with open_house(None, {"general": 1}) as house:
        keeps = FakeProgress({TICKET: found} if found is not None else {})
        house.feed.add("progress", keeps.see)
        desk = ProgressDesk(
            keeps=keeps,
            code_of=lambda _ticket: CODE,
            region_code="220100",
            settings=SETTINGS,
            calendar=Calendar(),
            write=house.recorder.write,
            clock=house.clock,
        )
        house.center.errands["progress"] = errand(desk, house.center)
        told = house.rings_up()
        scene = Scene(house, keeps, told)
        await house.passes(MENU)
        await scene.presses("3", then=0.5)
        yield scene


def played(script: Callable[[Scene], Awaitable[None]], found: Progress | None = FOUND) -> None:
    async def story() -> None:
        async with asking(found) as scene:
            await script(scene)

    at_once(story())


def test_ch_05_the_owner_hears_where_his_case_is_and_by_when() -> None:
    """Dispatched on Friday 20 November, six working days: Monday 30 November (LIM-01)."""

    async def script(scene: Scene) -> None:
        await scene.presses(TICKET, then=30)

        said = ["progress_with_unit", "progress_due", "zh/digits/11", "survey_month"]
        assert scene.heard[:3] == ["progress_ask", "progress_wait", said[0]]
        assert scene.heard[2:] == [
            *said, "zh/digits/30", "progress_day", "progress_then", "goodbye"
        ]  # fmt: skip
        assert scene.told.end == "over"
        assert scene.house.of(CallQueued) == []
        (asked,) = scene.house.of(ProgressAsked)
        assert (asked.answer, asked.way, asked.ticket_no) == ("told", "number", TICKET)

    played(script)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (CaseStatus.SUBMITTED, "progress_accepted"),
        (CaseStatus.PENDING_DISPATCH, "progress_accepted"),
        (CaseStatus.ANSWERED_ON_CALL, "progress_answered"),
        (CaseStatus.NOT_ACCEPTED, "progress_not_accepted"),
        (CaseStatus.CLOSED, "progress_closed"),
    ],
)
def test_ch_05_each_state_has_its_words(status: CaseStatus, said: str) -> None:
    async def script(scene: Scene) -> None:
        await scene.presses("20261121000042#", then=3.5)

        assert scene.heard[:3] == ["progress_ask", "progress_wait", said]
        assert "progress_due" not in scene.heard

    closed_at = datetime(2026, 11, 25, 2, tzinfo=UTC)
    played(script, replace(FOUND, status=status, closed_at=closed_at))


def test_ch_05_from_another_number_the_query_code_is_asked_for() -> None:
    async def script(scene: Scene) -> None:
        await scene.presses(TICKET)
        assert scene.heard[2:] == ["progress_code"]
        await scene.presses(CODE, then=3)

        assert "progress_with_unit" in scene.heard
        assert scene.answers == [ProgressAnswer.NOT_OWNER, ProgressAnswer.TOLD]

    played(script, replace(FOUND, owners=frozenset()))


def test_ch_05_three_wrong_tries_and_a_person_comes() -> None:
    async def script(scene: Scene) -> None:
        await scene.presses("22010020261121999999")
        await scene.presses(TICKET)
        await scene.presses("111111")
        await scene.presses("222222", then=20)

        asked = ["progress_ask", "progress_again", "progress_code", "progress_code_again"]
        said = [one for one in scene.heard if one in asked]
        assert said == [
            "progress_ask",
            "progress_again",
            "progress_code",
            "progress_code_again",
        ]
        assert "progress_person" in scene.heard
        assert len(scene.house.of(CallQueued)) == 1

    played(script, replace(FOUND, owners=frozenset()))


@pytest.mark.parametrize("keys", ["0", ""])
def test_ch_05_nought_or_silence_is_a_person_at_the_first_question(keys: str) -> None:
    async def script(scene: Scene) -> None:
        await scene.presses(keys, then=20)

        assert scene.heard[:2] == ["progress_ask", "progress_person"]
        assert scene.house.only(CallQueued).queue == "general"
        assert scene.answers == [ProgressAnswer.PERSON]

    played(script)


def test_ch_05_nought_is_a_person_while_the_state_is_read_and_at_the_code() -> None:
    async def in_the_middle(scene: Scene) -> None:
        await scene.presses(TICKET, then=2.5)
        await scene.presses("0", then=10)
        assert len(scene.house.of(CallQueued)) == 1

    async def at_the_code(scene: Scene) -> None:
        await scene.presses(TICKET)
        await scene.presses("0", then=10)
        assert len(scene.house.of(CallQueued)) == 1

    played(in_the_middle)
    played(at_the_code, replace(FOUND, owners=frozenset()))


def test_ch_05_a_hash_after_the_last_figure_cuts_nothing_short() -> None:
    async def script(scene: Scene) -> None:
        await scene.presses(TICKET + "#", then=9)

        assert scene.heard[-1] == "progress_then"

    played(script)


def test_ch_05_nought_is_a_person_while_it_is_looked_up() -> None:
    async def script(scene: Scene) -> None:
        await scene.presses(TICKET, then=0.5)
        await scene.presses("0", then=10)

        assert scene.heard[:3] == ["progress_ask", "progress_wait", "progress_person"]
        assert scene.answers == [ProgressAnswer.PERSON]

    played(script)


def test_ch_05_it_can_be_heard_again() -> None:
    async def script(scene: Scene) -> None:
        await scene.presses(TICKET, then=9)
        await scene.presses("1", then=9)

        assert scene.heard.count("progress_with_unit") == 2
        assert scene.answers == [ProgressAnswer.TOLD]

    played(script)


@pytest.mark.parametrize("flag", [CaseFlag.CONFIDENTIAL, CaseFlag.WHISTLEBLOWER])
def test_ch_05_of_a_confidential_case_only_a_person_tells(flag: CaseFlag) -> None:
    async def script(scene: Scene) -> None:
        await scene.presses(TICKET, then=10)

        assert scene.heard[:3] == ["progress_ask", "progress_wait", "progress_person"]
        assert len(scene.house.of(CallQueued)) == 1
        assert scene.answers == [ProgressAnswer.GUARDED]

    played(script, replace(FOUND, flags=frozenset({flag})))


def test_ch_05_with_the_database_away_a_person_comes_at_once() -> None:
    async def script(scene: Scene) -> None:
        scene.keeps.away = True
        await scene.presses(TICKET, then=6)

        assert scene.heard[:3] == ["progress_ask", "progress_wait", "progress_person"]
        assert scene.answers == [ProgressAnswer.AWAY]
        assert len(scene.house.of(CallQueued)) == 1

    played(script)


def test_ch_05_who_hangs_up_while_asking_has_missed_nobody() -> None:
    async def script(scene: Scene) -> None:
        await scene.presses("2201", then=1)
        scene.house.telephone.citizen_hangs_up(scene.told.line.live.id)
        await scene.house.passes(1)

        assert scene.told.end == "caller hung up"
        assert scene.house.of(CallAbandoned) == []
        assert len(scene.house.of(CallHungUp)) == 1

    played(script)


def test_ch_05_no_fact_of_an_enquiry_holds_what_was_pressed() -> None:
    async def script(scene: Scene) -> None:
        await scene.presses("22010020261121999999")
        await scene.presses(TICKET)
        await scene.presses("111111")

        assert [fact.ticket_no for fact in scene.house.of(ProgressAsked)] == [None, TICKET, TICKET]
        assert "999999" not in str(scene.house.facts)
        assert "111111" not in str(scene.house.of(ProgressAsked))

    played(script, replace(FOUND, owners=frozenset()))
