"""A supervisor's leg in our picture (E2.2): what is told of it, when it has to go, who knows it
after our death; his voice in the recording."""

import os
import wave
from array import array
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kernel.ids import CallId, Extension, LegId
from kernel.legs import LegEnd
from telephony import ami_events as ami
from telephony.ami_asks import Headers
from telephony.facts import PictureMended
from telephony.found import Found
from telephony.known_legs import is_leg
from telephony.leg_book import LegBook
from telephony.legs import Leg, LegEnded, Purpose
from telephony.mirror import Mirror
from telephony.mirror_effects import Effect, Leftover, LegChanged
from telephony.mixed_voices import mix_in, voices_of
from telephony.resync import EndLeg, KnowLeg, compare, fact_of
from telephony.supervision_facts import (
    SupervisionEnded,
    SupervisionStarted,
    SupervisionSwitched,
)

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
CALL, SEAT, LISTENER = CallId("cc1-1.4"), LegId("7-000001"), LegId("7-s000001")


def book() -> LegBook:
    legs = LegBook()
    legs.expect(Leg(SEAT, Purpose.SEAT, CALL, joined=True, ami_name="PJSIP/8001-1"))
    legs.expect(Leg(LISTENER, Purpose.LISTEN, CALL, target=Extension("8002"), watches=SEAT))
    return legs


def says(mode: str) -> ami.UserEvent:
    headers: Headers = {"mode": mode}
    return ami.UserEvent(LISTENER, "PJSIP/8002-2", "", "", "CCListens", headers)


def take(legs: LegBook, leg: LegId, event: ami.AmiEvent) -> list[Effect]:
    known = legs.get(leg)
    assert known is not None
    return legs.take(known, event, NOW)


def test_e2_2_the_first_word_of_the_dialplan_begins_it_the_next_ones_switch_it() -> None:
    legs = book()

    told = [take(legs, LISTENER, says(mode)) for mode in ("listen", "listen", "barge")]

    more = {"at": NOW, "call": CALL, "leg": LISTENER}
    assert told == [
        [SupervisionStarted(**more, mode="listen"), LegChanged(LISTENER)],  # type: ignore[arg-type]
        [LegChanged(LISTENER)],
        [SupervisionSwitched(**more, mode="barge"), LegChanged(LISTENER)],  # type: ignore[arg-type]
    ]


def test_e2_2_a_listener_is_nobodys_seat_and_nobodys_third_party() -> None:
    legs = book()
    take(legs, LISTENER, says("barge"))

    seat = legs.seat(CALL)
    assert seat is not None
    assert seat.id == SEAT
    assert legs.consulted(CALL) is None
    assert legs.answered_in(CALL, "a bridge") == []


def test_e2_2_the_end_of_the_seats_leg_ends_whoever_hears_it() -> None:
    legs = book()

    told = take(legs, SEAT, ami.Hangup(SEAT, 16, "", ""))

    assert Leftover(LISTENER) in told
    assert LegEnded(SEAT, LegEnd.HUNG_UP) in told


@pytest.mark.parametrize(("heard", "why"), [(True, "hung_up"), (False, "no_answer")])
def test_e2_2_his_own_end_is_told_and_is_no_news_for_the_floor(heard: bool, why: str) -> None:
    legs = book()
    if heard:
        take(legs, LISTENER, says("listen"))

    told = take(legs, LISTENER, ami.Hangup(LISTENER, 16 if heard else 19, "", ""))

    assert told == [
        SupervisionEnded(at=NOW, call=CALL, leg=LISTENER, why=why), LegChanged(LISTENER),
    ]  # fmt: skip
    assert legs.seat(CALL) is not None


# ---- after our death


def found(uniqueid: str, name: str, context: str, **variables: str) -> Found:
    return Found(
        uniqueid=uniqueid, name=name, context=context, exten="s", application="", bridge="",
        number="", caller_name="", age=timedelta(seconds=9), variables=variables,
    )  # fmt: skip


