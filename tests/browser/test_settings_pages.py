"""设置: people, rule files and logins changed in the page by an administrator."""

import io
import wave
from typing import Any, Final

import pytest
from playwright.async_api import Locator, Page, expect

from console.settings_rules_port import Change
from kernel.ids import AgentNo
from tests.browser.looks import picture, violations
from tests.browser.window import WITHIN_MS, Window
from tests.console.house import PASSWORD, Visitor

EVIL: Final = '<img src=x onerror="window.__evil=1">'


@pytest.fixture
async def office(window: Window) -> Window:
    """An administrator's window."""
    await window.sign_in("administrator", "/settings")
    await window.page.locator("[data-test=rows]").wait_for()
    return window


@pytest.fixture
async def other(office: Window) -> Visitor:
    """Another administrator's program."""
    return await office.house.signed_in("administrator")


def place(page: Page, path: str) -> Locator:
    return page.locator(f"[id='at-{path}']")


async def opened(office: Window, section: str, *folds: str) -> Page:
    """A section of the page with these parts of its form unfolded."""
    page = office.page
    await page.goto(f"{office.base}/settings/{section}")
    await page.locator("[data-test=rows], [data-test=rule-file]").first.wait_for()
    for path in folds:
        await place(page, path).click()
    return page


async def release(page: Page, reason: str) -> None:
    await page.locator("[data-test=release]").click()
    await page.fill("[data-test=reason]", reason)
    await page.locator("[data-test=release-now]").click()


async def told(place: Locator, text: str) -> None:
    """A check reads all rule files as a start does: seconds on a busy machine."""
    await expect(place).to_contain_text(text, timeout=WITHIN_MS)


async def agent_row(other: Visitor, no: str) -> dict[str, Any]:
    rows = (await other.ask("GET", "/api/agents")).body["agents"]
    return next(dict(row) for row in rows if row["no"] == no)


async def test_a_queues_rule_changed_in_the_page_is_obeyed_by_the_floor_at_once(
    office: Window, other: Visitor
) -> None:
    """By keyboard as far as to the queue; the reason that was typed is text."""
    page = await opened(office, "queues")
    await place(page, "queues").focus()
    await page.keyboard.press("Enter")
    await place(page, "queues.general").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="设置 排队上限").click()
    await place(page, "queues.general.max_waiting").fill("0")

    await release(page, f"试验 {EVIL}")
    await told(page.locator("[data-test=head]"), "版本 1 · administrator 于")
    shown = (await other.ask("GET", "/api/settings/queues")).body
    facts = office.house.inside.ring()

    assert shown["document"]["queues"]["general"]["max_waiting"] == 0
    assert [fact.kind for fact in facts] == ["call-queued", "call-failed"]
    assert await page.evaluate("window.__evil") is None


async def test_a_wrong_value_is_shown_beside_its_field_with_its_remedy(
    office: Window, other: Visitor
) -> None:
    before = (await other.ask("GET", "/api/settings/queues")).body["version"]
    page = await opened(office, "queues")
    await place(page, "ring_slack_s").fill("99")

    await page.locator("[data-test=release]").click()
    field = page.locator("[data-place='ring_slack_s']")

    await told(field.locator("[role=alert]"), "不得大于 3")
    await expect(page.locator("[data-test=problems]")).to_contain_text("1 处问题")
    await expect(page.locator("[data-test=reason]")).to_have_count(0)
    assert (await other.ask("GET", "/api/settings/queues")).body["version"] == before
    await picture(page, "settings-queues")
    await page.locator("[data-test=undo]").click()


async def test_the_history_compares_releases_and_brings_the_first_one_back(
    office: Window, other: Visitor
) -> None:
    shorter = await document_of(other, "inspection")
    shorter["appeal_days"] = 4
    change = {"document": shorter, "reason": "缩短期限"}
    released = await other.ask(
        "PUT", "/api/settings/inspection", change, headers={"If-Match": '"0"'}
    )
    assert released.status == 200
    page = await opened(office, "inspection")
    await page.locator("[data-test=tab-history]").click()
    await told(page.locator("[data-test=releases]"), "缩短期限")
    await page.locator("[data-test=compare]").click()
    await expect(page.locator("[data-test=changes]")).to_contain_text("申诉期限")

    await page.locator("[data-test=restore-0]").click()
    await page.locator("[data-test=release-now]").click()
    await told(page.locator("[data-test=head]"), "恢复版本 0")

    assert (await document_of(other, "inspection"))["appeal_days"] == 5


