"""The short form of the crash test: 20 callbacks, 4 times kill -9 (the long form: 300 and 50)."""

import pytest

from tests.integration.callback_crash import rehearse

pytestmark = pytest.mark.rehearsal


async def test_no_death_dials_twice_or_forgets_anybody() -> None:
    told = await rehearse(20, 4, seats=5)

    assert told.differences == []
    assert told.kills == 4
    assert sum(told.states.values()) == 20
    assert told.rings >= 20
