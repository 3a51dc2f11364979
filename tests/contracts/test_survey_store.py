"""The contract of the survey records, on the fake."""

import pytest

from callbacks.survey_records import KeepsSurveys
from tests.contracts.survey_store import SurveyStoreContract
from tests.fakes.fake_surveys import FakeSurveyStore


class TestFakeSurveyStore(SurveyStoreContract):
    @pytest.fixture
    def store(self) -> KeepsSurveys:
        return FakeSurveyStore()
