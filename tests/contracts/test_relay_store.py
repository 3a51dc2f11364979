"""The contract of calls about cases and of progress, on the fakes."""

from collections.abc import Sequence

import pytest

from kernel.fact import Fact
from tests.contracts.relay_store import RelayContract, Relays
from tests.fakes.fake_case_closing import FakeCaseClosing
from tests.fakes.fake_case_store import FakeCaseStore
from tests.fakes.fake_progress import FakeProgress
from tests.fakes.fake_relays import FakeRelays


class TestFakeRelays(RelayContract):
    @pytest.fixture
    def relays(self) -> Relays:
        store = FakeCaseStore()
        closing = FakeCaseClosing(store)
        keeps, progress = FakeRelays(closing=closing), FakeProgress(closing=closing)

        async def tell(facts: Sequence[Fact]) -> None:
            keeps.see(facts)
            progress.see(facts)

        return Relays(keeps, progress, tell, store, closing)
