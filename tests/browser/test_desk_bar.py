"""The softphone bar and the caller's card: what they show; hands may stay on the keyboard."""

import re
from typing import Any

from playwright.async_api import expect

from acd.happenings import CallerLeft, LegAnswered, LegEnded
from figures.facts import GreetingTold
from kernel.ids import CallId, NumberKey
from kernel.legs import LegEnd
from telephony.facts import StageEntered, WayIn
from tests.browser.window import Window
from tests.console.house import CALL

EARLIER = CallId("1767603600.41")


async def test_a_pause_is_chosen_with_the_arrows_and_shows_its_clock(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()
    page, state = window.page, window.page.locator("[data-test=state]")

    await page.keyboard.press("F8")
    await page.locator("[role=menuitem]:focus").wait_for()
    names = await page.locator("[role=menuitem]").all_inner_texts()
    for _ in range(next(n for n, name in enumerate(names) if "小休" in name)):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(state).to_contain_text(re.compile(r"小休.*−1[45]:\d\d", re.DOTALL))
    await page.keyboard.press("F8")
    await expect(state).to_contain_text("示闲")


async def test_before_the_first_ring_ends_the_card_says_who_is_calling(window: Window) -> None:
    window.known_caller(title="路灯不亮", tag="elderly")
    inside = window.house.inside
    inside.ring(EARLIER)
    inside.floor.take(CallerLeft(EARLIER))
    await window.sign_in("agent")
    await window.sit()

    await rings(window)

    card = window.page.locator("[data-test=caller].ringing")
    await expect(card.locator("[data-test=number]")).to_have_text("138****5678")
    for said in ("归属", "手机", "队列", "综合", "已等待", "语音导航 › 区号 0431"):
        await expect(card).to_contain_text(said)
    for said in ("老年人", "在办诉求", "路灯不亮", "近期来电"):
        await expect(card).to_contain_text(said)
    await expect(card.locator("li", has_text=re.compile(r"\d\d:\d\d"))).to_have_count(1)
    assert "13812345678" not in await window.page.content()


async def rings(window: Window) -> Any:
    """The fact of the ring at the desk's seat."""
    inside = window.house.inside
    now, key = inside.clock.now(), NumberKey("key-5678")
    came = StageEntered(at=now, call=CALL, stage="menu", detail={})
    way = WayIn(
        at=now, call=CALL, caller_key=key, line="main", why="area:0431", queue="general",
        language="",
    )  # fmt: skip
    inside.journal.write([came, way])
    facts = inside.ring()
    return next(fact for fact in facts if fact.kind == "seat-rung")


async def test_wrap_up_counts_down_gives_more_time_and_ends_by_keys(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()
    rung = await rings(window)
    window.house.inside.floor.take(LegAnswered(rung.leg))
    await window.page.locator("[data-test=title]").wait_for()

    window.house.inside.floor.take(LegEnded(rung.leg, LegEnd.HUNG_UP))
    left = window.page.locator(".wrap b")
    await expect(left).to_have_text(re.compile(r"0:[0-3]\d"))
    await window.page.keyboard.press("F4")
    await expect(left).to_have_text(re.compile(r"0:[4-6]\d|1:0\d"))
    await window.page.keyboard.press("F9")

    await expect(window.page.locator("[data-test=state]")).to_contain_text("示闲")


async def test_a_greeting_is_told_once_by_its_key_where_the_site_has_one(window: Window) -> None:
    """开头语键 (AI-04); as shipped a site has none, and no desk shows it."""
    inside = window.house.inside
    await window.sign_in("agent")
    await window.sit()
    await window.talk()
    greet = window.page.locator("[data-test=greet]")
    await expect(greet).to_have_count(0)

    office = inside.inspections.office
    sampling = office.rules.sampling.model_copy(update={"greeting_within_s": 8.0})
    office.rules = office.rules.model_copy(update={"sampling": sampling})
    await window.page.reload()
    await expect(greet).to_be_enabled()
    await window.page.keyboard.press("F2")
    await expect(greet).to_be_disabled()
    await window.page.keyboard.press("F2")
    await window.page.keyboard.press("F1")

    await expect(window.page.get_by_text("已说开头语")).to_be_visible()
    assert [fact.agent for fact in inside.journal.facts if isinstance(fact, GreetingTold)] == [
        "1001"
    ]