def with_citizen(listener: Found) -> list[KnowLeg | EndLeg]:
    citizen = found(CALL, "PJSIP/trunk-in-1", "deliver", CC_SIP="a@b")
    mends = compare(Mirror(key_of=lambda number: None), [citizen, listener], set()).mends
    return [mend for mend in mends if isinstance(mend, KnowLeg | EndLeg)]


@pytest.mark.parametrize("context", ["listen", "spy"])
def test_e2_2_who_listens_is_known_again_with_whom_he_hears_and_how(context: str) -> None:
    more = {"CC_THIRD": "listen", "CC_CALLER": "PJSIP/trunk-in-1"}
    listener = found(LISTENER, "PJSIP/8002-2", context, CC_SPIED=SEAT, CC_MODE="whisper", **more)
    mirror = Mirror(key_of=lambda number: None)
    (mend,) = with_citizen(listener)

    assert mend.effects(mirror, NOW) == []
    assert list(mend.actions()) == []
    leg = mirror.legs.get(LISTENER)
    assert leg is not None
    assert (leg.purpose, leg.caller, leg.watches) == (Purpose.LISTEN, CALL, SEAT)
    assert (leg.mode, leg.joined, leg.aside) == ("whisper", True, False)
    assert fact_of(mend, NOW) == PictureMended(at=NOW, call=CALL, leg=LISTENER, how="know_leg")


@pytest.mark.parametrize(
    ("context", "caller"), [("from-agent", "PJSIP/trunk-in-1"), ("listen", "PJSIP/trunk-in-9")]
)
def test_e2_2_who_is_still_rung_or_whose_citizen_has_gone_is_hung_up(
    context: str, caller: str
) -> None:
    listener = found(LISTENER, "PJSIP/8002-2", context, CC_THIRD="listen", CC_CALLER=caller)

    (mend,) = with_citizen(listener)

    assert isinstance(mend, EndLeg)


def test_e2_2_a_phone_that_dials_by_itself_is_no_leg_of_ours() -> None:
    assert [is_leg(name) for name in ("7-s000001", "7-c000001", "7-000001", "cc1-1.4", "7-x1")] == [
        True, True, True, False, False,
    ]  # fmt: skip


# ---- his voice in the recording


def sound(file: Path, samples: list[int], closed_at: float) -> Path:
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(array("h", samples).tobytes())
    os.utime(file, (closed_at, closed_at))
    return file


def samples_of(file: Path) -> list[int]:
    with wave.open(str(file)) as read:
        return list(array("h", read.readframes(read.getnframes())))


def test_e2_2_a_voice_is_mixed_into_the_part_at_the_moment_at_which_it_spoke(
    tmp_path: Path,
) -> None:
    """The part ran for four seconds, he spoke in the third of them."""
    part = sound(tmp_path / "c~1.wav", [100] * 32_000, 1004.0)
    voice = sound(tmp_path / "c~b7-s000001-1.wav", [50] * 8_000, 1003.0)

    mix_in([part], [voice])

    mixed = samples_of(part)
    assert mixed == [100] * 16_000 + [150] * 8_000 + [100] * 8_000
    assert part.stat().st_mtime == 1004.0
    assert voices_of(tmp_path / "c.wav") == [voice]


def test_e2_2_a_voice_beyond_a_part_is_cut_and_nothing_overflows(tmp_path: Path) -> None:
    first = sound(tmp_path / "c~1.wav", [32_000] * 8_000, 1001.0)
    second = sound(tmp_path / "c~2.wav", [-32_000] * 8_000, 1002.0)
    loud = sound(tmp_path / "c~b7-s000001-1.wav", [32_000] * 8_000, 1001.5)
    before = sound(tmp_path / "c~b7-s000001-2.wav", [9] * 80, 900.0)
    silent = sound(tmp_path / "c~b7-s000001-3.wav", [], 1001.0)

    mix_in([first, second], [loud, before, silent])

    assert samples_of(first) == [32_000] * 4_000 + [32_767] * 4_000
    assert samples_of(second) == [0] * 4_000 + [-32_000] * 4_000
