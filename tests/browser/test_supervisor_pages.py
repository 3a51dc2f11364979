"""The pages beside the desk over an open house: what each does; what people typed is text."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from console.logins import SCOPES, Role, Scope, scopes_of
from intake.evidence_shown import Package
from intake.suspect_facts import EvidenceSealed
from tests.browser.furnished import EVIL, OTHER, PAGES, TICKET, furnish
from tests.browser.looks import violations
from tests.browser.window import Window
from tests.console.house import CALL, PEOPLE, House
from tests.contracts.survey_store import ended

ROUTES: Final = Path(__file__).parents[2] / "console/web/src/pages"
SHOWS_IT: Final = ("/supervisor", "/cases/case-1", "/evidence")


async def ordered(page: Page, reason: str) -> None:
    """The reason that each order asks for."""
    await page.locator(".el-message-box input").fill(reason)
    await page.locator(".el-message-box .el-button--primary").click()
    await page.locator(".el-message-box").wait_for(state="hidden")


def pages_known() -> dict[str, str]:
    """Each page's path and scope, as its route says."""
    found = {}
    for route in sorted(ROUTES.glob("*/route.ts")):
        told = dict(
            line.strip().rstrip(",").split(": ", 1)
            for line in route.read_text("utf-8").splitlines()
            if line.strip().startswith(("path:", "scope:"))
        )
        if "scope" in told:
            found[told["path"].strip("'").partition("/:")[0]] = told["scope"].strip("'")
    return found


async def test_what_people_typed_is_text_on_every_page_and_each_page_is_fit(
    window: Window,
) -> None:
    """XSS through names, titles, alarms, reasons, notes, answers; axe; 1366 x 768; the policy."""
    house, page = window.house.inside, window.page
    furnish(house)
    bad = ended(1)
    await house.surveys.keeps.ended([bad], {bad.duty: EVIL})
    chief = await window.house.signed_in("supervisor")
    for path, body in (
        ("/api/surge/plans/surge/activate", {"reason": EVIL}),
        ("/api/incidents", {"about": "heat", "title": EVIL, "areas": [], "reason": EVIL}),
        ("/api/inspections", {"call": CALL, "agent": "1001"}),
        (f"/api/recordings/{CALL}/hold", {"reason": EVIL}),
        ("/api/suspects/often/measure", measure(house)),
    ):
        assert (await chief.ask("POST", path, body)).status < 300, path
    await window.sign_in("supervisor")
    found: dict[str, Any] = {}

    for path, there in PAGES.items():
        await page.goto(window.base + path)
        await page.locator(there).first.wait_for()
        wide = await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        found[path] = [*await violations(page), *await window.violations()]
        assert wide <= 0, f"{path} is wider than the window by {wide}"
        assert await page.locator("img[src=x]").count() == 0, path
        assert path not in SHOWS_IT or EVIL in await page.locator("main").inner_text(), path
    assert found == {path: [] for path in PAGES}

    await page.goto(window.base + "/supervisor")
    await page.locator("[data-test=seat-S001]").click()
    for tab in ("missed", "judge", "recordings"):
        await page.locator(f"[data-test=tab-{tab}]").click()
        await page.locator(f"[data-test=tab-{tab}][aria-selected=true]").wait_for()
    await page.locator("[data-test=tab-judge]").click()
    await page.locator("[data-test=hear-words]").click()
    await expect(page.locator("[data-test=words]")).to_contain_text(EVIL)
    assert await violations(page) == []
    assert await page.evaluate("window.__evil") is None
    assert await page.locator("img[src=x]").count() == 0


def measure(house: House) -> dict[str, str]:
    until = house.clock.now() + timedelta(days=3)
    return {"what": "announcement", "until": until.isoformat(), "reason": EVIL}


@pytest.mark.parametrize("person", ["agent", "contractor", "supervisor", "administrator"])
async def test_each_role_sees_its_pages_and_no_others(window: Window, person: str) -> None:
    role = PEOPLE[person][0]
    scopes = scopes_of(role, third_party=person == "contractor")
    known = pages_known()
    may = {path for path, scope in known.items() if Scope(scope) in scopes}
    await window.sign_in(person, "/figures")
    await window.page.locator("nav").wait_for()

    links = await window.page.locator("nav a").evaluate_all("all => all.map((a) => a.pathname)")
    assert {path for path in links if path in known} <= may
    assert {"/evidence", "/inspection", "/staffing", "/supervisor"} & may <= set(links)
    for path in sorted(set(known) - may):
        await window.page.goto(window.base + path)
        await expect(window.page.locator("main")).to_contain_text("没有此页的权限")
    assert SCOPES[Role.HANDLER] == {Scope.SPEAK_ON_CASES}, "a handler has no page here"


