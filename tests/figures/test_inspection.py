"""Quality inspection (质检): steps, totals, draws, calibration, silence (AI-04)."""

import math
import struct
import wave
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from figures.inspection import (
    STEPS,
    Cue,
    Inspection,
    State,
    Why,
    Word,
    appealed,
    calibrate,
    decided,
    scored,
    step,
    total,
)
from figures.inspection_blind import is_hidden, unveiled_pairs, veiled
from figures.inspection_errors import BadScores, NotYourInspection, WrongInspectionStep
from figures.inspection_rules import InspectionRules, load_inspection
from figures.inspection_sampling import Talk, by_rule, draw
from figures.inspection_sound import longest_silence
from figures.mono_sound import UnheardRecording
from kernel.errors import BadSettings
from kernel.ids import AgentNo, CallId, LegId

FILE = Path(__file__).parents[2] / "config" / "inspection.yaml"
RULES: InspectionRules = load_inspection(FILE)
CARD = RULES.scorecard
FULL = {item.id: item.points for item in CARD.items}
AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 11, 20)


def inspection(inspector: str = "a") -> Inspection:
    return Inspection(
        id=f"i-{inspector}", call=CallId("c1"), agent=AgentNo("1001"), inspector=inspector,
        why=Why.RANDOM, calibrates=False, opened_at=AT,
    )  # fmt: skip


def word(by: str = "a") -> Word:
    return Word(by=by, at=AT, text="")


def talk(n: int, agent: str = "1001", talked_s: float = 120, **more: object) -> Talk:
    one = Talk(
        leg=LegId(f"7-{n:06}"), call=CallId(f"c{n}"), agent=AgentNo(agent), ended_at=AT,
        talked=timedelta(seconds=talked_s),
    )  # fmt: skip
    return replace(one, **more)


@pytest.mark.parametrize(("state", "cue"), list(product(State, Cue)))
def test_each_step_stands_in_the_table_or_is_refused(state: State, cue: Cue) -> None:
    if (state, cue) in STEPS:
        assert step(state, cue) is STEPS[state, cue]
        return
    with pytest.raises(WrongInspectionStep):
        step(state, cue)


def test_a_fatal_item_without_points_makes_the_whole_nothing() -> None:
    fatal = next(item.id for item in CARD.items if item.fatal)
    plain = next(item for item in CARD.items if not item.fatal)

    assert total(CARD, FULL) == 100
    assert total(CARD, FULL | {plain.id: 0}) == 100 - plain.points
    assert total(CARD, FULL | {fatal: 0}) == 0


@pytest.mark.parametrize("bad", [{}, FULL | {"other": 1}, FULL | {"manner": 21}, {"manner": -1}])
def test_scores_fit_the_scorecard(bad: dict[str, int]) -> None:
    with pytest.raises(BadScores):
        total(CARD, bad)


def test_only_its_inspector_scores_an_inspection() -> None:
    with pytest.raises(NotYourInspection):
        scored(inspection("a"), CARD, FULL, word("b"))


def test_an_appeal_that_is_refused_leaves_the_scores() -> None:
    one = scored(inspection(), CARD, FULL | {"manner": 5}, word())
    within = timedelta(days=1)
    appeal = appealed(one, word("agent"), AgentNo("1001"), within)

    after = decided(appeal, CARD, None, word("b"), AgentNo("1004"))

    assert (after.state, after.total, after.scores) == (State.UPHELD, 85, one.scores)


def test_a_draw_is_the_same_whenever_it_is_asked_for() -> None:
    talks = [talk(n) for n in range(500)] + [talk(n, "1002") for n in range(500, 510)]

    first = draw(talks, DAY, RULES.sampling)
    again = draw(reversed(talks), DAY, RULES.sampling)
    tomorrow = draw(talks, date(2026, 11, 21), RULES.sampling)

    assert first == again
    assert {one.talk.leg for one in first} != {one.talk.leg for one in tomorrow}
    by_agent = [one.talk.agent for one in first]
    share = math.ceil(500 * RULES.sampling.share)
    assert (by_agent.count(AgentNo("1001")), by_agent.count(AgentNo("1002"))) == (share, 2)


def test_rules_draw_what_is_unusual() -> None:
    rules = RULES.sampling

    assert by_rule(talk(1), rules) == ()
    assert by_rule(talk(1, talked_s=2), rules) == (Why.TOO_SHORT,)
    assert by_rule(talk(1, talked_s=1201), rules) == (Why.TOO_LONG,)
    assert by_rule(talk(1, rated=2), rules) == (Why.LOW_RATING,)
    assert by_rule(talk(1, rated=3, silence=timedelta(seconds=29.9)), rules) == ()
    assert by_rule(talk(1, silence=timedelta(seconds=30)), rules) == (Why.LONG_SILENCE,)


