"""接听服务: the rating after the call, counted by hand."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from figures.service import fold_service
from kernel.ids import AgentNo, CallId
from telephony.facts import ServiceRated

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def rated(call: str, level: int | None, agent: str | None = "1001") -> ServiceRated:
    return ServiceRated(
        at=AT, call=CallId(call), agent=AgentNo(agent) if agent else None, level=level,
        answer=str(level or ""),
    )  # fmt: skip


def test_five_is_the_best_and_silence_is_asked_but_never_satisfied() -> None:
    facts = [rated("a", 5), rated("b", 3), rated("c", 2), rated("d", None), rated("e", 4, None)]

    found = fold_service([*facts, facts[0]], ZoneInfo("Asia/Shanghai"))

    mine = found[(2026, 11), "1001"]
    assert (mine.asked, mine.rated, mine.satisfied, mine.strictly) == (4, 3, 2, 1)
    assert (mine.response.value, mine.satisfaction.value) == (3 / 4, 2 / 3)
    assert found[(2026, 11), ""].rated == 1
