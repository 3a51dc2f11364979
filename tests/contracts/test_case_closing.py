"""The contract of the steps of a case, on the fake."""

import pytest

from cases.closing import ClosesCases
from tests.contracts.case_closing import CaseClosingContract
from tests.fakes.fake_case_closing import FakeCaseClosing
from tests.fakes.fake_case_store import FakeCaseStore


class TestFakeCaseClosing(CaseClosingContract):
    @pytest.fixture
    def store(self) -> FakeCaseStore:
        return FakeCaseStore()

    @pytest.fixture
    def closing(self, store: FakeCaseStore) -> ClosesCases:
        return FakeCaseClosing(store)
