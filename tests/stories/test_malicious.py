"""A supervisor's measure in the way of a call; nobody is blocked by a rule (MAL-01)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from acd.facts import CallQueued, SeatAnswered
from intake.known_callers import NOBODY, KnownCaller
from intake.suspect_facts import MeasureKind, MeasureTaken
from intake.suspects import SUSPECT, load_malicious
from kernel.ids import CallId, NumberKey
from kernel.phone import WITHHELD
from telephony.phrases import load_phrases
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, open_house

KEY = NumberKey("k" * 64)  # of any caller of the stage
ENTERPRISE = KnownCaller(lists=frozenset({"enterprise"}))
ROOT = Path(__file__).parents[2]
PHRASE = load_malicious(ROOT / "config" / "malicious.yaml").measure.announcement
LOWERED_BY_S = 120  # config/queues.yaml


def stands(house: House, what: MeasureKind, *, seconds: float) -> None:
    """From now on, for so long; told as every fact is."""
    entrances = replace(house.center.entrances, announcement=PHRASE)
    house.center = replace(house.center, entrances=entrances)
    house.feed.add("measures", entrances.measures.see)
    now = house.clock.now()
    taken = MeasureTaken(
        at=now, measure="m1", number_key=KEY, what=what, reason="辱骂", by="chief",
        until=now + timedelta(seconds=seconds),
    )  # fmt: skip
    house.recorder.write([taken])


def test_mal_01_the_announcement_is_a_phrase_of_its_own_and_is_shipped() -> None:
    """Nothing that every caller hears is said once more to him."""
    phrases = load_phrases(ROOT / "config" / "phrases.yaml").phrases
    said = phrases[PHRASE]

    assert [key for key, one in phrases.items() if one.zh == said.zh] == [PHRASE]
    assert (ROOT / "asterisk" / "sounds" / f"{said.file}.wav").is_file()


def test_mal_01_an_announcement_is_heard_before_the_menu_and_ends_by_itself() -> None:
    async def story() -> None:
        async with open_house() as house:
            stands(house, MeasureKind.ANNOUNCEMENT, seconds=60)
            first = house.rings_up("c1")
            await house.passes(SILENT + 10)
            await house.passes(60)
            second = house.rings_up("c2")
            await house.passes(SILENT)

            assert first.heard[:4] == [PHRASE, "welcome", "recording_notice", "menu"]
            assert second.heard[:3] == ["welcome", "recording_notice", "menu"]
            assert house.of(CallQueued)[0].call == "c1", "he gets into the line all the same"

    at_once(story())


@pytest.mark.parametrize(("known", "queue"), [(ENTERPRISE, "enterprise"), (NOBODY, "general")])
def test_mal_01_a_lower_priority_is_kept_to_its_time(known: KnownCaller, queue: str) -> None:
    """In every queue, of priority 0 too: his turn comes later; when he asked stays as it was."""

    async def story() -> None:
        async with open_house() as house:
            house.known = known
            stands(house, MeasureKind.LOWER_PRIORITY, seconds=60)
            house.rings_up("c1")
            await house.passes(61)
            house.rings_up("c2")
            await house.passes(SILENT)

            lowered, usual = house.of(CallQueued)
            assert (lowered.call, lowered.queue, lowered.lowered) == ("c1", queue, True)
            assert (usual.call, usual.queue, usual.lowered) == ("c2", queue, None)
            assert lowered.priority == usual.priority
            later = (lowered.turn_at - lowered.asked_at) - (usual.turn_at - usual.asked_at)
            assert later == timedelta(seconds=LOWERED_BY_S)

    at_once(story())


@pytest.mark.parametrize("what", list(MeasureKind))
def test_mal_01_no_measure_touches_a_call_from_110(what: MeasureKind) -> None:
    """EMG-02, I14."""

    async def story() -> None:
        async with open_house() as house:
            stands(house, what, seconds=60)
            told = house.rings_up(dialled="12345110")
            await house.passes(0.1)

            assert house.only(CallQueued).priority == 3
            assert PHRASE not in told.heard

    at_once(story())


def test_mal_01_a_withheld_number_has_no_measure() -> None:
    async def story() -> None:
        async with open_house() as house:
            stands(house, MeasureKind.ANNOUNCEMENT, seconds=60)
            told = house.rings_up(caller=WITHHELD)
            await house.passes(SILENT)

            assert PHRASE not in told.heard

    at_once(story())


@pytest.mark.parametrize("what", [None, *MeasureKind])
def test_mal_01_nobody_is_ever_blocked_automatically(what: MeasureKind | None) -> None:
    """The worst suspect, with a measure or without: an agent takes his call."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            if what is not None:
                stands(house, what, seconds=600)
            for n in range(20):
                house.rings_up(f"c{n}")
                await house.passes(SILENT + 5)
                house.telephone.seat_answers()
                await house.passes(2)
                assert house.fates(f"c{n}") == [SeatAnswered.kind]
                if n < 19:
                    house.telephone.citizen_hangs_up(CallId(f"c{n}"))
                    await house.passes(600)

    at_once(story())


def test_mal_01_being_suspected_changes_nothing_in_the_way_of_a_call() -> None:
    """The tag is for eyes only: the way in does not know of it."""

    async def story() -> None:
        async with open_house() as house:
            house.known = KnownCaller(lists=frozenset({SUSPECT}))
            told = house.rings_up()
            await house.passes(SILENT)

            assert told.heard[:3] == ["welcome", "recording_notice", "menu"]
            assert house.only(CallQueued).queue == "general"

    at_once(story())
