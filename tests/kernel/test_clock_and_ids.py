import uuid

from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import SystemClock
from kernel.ids import Epoch, epoch_of, leg_id, uuid7


def test_the_clock_is_aware_and_never_goes_back() -> None:
    clock = SystemClock()

    seen = [clock.now() for _ in range(100)]

    assert seen == sorted(seen)
    assert all(moment.utcoffset() is not None for moment in seen)
    assert abs(clock.drift().total_seconds()) < 60


def test_uuid7_is_a_version_7_uuid_and_orders_by_time() -> None:
    made = [uuid.UUID(uuid7()) for _ in range(50)]

    assert {one.version for one in made} == {7}
    assert len(set(made)) == 50
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=1, max_value=10**9))
def test_a_leg_knows_the_epoch_that_made_it(epoch: int, n: int) -> None:
    assert epoch_of(leg_id(Epoch(epoch), n)) == epoch
