"""The ticket form beside the call: what it finds, asks for, and keeps consistent by itself."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from cases.open_places import OpenPlace
from intake.ticket import TicketForm
from intake.words import Exclusion
from kernel.ids import CaseId, NumberKey
from tests.browser.hall import eventually
from tests.browser.window import Window
from tests.console.house import CALL


@pytest.fixture
async def form(window: Window) -> Window:
    """A talk with a known caller, the form open."""
    window.known_caller(title="路灯不亮", tag="elderly")
    await window.sign_in("agent")
    await window.sit()
    await window.talk()
    await expect(window.page.locator("[data-test=save-state]")).to_have_text("已保存")
    return window


async def eventually_kept(window: Window, **fields: object) -> TicketForm:
    """The form at the console, once it says so."""

    async def says_so() -> TicketForm | None:
        kept = window.house.inside.cases.drafts[CALL].form
        return kept if all(getattr(kept, name) == value for name, value in fields.items()) else None

    found: TicketForm = await eventually(says_so)
    return found


async def test_a_category_is_found_by_pinyin_initials_synonym_or_code(form: Window) -> None:
    page, chosen = form.page, form.page.locator("[data-test=chosen-category]")
    for typed in ("shipin", "sp", "guoqi", "gqbz", "食品", "市场 sp", "0101"):
        await page.keyboard.press("F6")
        await page.keyboard.type(typed)
        await expect(page.locator("#hit-0"), typed).to_contain_text("市场监管局")
        await page.locator("[data-test=category]").press("Escape")
        await page.fill("[data-test=category]", "")
    await page.keyboard.type("sp")
    await page.locator("#hit-0").wait_for()
    await page.keyboard.press("Enter")

    await expect(chosen).to_contain_text("市场 › 消费 › 商品 › 质量 › 食品")
    await expect(chosen).to_contain_text("建议承办单位：市场监管局")


async def test_dup_01_an_open_case_of_the_number_or_the_place_is_joined_from_the_form(
    form: Window,
) -> None:
    inside, page = form.house.inside, form.page
    own = inside.cases.callers[NumberKey("key-5678")].open_cases[0]
    near = replace(own, id=CaseId("c2"), title="同址路灯不亮")
    inside.cases.places = [OpenPlace(near, "人民大街100号")]
    await expect(page.locator("[data-test=repeats]")).to_contain_text("同一来电号码")

    await page.fill("[data-test=address]", "朝阳区人民大街100号")
    await page.keyboard.press("F6")
    await page.keyboard.type("sp")
    await page.locator("#hit-0").wait_for()
    await page.keyboard.press("Enter")
    await page.locator("[data-test=repeat-c2]").check()

    kept = await eventually_kept(form, merge_into="c2")
    assert kept.is_repeat


async def test_exc_05_who_is_refused_is_told_the_way_and_what_was_told_is_written_down(
    form: Window,
) -> None:
    page = form.page
    await page.get_by_text("不予受理", exact=True).click()
    await expect(page.locator("[data-test=script]")).to_contain_text("人民法院")
    await expect(page.locator("[data-test=repeats]")).to_have_count(0)

    await page.locator("[data-test=told]").click()

    refused = await eventually_kept(form, guidance_given=True)
    assert refused.exclusion_code is Exclusion.LITIGATION
    assert "人民法院" in refused.guidance_text
    await page.get_by_text("转办", exact=True).click()
    accepted = await eventually_kept(form, exclusion_code=None)
    assert (accepted.guidance_given, accepted.guidance_text) == (False, "")


async def test_who_wants_to_stay_hidden_is_not_published_and_a_report_asks_for_protection(
    form: Window,
) -> None:
    page = form.page
    publish = page.get_by_label("同意公开")
    await page.locator("label", has_text="同意公开").click()
    await eventually_kept(form, publish_consent=True)

    await page.locator("[data-test=confidential]").click()
    hidden = await eventually_kept(form, is_confidential=True)
    assert not hidden.publish_consent
    await expect(publish).to_be_disabled()

    await expect(page.get_by_text("举报人保护")).to_have_count(0)
    await page.locator("[data-test=type-report]").click()
    await page.get_by_text("保护", exact=True).click()
    await eventually_kept(form, is_whistleblower=True)
    await page.locator("[data-test=type-help]").click()
    await eventually_kept(form, is_whistleblower=None)
