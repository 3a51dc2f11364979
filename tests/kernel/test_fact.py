from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from kernel.fact import Fact, FactKinds, UnreadableFact, encode
from kernel.ids import CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Fact, kind="test-rang"):
    call: CallId
    waited: timedelta


AT = datetime(2026, 1, 5, 8, 0, 0, 250_000, tzinfo=UTC)
RANG = Rang(at=AT, call=CallId("cc1-1.1"), waited=timedelta(seconds=1.5))


def test_a_fact_is_one_line_of_json_and_comes_back_equal() -> None:
    body = encode(RANG)

    assert body == b'{"at":"2026-01-05T08:00:00.250000Z","call":"cc1-1.1","waited":1.5}'
    assert FactKinds([Rang]).decode("test-rang", body) == RANG


def test_an_unknown_kind_says_which_program_to_run() -> None:
    with pytest.raises(UnreadableFact, match="unknown kind 'test-sang'"):
        FactKinds([Rang]).decode("test-sang", b"{}")


def test_a_body_without_its_shape_is_refused() -> None:
    with pytest.raises(UnreadableFact, match="does not have its shape"):
        FactKinds([Rang]).decode("test-rang", b'{"at":"2026-01-05T08:00:00Z"}')


def test_two_facts_of_one_kind_stop_the_start() -> None:
    with pytest.raises(AssertionError, match="two facts are called test-rang"):
        FactKinds([Rang, Rang])
