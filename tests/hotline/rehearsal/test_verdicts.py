from datetime import timedelta

from hotline.rehearsal.ears import AFTER_SILENCE, SWITCH
from hotline.rehearsal.evidence import read_short_log
from hotline.rehearsal.verdicts import Fate, judge, menu_lengths, rings_by_call, stray_rings
from tests.hotline.rehearsal.scene import T0, citizen, planned, ring, s, sound

MENUS = {"": s(10), "1": s(0.5)}


def test_hold_music_after_the_menu_s_silence_says_when_a_silent_caller_asked() -> None:
    heard = sound((0.1, 0), (9, 0.3), (16.4, 3.1), (30, 2))
    verdict = judge(citizen("a", answered=0, left=40, heard=heard), [], MENUS)

    assert verdict.asked_at == T0 + s(16.4) - AFTER_SILENCE
    assert verdict.waited == s(23.6) + AFTER_SILENCE
    assert verdict.fates == {Fate.LEFT_LINE}


def test_a_pause_at_the_very_beginning_is_not_the_menu_s_end() -> None:
    """The first prompt may come late on a busy machine; the prompts last 5 s at least."""
    heard = sound((0.1, 0), (2.1, 1.9))

    assert citizen("a", answered=0, heard=heard).in_line_at is None


def test_one_who_pressed_a_key_asked_at_the_first_sound_after_it() -> None:
    heard = sound((0.1, 0), (2, 0.2), (3.5, 0.4), (20, 0.5))
    verdict = judge(citizen("a", answered=0, pressed=3, left=9, key="1", heard=heard), [], MENUS)

    assert verdict.asked_at == T0 + s(3.5) - SWITCH


def test_a_pause_in_the_music_itself_does_not_say_when_one_asked() -> None:
    """His first pause was too short to be heard: he is reckoned with the others of his way."""
    heard = sound((0.1, 0), (4.4, 0.12))
    verdict = judge(citizen("a", answered=0, pressed=3, left=9, key="1", heard=heard), [], MENUS)

    assert verdict.asked_at == T0 + s(3.5)


def test_the_length_of_a_way_is_the_median_of_those_who_heard_music() -> None:
    lengths = (16, 16.2, 17)
    silent = [citizen("a", answered=0, heard=sound((0.1, 0), (n, 3))) for n in lengths]
    presser = citizen("b", answered=0, pressed=2, key="1", heard=sound((0.1, 0), (2.5, 0.3)))
    left = citizen("c", answered=0, left=5, heard=sound((0.1, 0)))

    assert menu_lengths([*silent, presser, left]) == {
        "": s(16.2) - AFTER_SILENCE,
        "1": s(0.5) - SWITCH,
    }


def test_an_answered_call_waited_from_the_menu_s_end_to_the_seat_s_answer() -> None:
    verdict = judge(
        citizen("a", answered=0, left=40), [ring("S1", rang=12, answered=14, ended=40)], MENUS
    )

    assert (verdict.fates, verdict.waited) == ({Fate.ANSWERED}, s(4))


def test_who_hangs_up_is_judged_by_whether_the_menu_was_over() -> None:
    in_menu = judge(citizen("a", answered=0, left=9), [], MENUS)
    in_line = judge(citizen("a", answered=0, left=12), [], MENUS)

    assert (in_menu.fates, in_menu.waited) == ({Fate.LEFT_MENU}, None)
    assert (in_line.fates, in_line.waited) == ({Fate.LEFT_LINE}, s(2))


def test_a_photo_finish_leaves_both_fates_open() -> None:
    at_menu_end = judge(citizen("a", answered=0, left=10.1), [], MENUS)
    at_answer = judge(
        citizen("a", answered=0, left=14.1), [ring("S1", rang=12, answered=14)], MENUS
    )

    assert at_menu_end.fates == {Fate.LEFT_MENU, Fate.LEFT_LINE}
    assert at_answer.fates == {Fate.ANSWERED, Fate.LEFT_LINE}


def test_whom_we_send_off_without_a_seat_is_not_one_who_left() -> None:
    assert judge(citizen("a", answered=0, sent_off=20), [], MENUS).fates == {Fate.SENT_OFF}


def test_a_call_that_never_got_through_was_refused() -> None:
    assert judge(citizen("a", refused=503), [], MENUS).fates == {Fate.REFUSED}


def test_a_ring_belongs_to_the_call_of_the_number_it_shows_that_was_alive() -> None:
    first = citizen("a", answered=0, left=5)
    second = citizen("b", answered=10, left=30)
    leg = ring("S1", rang=12)

    assert rings_by_call([first, second], [leg], {}) == {"b": [leg]}


def test_a_number_nobody_rang_from_is_a_stray_ring() -> None:
    leg = ring("S1", rang=3, shown="19904319999")
    given = rings_by_call([citizen("a", answered=0)], [leg], {})

    assert stray_rings([leg], given) == [leg]


def test_two_withheld_callers_are_told_apart_by_seat_and_moment_of_the_claim() -> None:
    one = citizen("a", answered=0, left=50, number="")
    two = citizen("b", answered=0, left=50, number="")
    leg = ring("S2", rang=12, answered=14, shown="anonymous")
    claims = {"a": ("S2", T0 + s(40)), "b": ("S2", T0 + s(14.01))}

    assert rings_by_call([one, two], [leg], claims) == {"b": [leg]}


def test_sipp_s_log_is_read_call_by_call_and_repetitions_change_nothing() -> None:
    plan = planned("1", "19904310001")
    stamp = T0.timestamp()
    rows = [
        ("S", "x-1", "1 INVITE", "INVITE sip:12345@h SIP/2.0", 0),
        ("R", "x-1", "1 INVITE", "SIP/2.0 100 Trying", 0.1),
        ("R", "x-1", "1 INVITE", "SIP/2.0 200 OK", 0.2),
        ("R", "x-1", "1 INVITE", "SIP/2.0 200 OK", 0.7),
        ("S", "x-1", "2 INFO", "INFO sip:h SIP/2.0", 1),
        ("R", "other", "3 BYE", "BYE sip:h SIP/2.0", 2),
        ("R", "x-1", "102 BYE", "BYE sip:h SIP/2.0", 9),
    ]
    text = "\n".join(
        f"d\tt\t{stamp + at:.6f}\t{way}\t{call}\tCSeq:{cseq}\t{line}"
        for way, call, cseq, line, at in rows
    )

    (saw,) = read_short_log(text, {"x-1": plan}, {"x-1": sound((0.3, 0))})

    assert saw.answered_at is not None
    assert saw.answered_at - T0 == timedelta(seconds=0.2)
    assert saw.pressed_at == T0 + s(1)
    assert (saw.left_at, saw.sent_off_at) == (None, T0 + s(9))
    assert saw.heard == sound((0.3, 0))
    assert not saw.hung_up_first


def test_a_ring_for_a_call_that_we_owe_is_no_stray_one() -> None:
    """Its display shows our own number: the citizen is rung once the agent is there."""
    leg = ring("S1", rang=5, answered=6, ended=12, shown="12345")
    given = rings_by_call([citizen("a", answered=1, left=20)], [leg], {})

    assert given == {}
    assert stray_rings([leg], given) == []
