"""The day of the rare skill: nobody is lost in it, and equal seeds are equal days."""

from bench.rare import BAR, OTHERS, Case, live, rules
from bench.rare_day import Outcome

MUST = next(case for case in OTHERS if case.queue == "korean")


def test_everybody_who_asked_is_served_or_gave_up() -> None:
    day = live(BAR, seed=1, hours=1.0)

    for rare in (False, True):
        assert day.asked[rare] == day.served[rare] + day.abandoned[rare]
    assert day.asked[False] > 1000
    assert day.asked[True] > 5


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    first, again, other = (live(BAR, seed=seed, hours=0.2) for seed in (3, 3, 4))

    assert first == again
    assert first != other


def test_who_needs_a_must_is_served_by_nobody_without_it() -> None:
    """SPC-03: its queue never relaxes."""
    day = live(MUST, seed=1, hours=1.0)

    assert day.to_able == day.served[True] > 0


def test_all_rules_are_those_of_the_site_but_for_what_the_row_says() -> None:
    shipped, changed = rules(BAR), rules(Case("", "dialect", "", other={"head_start_s": 9}))

    assert changed.queues["dialect"].head_start_s == 9
    assert changed.queues["korean"] == shipped.queues["korean"]
    assert not shipped.spare_specialists.enabled


def test_figures_of_days_add_up() -> None:
    one, two = live(BAR, seed=1, hours=0.2), live(BAR, seed=2, hours=0.2)
    both = Outcome()
    both.add(one)
    both.add(two)

    assert both.asked[False] == one.asked[False] + two.asked[False]
    assert both.busy.total() == one.busy.total() + two.busy.total()
    assert 0 <= both.gini < 1