async def test_a_recording_is_heard_for_a_reason_and_the_page_shows_who_heard_it(
    window: Window,
) -> None:
    furnish(window.house.inside, "甲")
    page = window.page
    await window.sign_in("supervisor", "/supervisor")
    row = page.locator("[data-test=call-row]")
    await expect(row).to_have_count(2)

    await expect(page.locator("[data-test=among]")).to_contain_text("最近 20,000 个")
    await page.locator("[data-test=search-number]").fill("5678")
    await page.keyboard.press("Enter")
    await expect(row).to_have_count(1)
    await row.focus()
    await page.keyboard.press("Enter")
    await page.locator("[data-test=why]").select_option("dispute")
    await page.locator("[data-test=hear]").click()

    await expect(page.locator("[data-test=audit] li").first).to_contain_text("supervisor")
    await expect(page.locator("[data-test=audit] li").first).to_contain_text("申诉核实")
    drawn = "(canvas) => canvas.getContext('2d').getImageData(0, 0, 900, 64).data.some((b) => b)"
    assert await page.locator("[data-test=wave]").evaluate(drawn)
    await expect(page.locator("[data-test=trace]")).to_contain_text("录音已保存")
    assert await violations(page) == []
    await page.locator("[data-test=hold]").click()
    await ordered(page, "行政复议")
    await expect(page.locator("[data-test=recording]")).to_contain_text("行政复议")
    await page.locator("[data-test=tab-calls]").focus()
    await page.keyboard.press("ArrowRight")
    await page.locator("[data-test=held-only]").check()
    await expect(page.locator("[data-test=kept-row]")).to_contain_text(CALL)


async def test_a_supervisor_sees_rules_in_force_and_answers_an_alarm_with_a_note(
    window: Window,
) -> None:
    house, page = window.house.inside, window.page
    furnish(house, "甲")
    await window.sign_in("supervisor", "/supervisor")
    await page.locator("[data-test=rules-general]").click()
    rules = page.locator("[data-test=rules]")
    await expect(rules).to_contain_text("等待上限")
    await expect(rules).not_to_contain_text("高峰预案已调整")

    await page.locator("[data-test=plan-surge] [data-test=activate]").click()
    await ordered(page, "降温，来电激增")
    await page.locator("[data-test=plan-surge] [data-test=return]").wait_for()
    await page.locator("[data-test=acknowledge]").click()
    await ordered(page, "已派人查看")
    await page.locator("[data-test=tab-missed]").click()
    await expect(page.locator("[data-test=missed-days] tbody tr").first).to_contain_text("%")
    await page.locator("[data-test=tab-closing]").click()
    await page.locator("[data-test=closing]").wait_for()
    await page.reload()
    await page.locator("[data-test=rules-general]").click()
    await expect(rules).to_contain_text("高峰预案已调整")

    assert "已派人查看" in str(house.supervision.asked)
    await page.locator("[data-test=seat-S001]").click()
    await page.locator("[data-test=listen]").wait_for()
    await signed_in_anew(window, "administrator", "/supervisor")
    await page.locator("[data-test=seat-S001]").click()
    await page.locator("[data-test=force-paused]").wait_for()
    assert await page.locator("[data-test=listen]").count() == 0, "he hears no citizen (E2.2)"


async def test_evidence_is_chosen_reviewed_sealed_and_handed_over(window: Window) -> None:
    """MAL-01, MAL-02."""
    house, page = window.house.inside, window.page
    furnish(house, "甲")
    house.recordings.rows.clear()
    await window.sign_in("supervisor", "/evidence")
    await page.locator("[data-test=take-measure]").click()
    await page.locator("[data-test=measure-reason]").fill("多次辱骂话务员")
    await page.locator("[data-test=measure]").click()
    await expect(page.locator("[data-test=stands]")).to_contain_text("接入前播报")

    await page.locator("[data-test=show-calls]").click()
    await page.locator("[data-test=choose]").click()
    await page.locator("[data-test=add-call]").fill(OTHER)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=chosen]")).to_have_count(2)
    await page.locator("[data-test=seal-reason]").fill("移送公安机关")
    await page.locator("[data-test=notes]").fill("三次来电均为辱骂")
    await page.locator("[data-test=review]").click()
    await page.locator("[data-test=approve]").click()
    await expect(page.locator("[data-test=chosen]")).to_have_count(0)

    (sealed,) = [fact for fact in house.journal.facts if isinstance(fact, EvidenceSealed)]
    assert (set(sealed.calls), sealed.by) == ({CALL, OTHER}, "supervisor")
    house.malicious.tables.sealed = [package(sealed)]
    await page.reload()
    async with page.expect_download() as saved:
        await page.locator("[data-test=download]").click()
    assert (await (await saved.value).path()).read_bytes()[:2] == b"PK"
    await page.locator("[data-test=hand]").click()
    await page.locator("[data-test=receipt-unit]").fill("南关区公安分局")
    await page.locator("[data-test=receipt-officer]").fill("警0417")
    await page.locator("[data-test=receipt-at]").fill("2026-11-23T10:00")
    await page.locator("[data-test=receipt-note]").click()
    await page.locator("[data-test=receipt-note]").wait_for(state="hidden")
    kinds = [fact.kind for fact in house.journal.facts if fact.kind.startswith("evidence")]
    assert kinds == ["evidence-sealed", "evidence-read", "evidence-handed-over"]


