"""The contract of number lists, on the fake."""

import pytest

from intake.number_lists import KeepsNumberLists
from tests.contracts.number_lists import NumberListsContract
from tests.fakes.fake_number_lists import FakeNumberLists


class TestFakeNumberLists(NumberListsContract):
    @pytest.fixture
    def lists(self) -> KeepsNumberLists:
        return FakeNumberLists()
