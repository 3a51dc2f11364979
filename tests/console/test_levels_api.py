"""A call handed to another level or to a utility by its agent (NAV-02, NAV-05, UTL-01, UTL-02)."""

from pathlib import Path
from typing import Any

import pytest

from figures.counts import Counts
from figures.passed_on_store import Passed
from kernel.ids import CallId
from kernel.phone import PhoneNumber
from telephony.errors import PartyNotReached
from telephony.passed_on import (
    CameFromLevel,
    LevelAsked,
    PassingRefused,
    UtilityAsked,
    UtilityTicketBegun,
)
from telephony.peer import Peer
from tests.console.fakes import away
from tests.console.house import CALL, OpenHouse, open_house

TO_LEVEL = f"/api/calls/{CALL}/to-level"
UTILITY = f"/api/calls/{CALL}/utility"
TICKET = "22010020261121000007"
UP = {"level": "jilin", "reason": "province_matter"}
HEAT = {"utility": "heat", "district": "220102"}
NIGHT_ONLY = {"utility": "heat", "district": "220104"}
SPAN = "from=2026-01-05T00:00:00%2B08:00&to=2026-01-06T00:00:00%2B08:00"


def of(house: OpenHouse, kind: type[Any]) -> list[Any]:
    return [fact for fact in house.inside.journal.facts if isinstance(fact, kind)]


async def test_nav_02_an_agent_hands_his_call_to_the_province_with_reason_and_context(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        agent = await house.signed_in("agent")

        assert (await agent.ask("POST", TO_LEVEL, {**UP, "ticket_no": TICKET})).status == 204

        ((how, peer),) = house.inside.hands.handed
        assert how == "transfer"
        assert isinstance(peer, Peer)
        assert peer.carried == f"{CALL}^province_matter^{TICKET}"
        (asked,) = of(house, LevelAsked)
        assert (asked.level, asked.how, asked.agent) == ("jilin", "blind", "1001")


async def test_nav_02_he_may_ask_there_first(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        agent = await house.signed_in("agent")

        await agent.ask("POST", TO_LEVEL, {**UP, "how": "consult"})

        ((how, peer),) = house.inside.hands.handed
        assert how == "consult"
        assert isinstance(peer, Peer)
        assert peer.variables["PJSIP_HEADER(add,X-12345-Reason)"] == "province_matter"


async def test_nav_05_what_is_not_solved_goes_up_with_a_ticket_number_alone(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        agent = await house.signed_in("agent")
        unresolved = {"level": "jilin", "reason": "unresolved"}

        refused = await agent.ask("POST", TO_LEVEL, unresolved)

        assert (refused.status, refused.body["code"]) == (422, "level-ticket-needed")
        assert not of(house, LevelAsked)
        assert not house.inside.hands.handed
        assert (
            await agent.ask("POST", TO_LEVEL, {**unresolved, "ticket_no": TICKET})
        ).status == 204


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"level": "yanbian", "reason": "cross_city"}, 404, "unknown-level"),
        ({"level": "jilin", "reason": "city_matter"}, 422, "wrong-level-reason"),
        ({"level": "jilin", "reason": "no_such"}, 422, "bad-form"),
        ({"level": "jilin", "reason": "unresolved", "ticket_no": "x"}, 422, "bad-form"),
    ],
)
async def test_nav_02_no_call_goes_without_a_reason_that_leads_there(
    tmp_path: Path, body: dict[str, str], status: int, code: str
) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        agent = await house.signed_in("agent")

        refused = await agent.ask("POST", TO_LEVEL, body)

        assert (refused.status, refused.body["code"]) == (status, code)