def package(sealed: EvidenceSealed) -> Package:
    return Package(
        id=sealed.package, sealed_at=sealed.at, by=sealed.by, reason=sealed.reason,
        calls=sealed.calls, seal=sealed.seal, bytes=sealed.bytes,
    )  # fmt: skip


async def test_a_talk_is_scored_the_agent_appeals_and_another_decides(window: Window) -> None:
    house, page = window.house.inside, window.page
    furnish(house, "甲")
    one = house.logins.logins["supervisor"]
    house.logins.logins["second"] = replace(one, name="second", agent=None)
    await window.sign_in("supervisor", "/inspection")
    await page.locator("[data-test=tab-samples]").click()
    await page.locator("[data-test=sample-day]").fill("2026-11-23")
    await page.locator("[data-test=take]").click()
    await page.locator("[data-test=points-manner]").fill("5")
    await expect(page.locator("[data-test=sum]")).to_have_text("合计 85")
    await page.locator("[data-test=comment]").fill("语气生硬")
    await page.locator("[data-test=score]").click()
    await expect(page.locator("[data-test=total]")).to_contain_text("85 合格")

    await signed_in_anew(window, "agent", "/inspection")
    await page.locator("[data-test=inspection]").click()
    await expect(page.locator("[data-test=one-inspection]")).to_contain_text("语气生硬")
    await page.locator("[data-test=appeal-reason]").fill("市民听力不好，需大声")
    await page.locator("[data-test=appeal]").click()
    await expect(page.locator("[data-test=state]")).to_have_text("申诉中")

    await signed_in_anew(window, "second", "/inspection")
    await page.locator("[data-test=inspection]").click()
    await page.locator("[data-test=points-manner]").fill("20")
    assert await violations(page) == []
    await page.locator("[data-test=decision-reason]").fill("复听属实")
    await page.locator("[data-test=change]").click()
    await expect(page.locator("[data-test=total]")).to_contain_text("100")
    await expect(page.locator("[data-test=state]")).to_have_text("改判")
    await page.locator("[data-test=tab-cards]").click()
    await page.locator("[data-test=card-month]").fill("2026-11")
    await expect(page.locator("[data-test=card]").first).to_be_visible()


async def signed_in_anew(window: Window, name: str, path: str) -> None:
    await window.page.context.clear_cookies()
    await window.sign_in(name, path)


async def test_the_survey_room_judges_pauses_and_says_when_it_dials(window: Window) -> None:
    house, page = window.house.inside, window.page
    bad = ended(1)
    await house.surveys.keeps.ended([bad], {bad.duty: "一直没人联系"})
    await window.sign_in("supervisor", "/surveys")
    await expect(page.locator("[data-test=windows]")).to_contain_text("09:00-11:45  14:00-20:00")

    await page.locator("[data-test=reasonable]").click()
    await expect(page.locator("[data-test=to-judge]")).to_have_count(0)
    await page.locator("[data-test=pause]").click()
    await page.locator(".el-message-box .el-button--primary").click()
    await expect(page.locator("[data-test=campaign-state]")).to_contain_text("已暂停")
    await page.locator("[data-test=tab-answers]").click()
    await expect(page.locator("[data-test=answer]")).to_contain_text("合理")
    await page.locator("[data-test=tab-figures]").click()
    await expect(page.locator("[data-test=survey-month]")).to_contain_text("n=4")


async def test_a_case_is_shown_whole_for_a_reason_and_a_roster_is_taken_over(
    window: Window, tmp_path: Path
) -> None:
    house, page = window.house.inside, window.page
    furnish(house, "甲")
    await window.sign_in("supervisor", "/cases/case-1")
    await page.locator("[data-test=reveal]").click()
    before = await page.content()
    await ordered(page, "核实投诉")
    await expect(page.locator("main")).to_contain_text("王小明")
    assert "王小明" not in before
    assert house.cases.revealed == [(TICKET, "supervisor", "核实投诉")]

    await page.goto(window.base + "/staffing")
    await page.locator("[data-test=tab-roster]").click()
    file = tmp_path / "roster.csv"
    file.write_text("日期,工号,开始,结束\n2026-11-23,1001,08:00,16:00\n", encoding="utf-8")
    await page.locator("[data-test=roster-file]").set_input_files(file)
    await page.locator("[data-test=roster-take]").click()
    await expect(page.locator("[data-test=shift]")).to_contain_text("1001")
    bad = tmp_path / "bad.csv"
    bad.write_text("日期,工号,开始,结束\n2026-11-23,9999,08:00,16:00\n", encoding="utf-8")
    await page.locator("[data-test=roster-file]").set_input_files(bad)
    await page.locator("[data-test=roster-take]").click()
    await expect(page.locator("[data-test=roster-faults]")).to_contain_text("9999")
