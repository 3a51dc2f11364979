"""Which kinds of facts the floor knows, and which of them are fates."""

from acd import call_facts, callback_facts, lending_facts, order_facts, seat_facts, surge_facts
from acd import facts as f
from kernel.fact import Fact

MODULES = (call_facts, callback_facts, lending_facts, order_facts, seat_facts, surge_facts)


def test_every_fact_of_the_floor_is_read_back_from_the_journal() -> None:
    """A kind that stands in no list cannot be decoded: its floor could not be folded again."""
    written = {
        one
        for module in MODULES
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Fact) and one.__module__ == module.__name__
    }

    assert len(written) > 40
    assert set(f.FACTS) == written
    assert len(f.FACTS) == len(written)


def test_i2_whoever_asked_for_a_person_meets_one_of_eight_fates() -> None:
    assert set(f.FATES) == {
        f.SeatAnswered,
        f.CallAbandoned,
        f.CallOverflowed,
        f.CallbackPromised,
        f.CallBlocked,
        f.CallFailed,
        f.FallbackAnswered,
        f.FallbackLost,
    }


def test_e2_3_an_order_of_a_supervisor_is_no_fate() -> None:
    assert set(f.ORDER_KINDS) == {f.CallMovedByOrder, f.CallPrioritised}
    assert not set(f.ORDER_KINDS) & set(f.FATES)
