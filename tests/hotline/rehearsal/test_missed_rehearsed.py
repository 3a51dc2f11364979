"""The rehearsed citizens whom nobody answered."""

from hotline.rehearsal.callback_citizens import Way, draw_missed


def test_the_same_seed_gives_the_same_citizens_told_apart_by_what_the_console_shows() -> None:
    missed = draw_missed(30, seed=5)

    assert draw_missed(30, seed=5) == missed
    assert {one.way for one in missed} == set(Way)
    assert len({one.shown for one in missed}) == 30
    assert missed[0].shown == f"199****{missed[0].number[-4:]}"


def test_who_rings_again_is_owed_nothing_and_the_others_are_rung_once() -> None:
    for one in draw_missed(30, seed=5):
        state, outcomes = one.stored
        assert len(outcomes) == (0 if one.way is Way.RINGS_AGAIN else 1)
        assert (state == "closed") == (one.way is Way.ANSWERS)