async def test_nobody_hands_over_a_colleagues_call(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        colleague = await house.signed_in("colleague")

        assert (await colleague.ask("POST", TO_LEVEL, UP)).body["code"] == "not-your-call"
        assert (await colleague.ask("POST", UTILITY, HEAT)).body["code"] == "not-your-call"
        assert not house.inside.hands.handed


async def test_nav_02_what_asterisk_refuses_is_written_down_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        house.inside.hands.refuses = PartyNotReached("Nobody.", remedy="Try again.")
        agent = await house.signed_in("agent")

        refused = await agent.ask("POST", TO_LEVEL, {**UP, "how": "consult"})

        assert refused.body["code"] == PartyNotReached.code
        assert [fact.why for fact in of(house, PassingRefused)] == [PartyNotReached.code]


async def test_nav_02_the_card_shows_from_which_level_he_comes_and_why(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        came = CameFromLevel(
            at=house.inside.clock.now(), call=CALL, level="jilin", reason="city_matter",
            ticket_no=TICKET, their_call="prov-1.9", taken=True,
        )  # fmt: skip
        house.inside.journal.write([came])
        agent = await house.signed_in("agent")

        card = (await agent.ask("GET", f"/api/calls/{CALL}")).body["call"]

        assert card["from_level"] == "jilin"
        assert (card["level_reason"], card["level_ticket"]) == ("city_matter", TICKET)


async def test_nav_02_the_agent_sees_where_a_call_may_go_and_why(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        agent = await house.signed_in("agent")

        shown = (await agent.ask("GET", "/api/levels")).body

        reasons = {row["level"]: row["reasons"] for row in shown["levels"]}
        assert reasons["jilin"] == ["cross_city", "province_matter", "unresolved"]
        assert not any(why for level, why in reasons.items() if level != "jilin")
        assert [row["level"] for row in shown["levels"] if row["own"]] == ["changchun"]


async def test_nav_06_the_report_counts_both_directions_and_rolls_up(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        hands = house.inside.hands
        hands.passed = [
            Passed(
                direction="out", kind="level", target="jilin", reason="cross_city", district="",
                result="reached", calls=3,
            )
        ]  # fmt: skip
        hands.counts = {"220100": Counts(offered=9, answered=8), "222400": Counts(offered=1)}
        boss = await house.signed_in("supervisor")

        report = (await boss.ask("GET", f"/api/levels/report?{SPAN}")).body

        assert report["passed"][0]["calls"] == 3
        levels = {row["level"]: row for row in report["levels"]}
        assert levels["jilin"]["own"]["offered"] == 0
        assert levels["jilin"]["with_below"]["offered"] == 10
        assert levels["changchun"]["with_below"]["answered"] == 8


async def test_mrg_03_a_retained_line_that_hands_a_call_over_is_no_level(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        row = {"direction": "in", "kind": "level", "reason": "", "district": "", "result": "taken"}
        house.inside.hands.passed = [
            Passed(target=target, calls=1, **row) for target in ("tax", "jilin")
        ]
        boss = await house.signed_in("supervisor")

        passed = (await boss.ask("GET", f"/api/levels/report?{SPAN}")).body["passed"]

        assert [row["kind"] for row in passed] == ["line", "level"]


async def test_a_report_of_more_than_a_month_is_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        boss = await house.signed_in("supervisor")
        query = "from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z"

        assert (await boss.ask("GET", f"/api/levels/report?{query}")).body["code"] == "bad-form"


async def test_utl_01_the_directory_of_a_district_says_who_answers_now(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        agent = await house.signed_in("agent")

        rows = (await agent.ask("GET", "/api/utilities?district=220103")).body["utilities"]

        assert {row["utility"] for row in rows} == {"water", "power", "gas", "heat", "network"}
        heat = next(row for row in rows if row["utility"] == "heat")
        assert (heat["round_the_clock"], heat["instead"]) == (False, "043188800401")


async def test_utl_01_a_call_is_handed_to_who_serves_the_district(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        agent = await house.signed_in("agent")

        done = (await agent.ask("POST", UTILITY, HEAT)).body

        assert (done["done"], done["number"]) == ("transferring", "043188800401")
        assert house.inside.hands.handed == [("transfer", PhoneNumber.parse("043188800401"))]
        (asked,) = of(house, UtilityAsked)
        assert (asked.utility, asked.district, asked.agent) == ("heat", "220102", "1001")


async def test_utl_02_at_two_in_the_morning_an_urgent_ticket_is_opened_and_the_agent_is_told(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        at_night(house)
        house.inside.talk()
        agent = await house.signed_in("agent")

        done = (await agent.ask("POST", UTILITY, NIGHT_ONLY)).body

        assert done["done"] == "ticket"
        assert "加急工单" in done["tell_zh"]
        assert "tomorrow" not in done["tell_en"]
        draft = house.inside.cases.drafts[CALL]
        assert draft.form.urgency == "urgent"
        assert (draft.form.category_code, draft.form.request_type) == ("0201010101", "help")
        assert (done["version"], done["form"]["title"]) == (1, draft.form.title)
        assert not house.inside.hands.handed
        assert [fact.district for fact in of(house, UtilityTicketBegun)] == ["220104"]


async def test_utl_02_nothing_that_the_agent_has_typed_is_lost(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        at_night(house)
        house.inside.talk()
        agent = await house.signed_in("agent")
        typed = {"title": "整栋楼暖气不热", "request_type": "complaint", "urgency": "critical"}
        await agent.ask("PUT", f"/api/drafts/{CALL}", typed)

        form = (await agent.ask("POST", UTILITY, NIGHT_ONLY)).body["form"]

        assert {name: form[name] for name in typed} == typed
        assert form["category_code"] == "0201010101"


async def test_utl_02_without_a_database_the_urgent_ticket_is_kept_in_the_browser(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        at_night(house)
        house.inside.talk()
        agent = await house.signed_in("agent")

        async def gone(call: CallId, *, by: str) -> None:
            raise away()

        house.inside.cases.open_draft = gone  # type: ignore[assignment,method-assign]
        done = (await agent.ask("POST", UTILITY, NIGHT_ONLY)).body

        assert (done["done"], done.get("version")) == ("ticket", None)
        assert done["form"]["urgency"] == "urgent"


async def test_utl_02_a_number_that_failed_is_followed_by_the_other_one_or_a_ticket(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        agent = await house.signed_in("agent")

        again = (await agent.ask("POST", UTILITY, {**HEAT, "how": "instead"})).body

        assert again["done"] == "ticket"


async def test_utl_01_an_unknown_utility_is_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        agent = await house.signed_in("agent")

        refused = await agent.ask("POST", UTILITY, {**HEAT, "utility": "steam"})

        assert (refused.status, refused.body["code"]) == (404, "unknown-utility")


def at_night(house: OpenHouse) -> None:
    """02:00 in China."""
    clock = house.inside.clock
    clock.advance((26 - clock.now().hour - 8) % 24 * 3600 - clock.now().minute * 60)