async def document_of(other: Visitor, name: str) -> dict[str, Any]:
    found: dict[str, Any] = (await other.ask("GET", f"/api/settings/{name}")).body["document"]
    return found


async def test_a_release_of_somebody_else_is_shown_and_not_overwritten(
    office: Window, other: Visitor
) -> None:
    page = await opened(office, "inspection")
    await place(page, "scorecard.pass_mark").fill("70")
    theirs = await document_of(other, "inspection")
    theirs["scorecard"]["pass_mark"] = 85
    rules = office.house.inside.rules.office
    await rules.release(
        "inspection", Change(document=theirs, based_on=0, by="班长甲", reason="提高合格线")
    )

    await release(page, "降低合格线")
    conflict = page.locator("[data-test=conflict]")
    await told(conflict, "班长甲")
    await expect(conflict.locator("[data-test=changes]")).to_contain_text("合格线")
    await page.locator("[data-test=take-theirs]").click()

    await expect(place(page, "scorecard.pass_mark")).to_have_value("85")
    assert (await document_of(other, "inspection"))["scorecard"]["pass_mark"] == 85


async def test_an_agent_of_a_contractor_is_added_and_told_his_limits(
    office: Window, other: Visitor
) -> None:
    """GOV-01 is said in words; what was typed is text."""
    page = await opened(office, "agents")
    await page.locator("[data-test=add]").click()
    await page.fill("[data-test=f-no]", "1101")
    await page.fill("[data-test=f-name]", EVIL)
    await page.select_option("[data-test=f-employer]", "third_party")
    await expect(page.locator("[data-test=governed]")).to_contain_text("GOV-01")
    drawer = await violations(page)

    await page.locator("[data-test=save]").click()
    await page.locator("[data-test=edit-1101]").wait_for()

    assert (await agent_row(other, "1101"))["name"] == EVIL
    known = office.house.inside.directory.directory.agents[AgentNo("1101")]
    assert (known.employer_kind, known.version) == ("third_party", 1)
    assert (drawer, await page.locator("img[src=x]").count()) == ([], 0)
    await picture(page, "settings-agents")


async def test_an_agent_changed_meanwhile_is_shown_and_not_overwritten(
    office: Window, other: Visitor
) -> None:
    page = await opened(office, "agents")
    await page.locator("[data-test=edit-1002]").click()
    await page.fill("[data-test=f-name]", "我写的名字")
    row = await agent_row(other, "1002")
    version = row.pop("version")
    form = {key: value for key, value in row.items() if key != "no"} | {"name": "别人写的名字"}
    await other.ask("PUT", "/api/agents/1002", form, headers={"If-Match": f'"{version}"'})

    await page.locator("[data-test=save]").click()
    await expect(page.locator("[data-test=conflict]")).to_contain_text("别人写的名字")
    kept = (await agent_row(other, "1002"))["name"]
    await page.locator("[data-test=keep-mine]").click()
    await page.locator("[data-test=save]").click()
    await expect(page.locator("[data-test=edit-1002]")).to_be_visible()
    await expect(page.locator("[data-test=rows]")).to_contain_text("我写的名字")

    assert kept == "别人写的名字"
    assert (await agent_row(other, "1002"))["name"] == "我写的名字"


async def test_a_new_login_gets_a_password_that_is_shown_once(
    office: Window, other: Visitor
) -> None:
    page = await opened(office, "logins")
    await page.locator("[data-test=add]").click()
    await page.fill("[data-test=f-login]", "li.na")
    await page.select_option("[data-test=f-role]", "supervisor")
    await page.fill("[data-test=f-agent]", "1002")

    await page.locator("[data-test=save]").click()
    password = await page.locator("[data-test=password] strong").inner_text()
    visitor = await office.house.visitor()
    answer = await visitor.ask("POST", "/api/login", {"name": "li.na", "password": password})

    assert (answer.status, answer.body["role"]) == (200, "supervisor")
    await page.reload()
    await page.locator("[data-test=edit-li\\.na]").wait_for()
    assert password not in await page.content()


