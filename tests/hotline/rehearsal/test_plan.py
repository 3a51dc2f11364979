from collections import Counter

from hotline.rehearsal.citizens import Trunk, crowds, plan_file, scenario
from hotline.rehearsal.plan import Behaviour, Scale, Share, draw_plan
from kernel.phone import NumberKind, PhoneNumber

SCALE = Scale(calls=400, rate=5.0, talk=20.0, patience=60.0, menu=15.0)


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert draw_plan(SCALE, 7) == draw_plan(SCALE, 7)
    assert draw_plan(SCALE, 7) != draw_plan(SCALE, 8)


def test_exactly_so_many_calls_are_planned_in_the_order_of_their_start() -> None:
    plan = draw_plan(SCALE, 7)

    assert [call.n for call in plan] == list(range(400))
    assert [call.starts for call in plan] == sorted(call.starts for call in plan)


def test_the_first_calls_try_every_way_into_the_line() -> None:
    """Nobody of them leaves early, so that each way has one who hears its music."""
    first = sorted(draw_plan(SCALE, 7)[:4], key=lambda call: call.key)

    assert [call.key for call in first] == ["", "0", "1", "2"]
    assert {call.behaviour for call in first} == {Behaviour.WAITS, Behaviour.PRESSES}


def test_every_number_is_a_chinese_number_and_some_are_withheld() -> None:
    numbers = [PhoneNumber.parse(call.number) for call in draw_plan(SCALE, 7)]

    kinds = {number.kind for number in numbers}
    assert kinds == {NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.WITHHELD}


def test_who_rings_again_does_so_after_his_first_call_has_ended() -> None:
    plan = draw_plan(SCALE, 7, [Share(Behaviour.RINGS_AGAIN, 1)])
    twice = [
        number
        for number, times in Counter(c.number for c in plan if c.number).items()
        if times == 2
    ]

    assert len(twice) > 150
    for number in twice:
        first, second = (call for call in plan if call.number == number)
        assert second.starts > first.ends_by


def test_who_leaves_the_menu_presses_nothing_and_goes_before_its_end() -> None:
    leaving = [c for c in draw_plan(SCALE, 7) if c.behaviour is Behaviour.LEAVES_MENU]

    assert leaving
    assert all(c.key == "" and c.stays < 0.75 * SCALE.menu * 1000 for c in leaving)


def test_the_crowds_share_the_plan_and_name_each_call_once() -> None:
    plan = draw_plan(SCALE, 7)
    parts = crowds("r1", plan)
    named = {call_id: call for part in parts for call_id, call in part.call_ids.items()}

    assert sorted(call.n for call in named.values()) == list(range(400))
    assert all(bool(call.key) == ("-presses-" in call_id) for call_id, call in named.items())


def test_a_withheld_number_stands_nowhere_in_the_plan_file() -> None:
    part = crowds("r1", [c for c in draw_plan(SCALE, 7) if c.is_withheld])[0]
    ports = {call_id: 40_000 + n for n, call_id in enumerate(part.call_ids)}

    lines = plan_file(part, "127.0.0.2", ports).splitlines()[1:]

    assert lines
    assert all(line.startswith('anonymous@anonymous.invalid;"Anonymous";') for line in lines)
    assert [int(line.split(";")[6]) for line in lines] == list(ports.values())


def test_only_the_crowd_with_keys_sends_them() -> None:
    trunk = Trunk("127.0.0.2", ("127.0.0.1", 5060))
    texts = {part.presses: scenario(part, trunk) for part in crowds("r1", draw_plan(SCALE, 7))}

    assert "dtmf-relay" in texts[True]
    assert "dtmf-relay" not in texts[False]
    assert all("INVITE sip:12345@[remote_ip]" in text for text in texts.values())
