"""AMI streams recorded on a real Asterisk 22, replayed through parser, call table and legs."""

from pathlib import Path

import pytest

from hotline.commands.replay import Replayed, replay
from kernel.errors import BadInput
from kernel.legs import LegEnd
from telephony import facts
from telephony.legs import LegAnswered, LegEnded, LegRinging
from telephony.mirror_effects import CommandDone, Gone, InHand, KeyPressed

CAPTURES = Path(__file__).parents[1] / "captures"
ARRIVED, GONE = "call-arrived", "call-hung-up"
RINGS, TALKS = "LegRinging", "LegAnswered"

# capture: facts in order, news of legs in order
SAID = {
    "abandoned_ivr": ([ARRIVED, GONE], []),
    "abandoned_queue": ([ARRIVED, GONE], []),
    "abandoned_while_agent_rings": ([ARRIVED, GONE], [RINGS, LegEnd.DROPPED]),
    "agent_busy_reject": (
        [ARRIVED, GONE] * 4,
        [LegEnd.BUSY, LegEnd.REJECTED, LegEnd.UNREACHABLE, LegEnd.UNREACHABLE],
    ),
    "agent_no_answer": ([ARRIVED, GONE], [RINGS, LegEnd.NO_ANSWER]),
    "agent_offline": ([ARRIVED, GONE], [LegEnd.UNREACHABLE]),
    "answered_call": ([ARRIVED, GONE], [RINGS, TALKS, LegEnd.HUNG_UP]),
    "answered_call_caller_hangs_up": ([ARRIVED, GONE], [RINGS, TALKS, LegEnd.HUNG_UP]),
    "attended_transfer_console": (
        [ARRIVED, "call-fell-back", GONE],  # the mistake left in: CC_STATE was not set
        [RINGS, TALKS, LegEnd.HUNG_UP],
    ),
    "attended_transfer_phone_refer": (
        [ARRIVED, "call-held", "call-resumed", "call-transferred", GONE],
        [RINGS, TALKS, LegEnd.HUNG_UP],
    ),
    "blind_transfer_110_blindtransfer": ([ARRIVED, GONE], [RINGS, TALKS, LegEnd.HUNG_UP]),
    "blind_transfer_110_redirect": ([ARRIVED, GONE], [RINGS, TALKS, LegEnd.HUNG_UP]),
    "callback": ([], []),
    "conference_110": (
        [ARRIVED, "conference-joined", "conference-joined", "conference-left", GONE],
        [RINGS, TALKS, LegEnd.HUNG_UP],
    ),
    "deliver_to_gone_caller": ([ARRIVED, GONE], [RINGS, LegEnd.NOT_JOINED]),
    "dtmf": ([ARRIVED, GONE], []),
    "hold_console": ([ARRIVED, GONE], [RINGS, TALKS, LegEnd.HUNG_UP]),
    "hold_phone": (
        [ARRIVED, "call-held", "call-resumed", GONE],
        [RINGS, TALKS, LegEnd.HUNG_UP],
    ),
    "kill9_backend": (
        [ARRIVED] * 5 + ["call-fell-back"] * 4 + ["call-returned"] * 4,
        [RINGS, TALKS, LegEnd.NO_ANSWER],
    ),
    "late_second_agent": ([ARRIVED, GONE], [TALKS, LegEnd.NOT_JOINED, LegEnd.HUNG_UP]),
    "left_while_answered": ([ARRIVED, GONE], []),  # 35 ms after the 200: Answer() had not ended
    "recording": ([ARRIVED, GONE], [RINGS, TALKS, LegEnd.HUNG_UP]),
    "recording_dialplan": (
        [ARRIVED, facts.RecordingStarted.kind, GONE],
        [RINGS, TALKS, LegEnd.HUNG_UP],
    ),
    "refused_no_room": ([ARRIVED, GONE], []),
    "spy_whisper_barge": ([ARRIVED], [TALKS, LegEnd.HUNG_UP]),
    "two_agents_one_caller": (
        [ARRIVED, GONE],
        [RINGS, RINGS, LegEnd.NOT_JOINED, TALKS, LegEnd.HUNG_UP],
    ),
}


def replayed(name: str) -> Replayed:
    return replay((CAPTURES / f"{name}.ami").read_text(encoding="utf-8"))


def legs_of(result: Replayed) -> list[object]:
    return [n.why if isinstance(n, LegEnded) else type(n).__name__ for n in result.news]


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_recorded_situation_gives_its_facts_and_leg_news(name: str) -> None:
    result = replayed(name)

    assert ([fact.kind for fact in result.facts], legs_of(result)) == SAID[name]
    assert not result.counters


def test_every_capture_is_replayed() -> None:
    assert {file.stem for file in CAPTURES.glob("*.ami")} == set(SAID)


def test_the_seat_has_answered_only_with_the_second_bridge_enter() -> None:
    """OriginateResponse says Success also where nobody was joined."""
    gone = replayed("deliver_to_gone_caller").news

    assert not [news for news in gone if isinstance(news, LegAnswered)]


def test_after_the_talk_the_call_is_in_our_hands_again_for_the_rating() -> None:
    hands = [e.where for e in replayed("answered_call").effects if isinstance(e, InHand)]

    assert hands == ["hotline", "aftercall"]


def test_a_caller_who_leaves_the_menu_hung_up_himself_although_the_cause_is_unknown() -> None:
    (gone,) = [f for f in replayed("abandoned_ivr").facts if isinstance(f, facts.CallHungUp)]

    assert (gone.by, gone.cause) == (facts.HungUpBy.CITIZEN, 0)


@pytest.mark.parametrize("name", ["left_while_answered", "refused_no_room"])
def test_whom_agi_never_had_is_known_by_the_sip_call_id_that_the_dialplan_tells(name: str) -> None:
    """I1: SIP has heard an answer of this call; whoever asks us for it must find it."""
    (arrived,) = [f for f in replayed(name).facts if isinstance(f, facts.CallArrived)]

    assert arrived.sip_call_id.endswith("-1@127.0.0.2")
    assert arrived.dialled == "12345"


def test_keys_come_in_order_and_commands_are_answered_once() -> None:
    effects = replayed("dtmf").effects
    keys = "".join(e.key for e in effects if isinstance(e, KeyPressed))
    commands = [e.command_id for e in effects if isinstance(e, CommandDone)]

    assert keys.startswith("2138001380")
    assert len(commands) == len(set(commands))


def test_keys_that_a_supervisor_sends_to_a_spying_leg_are_nobodys() -> None:
    assert not [e for e in replayed("spy_whisper_barge").effects if isinstance(e, KeyPressed)]


def test_nothing_of_a_call_comes_after_its_end() -> None:
    for name in SAID:
        effects = replayed(name).effects
        for at, effect in enumerate(effects):
            if isinstance(effect, Gone):
                later = [e for e in effects[at + 1 :] if getattr(e, "call", None) == effect.call]
                assert not later, name


def test_each_leg_rings_before_it_talks_and_ends_once() -> None:
    for name in SAID:
        news = replayed(name).news
        ends = [one.leg for one in news if isinstance(one, LegEnded)]
        assert len(ends) == len(set(ends)), name
        rings = [one.leg for one in news if isinstance(one, LegRinging)]
        assert len(rings) == len(set(rings)), name


def test_a_file_that_is_no_capture_is_refused() -> None:
    with pytest.raises(BadInput, match="does not begin a captured message"):
        replay("hello\n\nworld\n")
