"""The long run in short: a few days with every fault, and laws that notice what is broken."""

from datetime import timedelta

import pytest

from acd import facts as f
from acd import waking
from acd.happenings import CallbackWanted, CallerLeft, GoAvailable, SeatWanted, SignIn
from kernel.ids import AgentNo, CallId, DutyId, LegId, QueueName, SeatId
from tests.torture.citizens import Citizens
from tests.torture.life import Point
from tests.torture.scenes import scene
from tests.torture.shrink import replay, shrunk
from tests.torture.troubles import HARSH
from tests.torture.violation import Violation
from tests.torture.world import World


@pytest.mark.parametrize("seed", range(5))
def test_a_day_in_which_nearly_everything_goes_wrong_breaks_no_invariant(seed: int) -> None:
    """I1-I5, I7-I11."""
    citizens = Citizens(seed, scene(seed, 5, look_every=5), 60, HARSH)

    day = citizens.live()

    assert day.faults.total() > 10
    assert day.fates is not None
    assert day.fates.total() == len(citizens.world.laws.asked)


def wish(name: str, world: World) -> SeatWanted:
    now = world.clock.now()
    return SeatWanted(
        call=CallId(name), queue=QueueName("general"), needs={}, priority=0, asked_at=now
    )


def staffed() -> World:
    world = World(scene(0, 2))
    world.order(SignIn(AgentNo("1001"), SeatId("S001")))
    world.order(GoAvailable(AgentNo("1001")))
    return world


def test_the_same_seed_is_the_same_day() -> None:
    days = [Citizens(3, scene(0, 5), 30, HARSH).live() for _ in range(2)]

    assert days[0].moves == days[1].moves


def test_a_wish_that_comes_after_the_hang_up_makes_no_ghost() -> None:
    """I2."""
    world = staffed()
    world.hear(CallerLeft(CallId("c1")))

    world.ask_late(wish("c1", world), world.life.epoch)

    assert world.life.desk.snapshot().waiting == ()
    assert world.exchange.legs == {}


def test_a_journal_torn_after_the_end_of_a_talk_leaves_no_seat_in_wrap_up_for_ever() -> None:
    """I4: TalkEnded was written, WrapUpStarted was not."""
    world = staffed()
    world.ask(wish("c1", world))
    leg = LegId("1-000001")
    world.exchange.answer(leg)
    for news in world.said():
        world.hear(news)
    world.die_at(Point.TORN, 1)
    world.exchange.seat_hangs_up(leg)
    for news in world.said():
        world.hear(news)

    world.rise()
    world.wait(60)

    (seat,) = world.life.desk.snapshot().seats
    assert isinstance(world.life.journal[-1], f.WrapUpEnded)
    assert seat.activity == "idle"


def test_a_journal_torn_before_a_ring_leaves_nobody_beside_a_free_seat() -> None:
    """I5: CallQueued was written, SeatRung was not."""
    world = staffed()
    world.die_at(Point.TORN, 1)
    world.ask(wish("c1", world))
    assert [fact.kind for fact in world.life.journal][-1] == "call-queued"

    world.rise()

    assert [leg.call for leg in world.exchange.legs.values()] == ["c1"]


def test_who_has_not_died_when_the_day_is_over_lives_on() -> None:
    """Otherwise whoever is rung back after it would find nobody, for ever."""
    citizens = Citizens(1, scene(0, 2), 0, HARSH)
    citizens.world.die_at(Point.TORN, 1)
    citizens.rise()

    day = citizens.live()

    assert (citizens.world.dead, citizens.world.life.death) == (False, None)
    assert day.moves[0] == ("survive", ())


def answered_in_our_sleep() -> World:
    """Frozen while the phone rings; awake long after its limit, before the answer is read."""
    world = staffed()
    world.ask(wish("c1", world))
    world.do(("freeze", ()))
    world.wait(9)
    world.exchange.answer(LegId("1-000001"))
    for news in world.said():
        world.do(("hear", (news,)))
    world.wait(8)
    world.do(("thaw", ()))
    return world


def test_who_was_answered_in_our_sleep_talks_on() -> None:
    """I11."""
    world = answered_in_our_sleep()
    world.wait(1)

    (seat,) = world.life.desk.snapshot().seats
    assert (seat.activity, seat.leg) == ("talking", "1-000001")
    assert world.exchange.legs[LegId("1-000001")].talking


def test_whom_we_rang_and_who_hung_up_in_our_sleep_is_in_nobodys_hands() -> None:
    """He answered and left unread: after it he is not in line for ever."""
    world, call = World(scene(0, 2)), CallId("out-1-1")
    asked = {"queue": QueueName("general"), "needs": {}, "priority": 0, "citizen_first": True}
    now = world.clock.now()
    world.do(("owe", (CallbackWanted(call=call, duty=DutyId("d1"), asked_at=now, **asked),)))
    world.order(SignIn(AgentNo("1001"), SeatId("S001")))
    world.order(GoAvailable(AgentNo("1001")))
    assert world.owed.turns == [call]
    world.do(("freeze", ()))
    world.do(("citizen_answers", (call,)))
    world.do(("citizen_hangs_up", (call,)))

    world.do(("thaw", ()))

    assert call not in world.exchange.calls


def test_a_desk_that_cuts_him_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "OVERSLEPT", timedelta(hours=1))

    with pytest.raises(Violation, match="I11: 1-000001 talks and is dropped"):
        answered_in_our_sleep()


@pytest.mark.parametrize(
    ("law", "wrong"),
    [
        ("I1", f.CallAbandoned),
        ("I2", f.CallQueued),
    ],
)
def test_the_laws_notice(law: str, wrong: type[f.CallAbandoned] | type[f.CallQueued]) -> None:
    world = staffed()
    world.ask(wish("c1", world))
    queued = next(fact for fact in world.life.journal if isinstance(fact, f.CallQueued))
    world.exchange.citizen_hangs_up(CallId("c1"))
    for news in world.said():
        world.hear(news)
    again = next(fact for fact in world.life.journal if isinstance(fact, wrong))

    with pytest.raises(Violation) as broken:
        world.laws.see(again if law == "I1" else queued)

    assert broken.value.law == law


def test_a_trace_is_made_shorter_as_long_as_it_breaks_the_same_law() -> None:
    place = scene(0, 2)
    wait = ("wait", (1.0,))
    told = ("said", ())
    gone_unheard = ("citizen_hangs_up", (CallId("c1"),))
    come = ("ask", (wish("c1", World(place)),))
    lie = ("check_gone", (CallId("c1"),))
    moves = [wait, told, come, wait, gone_unheard, *[wait] * 20, lie]

    found = replay(place, moves)

    assert found is not None
    assert (found[0].law, found[1]) == ("I2", len(moves) - 1)
    assert shrunk(place, moves) == [come, lie]
