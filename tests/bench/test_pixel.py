"""bench pixel: which frame shows which fact, seat by seat."""

from bench.pixel import Seen, matched


def test_each_fact_is_timed_until_its_frame() -> None:
    facts = {"S1": [(0.0, "ringing"), (2_000.0, "talking")], "S2": [(500.0, "ringing")]}
    frames = {"S1": [(120.0, "ringing"), (2_250.0, "talking")], "S2": [(530.0, "ringing")]}

    assert matched(facts, frames) == Seen([120.0, 250.0, 30.0], overtaken=0, never=0)


def test_a_fact_that_a_later_one_overtook_before_the_frame_is_counted_and_not_timed() -> None:
    facts = {"S1": [(0.0, "ringing"), (90.0, "talking"), (5_000.0, "wrap_up")]}
    frames = {"S1": [(200.0, "talking"), (5_100.0, "wrap_up")]}

    assert matched(facts, frames) == Seen([110.0, 100.0], overtaken=1, never=0)


def test_a_frame_of_an_older_fact_shows_no_younger_one() -> None:
    """A frame on its way while the next call already rings."""
    facts = {"S1": [(0.0, "idle"), (10.0, "ringing")]}
    frames = {"S1": [(40.0, "idle"), (290.0, "ringing")]}

    assert matched(facts, frames).ms == [40.0, 280.0]


def test_a_fact_that_no_frame_shows_is_never_shown() -> None:
    facts = {"S1": [(0.0, "ringing"), (1_000.0, "idle")], "S2": [(0.0, "ringing")]}

    found = matched(facts, {"S1": [(100.0, "ringing")]})

    assert (found.ms, found.never) == ([100.0], 2)


def test_a_frame_from_before_a_fact_does_not_show_it() -> None:
    """The page says ringing of a call of before the bench began."""
    assert matched({"S1": [(500.0, "ringing")]}, {"S1": [(400.0, "ringing")]}).never == 1
