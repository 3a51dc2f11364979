"""Which open cases a request may be the same matter as (DUP-01, DUP-02)."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.case import CaseSummary, Protection
from cases.open_places import OpenPlace
from cases.status import CaseStatus
from intake.repeats import ALIKE_FROM, RepeatLookup, likeness
from kernel.ids import CaseId
from tests.fakes.fake_clock import FakeClock

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("人民大街100号", "人民大街 １００ 号", True),
        ("长春市朝阳区人民大街100号", "人民大街100号", True),
        ("人民大街100号富豪花园", "朝阳区人民大街100号", True),
        ("人民大街100号", "人民大街200号", False),
        ("人民大街100号", "解放大路8号", False),
        ("人民大街", "", False),
        ("。。", "。", False),
    ],
)
def test_the_same_place_written_otherwise_is_alike_and_the_next_house_is_not(
    one: str, other: str, alike: bool
) -> None:
    assert (likeness(one, other) >= ALIKE_FROM) is alike
    assert likeness(one, other) == likeness(other, one)


class Places:
    def __init__(self, **addresses: str) -> None:
        self.asked: list[tuple[str, datetime]] = []
        self.found = tuple(OpenPlace(case(no), address) for no, address in addresses.items())

    async def open_places(self, category: str, since: datetime) -> tuple[OpenPlace, ...]:
        self.asked.append((category, since))
        return self.found


def case(no: str) -> CaseSummary:
    return CaseSummary(
        id=CaseId(no), status=CaseStatus.PENDING_DISPATCH, opened_at=NOW, updated_at=NOW,
        region_code="220100", request_type="help", category_code="0101010101", title="路灯不亮",
        urgency="normal", protection=Protection(), tickets=(), calls=(), caller_tags=(),
    )  # fmt: skip


async def test_dup_01_the_likest_place_of_the_same_branch_of_the_catalogue_comes_first() -> None:
    places = Places(far="解放大路8号", near="朝阳区人民大街100号", same="人民大街100号")

    found = await RepeatLookup(places, FakeClock(NOW)).look_up("0101010102", "人民大街100号")

    assert [one.case.id for one in found] == ["same", "near"]
    assert found[0].likeness == 100
    assert places.asked == [("01010101", NOW - timedelta(days=60))]


async def test_without_a_category_or_a_place_nobody_is_asked() -> None:
    places = Places(same="人民大街100号")
    lookup = RepeatLookup(places, FakeClock(NOW))

    assert await lookup.look_up("", "人民大街100号") == ()
    assert await lookup.look_up("0101010102", " ") == ()
    assert places.asked == []


def test_an_address_is_not_printed() -> None:
    assert "人民大街" not in repr(OpenPlace(case("c1"), "人民大街100号"))
