"""Where an agent can send his citizen, from the panel that F10 opens."""

from playwright.async_api import Page, expect

from tests.browser.window import Window


async def test_to_another_level_with_its_reason(window: Window) -> None:
    await in_a_talk(window)

    await choose(window.page, "省 / 市", {"省 / 市": 0, "转接原因": 0})
    async with window.page.expect_response("**/to-level") as told:
        await window.page.get_by_role("button", name="直接转接").click()

    assert (await told.value).status < 300


async def test_to_whoever_serves_the_district(window: Window) -> None:
    await in_a_talk(window)

    await choose(window.page, "公共事业", {"公共事业": 0})
    async with window.page.expect_response("**/utility") as told:
        await window.page.get_by_role("button", name="直接转接").click()

    assert (await told.value).status < 300


async def test_into_a_queue_again(window: Window) -> None:
    await in_a_talk(window)

    await choose(window.page, "队列", {"队列": 0})
    async with window.page.expect_response("**/to-line") as told:
        await window.page.get_by_role("button", name="转入队列").click()

    assert (await told.value).status < 300


async def test_to_a_colleague_by_the_work_number(window: Window) -> None:
    """转工号."""
    await in_a_talk(window)
    window.house.inside.seat(2)

    await choose(window.page, "同事", {"同事": 0})
    async with window.page.expect_response("**/transfer") as told:
        await window.page.get_by_role("button", name="直接转接").click()

    answer = await told.value
    assert answer.status < 300
    assert answer.request.post_data_json["agent"] == "1002"


async def in_a_talk(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()
    await window.talk()
    await window.page.keyboard.press("F10")


async def choose(page: Page, kind: str, options: dict[str, int]) -> None:
    """The kind of target, then the nth option of each list."""
    panel = page.get_by_role("region", name="转接 / 咨询")
    await panel.get_by_text(kind, exact=True).click()
    for name, n in options.items():
        await panel.get_by_role("combobox", name=name).click(force=True)
        option = page.locator(".el-select-dropdown:visible [role=option]").nth(n)
        await option.click()
        await expect(option).to_be_hidden()