def test_calibration_tells_how_far_two_inspectors_are_apart() -> None:
    first = scored(inspection("a"), CARD, FULL, word("a"))
    second = scored(
        replace(inspection("b"), calibrates=True), CARD, FULL | {"manner": 14}, word("b")
    )
    elsewhere = replace(second, id="x", call=CallId("c2"))

    found = calibrate([second, elsewhere, first, inspection("c")])

    (pair,) = found.pairs
    assert (pair.first, pair.second, pair.of_total) == ("a", "b", -6)
    assert (found.apart["manner"], found.apart["greeting"]) == (6.0, 0.0)


def test_a_talk_without_the_greeting_key_in_time_is_drawn_where_the_site_has_one() -> None:
    rules, key = RULES.sampling, RULES.sampling.model_copy(update={"greeting_within_s": 8.0})
    late, in_time = timedelta(seconds=8.1), timedelta(seconds=8)

    assert by_rule(talk(1), key) == (Why.NO_GREETING,)
    assert by_rule(talk(1, greeted=late), key) == (Why.NO_GREETING,)
    assert by_rule(talk(1, greeted=in_time), key) == ()
    assert by_rule(talk(1), rules) == (), "as shipped there is no key"


def test_only_pairs_whose_second_could_not_see_the_first_count_as_calibration() -> None:
    late = replace(inspection("b"), calibrates=True, opened_at=AT + timedelta(seconds=1))
    second = scored(late, CARD, FULL | {"manner": 14}, replace(word("b"), at=late.opened_at))

    found = calibrate([scored(inspection("a"), CARD, FULL, word("a")), second])

    (pair,) = found.pairs
    assert (pair.blind, found.apart) == (False, {})


def test_who_has_taken_a_talk_sees_others_words_only_once_he_has_given_his_own() -> None:
    first, mine = scored(inspection("a"), CARD, FULL, word("a")), inspection("b")
    elsewhere = replace(first, id="x", call=CallId("c2"))
    unscored = {(mine.call, mine.agent)}

    hidden, own, other = veiled([first, mine, elsewhere], "b", unscored)

    assert (hidden.total, hidden.scores, hidden.scored) == (None, None, None)
    assert (is_hidden(hidden), is_hidden(own), is_hidden(other)) == (True, False, False)
    assert other == elsewhere
    assert veiled([first], "a", unscored) == [first], "his own word is never hidden from himself"
    assert veiled([first], "b", set()) == [first]


def test_a_pair_is_not_shown_to_whom_it_would_tell_what_others_said() -> None:
    both = [scored(inspection(by), CARD, FULL, word(by)) for by in "ab"]
    found = calibrate(both)

    veil = unveiled_pairs(found, {(CallId("c1"), AgentNo("1001"))})

    assert (len(found.pairs), veil.pairs, veil.apart) == (1, (), {})


def sound(
    path: Path, *parts: tuple[float, int], rate: int = 8000, tracks: int = 1, width: int = 2
) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(tracks)
        file.setsampwidth(width)
        file.setframerate(rate)
        for seconds, loud in parts:
            pair = struct.pack("<2h", loud, -loud)
            file.writeframes(pair * round(seconds * rate * tracks * width / 4))
    return path


def test_the_longest_silence_is_read_from_the_sound(tmp_path: Path) -> None:
    """Over the minute's border too; a tone below the threshold is silence."""
    parts = [(5, 9000), (8, 20), (42, 9000), (12, 300), (3, 0), (30, 9000), (10, 0)]

    found = longest_silence(sound(tmp_path / "one.wav", *parts), silent_below=330)

    assert found == 15.0


def test_what_is_no_mono_recording_is_not_guessed_at(tmp_path: Path) -> None:
    torn = tmp_path / "torn.wav"
    torn.write_bytes(b"RIFF")
    two = sound(tmp_path / "two.wav", (1, 0), tracks=2)
    narrow = sound(tmp_path / "narrow.wav", (1, 0), width=1)
    no_rate = sound(tmp_path / "no-rate.wav", (1, 0), rate=1)

    for path in (torn, two, narrow, no_rate, tmp_path / "nothing.wav"):
        with pytest.raises(UnheardRecording):
            longest_silence(path, silent_below=330)
    assert longest_silence(sound(tmp_path / "empty.wav"), silent_below=330) == 0.0


@pytest.mark.parametrize("lost", [1, 3, 1601])
def test_a_recording_cut_in_the_middle_of_a_sample_is_listened_to_until_there(
    tmp_path: Path, lost: int
) -> None:
    path = sound(tmp_path / "cut.wav", (1, 9000), (2, 0))
    path.write_bytes(path.read_bytes()[:-lost])

    assert longest_silence(path, silent_below=330) == (1.9 if lost < 1600 else 1.8)


def test_a_scorecard_that_does_not_sum_up_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "inspection.yaml"
    text = FILE.read_text(encoding="utf-8")
    file.write_text(text.replace("points: 20}", "points: 21}", 1), encoding="utf-8")

    with pytest.raises(BadSettings):
        load_inspection(file)