async def test_a_phrase_is_heard_and_recorded_anew_with_its_new_words(office: Window) -> None:
    page = await opened(office, "phrases")
    await page.fill("[data-test=find-phrase]", "menu_invalid")
    await page.get_by_role("button", name="menu_invalid", exact=True).click()
    await place(page, "phrases.menu_invalid.zh").fill("按键有误，请重新选择。")
    await page.locator("[data-test=upload]").first.set_input_files(
        {"name": "new.wav", "mimeType": "audio/wav", "buffer": one_second()}
    )
    await expect(page.locator("[data-test=phrases]")).to_contain_text("1.0")

    await page.locator("[data-test=check]").click()
    await told(page.locator("[data-test=standing]"), "检查通过")

    uploads = office.house.inside.rules.store.uploads
    assert [one.words for one, _ in uploads] == ["按键有误，请重新选择。"]
    await picture(page, "settings-phrases")


def one_second() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    return made.getvalue()


async def test_a_day_clicked_in_the_calendar_is_a_make_up_workday(office: Window) -> None:
    page = await opened(office, "holidays")
    await page.select_option("[data-test=year]", "2027")
    await page.get_by_text("点日历设调休").click()
    await page.locator("[title='2027-01-09']").click()

    await expect(page.locator("[title='2027-01-09 元旦 班']")).to_be_visible()
    await expect(page.locator("[data-test=standing]")).to_contain_text("1 处修改")
    await page.locator("[data-test=check]").click()
    await told(page.locator("[data-test=standing]"), "检查通过")
    await picture(page, "settings-holidays")


async def test_a_category_is_found_by_its_synonym_in_another_file(office: Window) -> None:
    page = await opened(office, "catalogue/01_consumer")
    await page.fill("[data-test=find-category]", "讨薪")

    await page.get_by_role("button", name="0301010101").click()

    await page.wait_for_url("**/settings/catalogue/03_labour**")
    await expect(place(page, "children.0.children.0.children.0.children.0.name")).to_have_value(
        "拖欠工资"
    )
    await picture(page, "settings-catalogue")


async def test_each_section_passes_axe_and_fits_its_window(office: Window) -> None:
    """1366x768; nothing inline is wanted by any of them."""
    found: dict[str, list[str]] = {}
    for section in ("seats", "skills", "logins", "queues", "menus", "phrases", "holidays",
                    "catalogue/03_labour", "catalogue/units", "utilities",
                    "emergency"):  # fmt: skip
        page = await opened(office, section)
        found[section] = await violations(page)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        found[section] += ["too wide"] * bool(await page.evaluate(wide))

    assert {section: said for section, said in found.items() if said} == {}
    assert await office.violations() == []


async def test_an_agents_login_cannot_open_the_page(window: Window) -> None:
    await window.sign_in("agent", "/settings/queues")

    await expect(window.page.locator("main")).to_contain_text("您的岗位没有此页的权限")
    await expect(window.page.locator("nav a[href='/settings']")).to_have_count(0)


async def test_everybody_changes_his_own_password_by_his_name_in_the_bar(window: Window) -> None:
    await window.sign_in("agent")
    page, wanted = window.page, "a longer password 1"
    await page.locator("[data-test=own-password]").click()
    for field, text in (("present", PASSWORD), ("wanted", wanted), ("again", wanted)):
        await page.fill(f"[data-test={field}]", text)
    dialog = await violations(page)

    await page.locator("[data-test=save-password]").click()
    await page.get_by_text("密码已修改").wait_for()
    elsewhere = await window.house.visitor()
    answer = await elsewhere.ask("POST", "/api/login", {"name": "agent", "password": wanted})

    assert (answer.status, dialog) == (200, [])
    await page.reload()
    await page.locator("[data-test=take-seat]").wait_for()
