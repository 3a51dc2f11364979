"""The contract of the case store, on the fake."""

import pytest

from cases.store import CaseStore
from tests.contracts.case_store import CaseStoreContract
from tests.fakes.fake_case_store import FakeCaseStore


class TestFakeCaseStore(CaseStoreContract):
    @pytest.fixture
    def store(self) -> CaseStore:
        return FakeCaseStore()
