"""The contract of duties and attempts, on the fake."""

import pytest

from tests.contracts.duty_store import DutyStoreContract
from tests.fakes.duties import FakeAttemptStore


class TestFakeDuties(DutyStoreContract):
    @pytest.fixture
    def store(self) -> FakeAttemptStore:
        return FakeAttemptStore()
