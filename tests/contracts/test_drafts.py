"""The contract of drafts, on the fake."""

import pytest

from intake.drafts import KeepsDrafts
from tests.contracts.drafts import DraftsContract
from tests.fakes.fake_drafts import FakeDrafts


class TestFakeDrafts(DraftsContract):
    @pytest.fixture
    def drafts(self) -> KeepsDrafts:
        return FakeDrafts()
