"""The pages themselves: who may see which, what may run in them, how much they weigh."""

from playwright.async_api import expect

from tests.browser.looks import violations
from tests.browser.window import Window

FIRST_LOAD_AT_MOST = 350 * 1024
EVIL = '<img src=x onerror="window.__evil=1"><script>window.__evil=1</script>'


async def test_no_page_opens_without_a_session(window: Window) -> None:
    pages = ("supervisor", "evidence", "inspection", "staffing", "surveys", "figures", "wall")
    for path in ("/", "/desk", "/cases", "/settings", "/anything", *(f"/{one}" for one in pages)):
        await window.page.goto(window.base + path)
        await window.page.locator("#password").wait_for()

    assert "/login" in window.page.url


async def test_a_role_sees_its_own_pages_only(window: Window) -> None:
    await window.sign_in("handler", "/desk")

    await expect(window.page.locator("main")).to_contain_text("您的岗位没有此页的权限")
    await expect(window.page.locator("nav a[href='/desk']")).to_have_count(0)


async def test_after_a_login_the_page_that_was_asked_for_opens(window: Window) -> None:
    await window.sign_in("agent", "/desk?from=link")

    await window.page.locator("[data-test=take-seat]").wait_for()
    assert window.page.url.endswith("/desk?from=link")


async def test_a_login_leads_to_no_other_site(window: Window) -> None:
    await window.sign_in("agent", "/login?to=//evil.example/desk")

    assert window.page.url.startswith(window.base)


async def test_nothing_inline_runs_and_the_desk_needs_nothing_inline(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()
    await window.talk()
    clean = await window.violations()

    await window.page.evaluate(
        """() => {
          const script = document.createElement('script')
          script.textContent = 'window.__evil = 1'
          document.body.append(script)
          const box = document.createElement('div')
          box.innerHTML = '<p style="color: red" onclick="window.__evil = 1">x</p>'
          document.body.append(box)
        }"""
    )

    assert clean == []
    assert await window.page.evaluate("window.__evil") is None
    assert len(await window.violations()) >= 2


async def test_what_people_typed_is_text_wherever_it_is_shown(window: Window) -> None:
    window.name_agent("1001", EVIL)
    window.known_caller(title=EVIL, tag=EVIL)
    await window.sign_in("agent")
    await window.sit()
    await window.talk()

    await window.page.fill("[data-test=title]", EVIL)
    await window.page.fill("[data-test=content]", EVIL)
    await expect(window.page.locator("[data-test=caller]")).to_contain_text(EVIL)
    await expect(window.page.locator("header.bar")).to_contain_text(EVIL)

    assert await window.page.evaluate("window.__evil") is None
    assert await window.page.locator("img[src=x]").count() == 0


async def test_the_desk_weighs_little(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()
    await window.talk()
    files = [answer for answer in window.loaded if "/assets/" in answer.url]

    sizes = [(await answer.request.sizes())["responseBodySize"] for answer in files]

    assert 0 < sum(sizes) <= FIRST_LOAD_AT_MOST
    assert {answer.headers["cache-control"] for answer in files} == {
        "public, max-age=31536000, immutable"
    }


async def test_only_this_host_is_asked_for_anything(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()

    assert {answer.url.split("/")[2] for answer in window.loaded} == {window.base[7:]}


async def test_masked_numbers_stay_masked_until_the_agent_asks(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()
    await window.talk()
    before = await window.page.content()

    await window.page.locator("[data-test=show-number]").click()
    await expect(window.page.locator("[data-test=number]")).to_have_text("13812345678")

    assert "13812345678" not in before
    assert "138****5678" in before


async def test_a_form_survives_a_reload_and_a_console_that_was_away(window: Window) -> None:
    await window.sign_in("agent")
    await window.sit()
    await window.talk()
    await window.page.context.set_offline(True)
    await window.page.fill("[data-test=title]", "路灯不亮")
    await expect(window.page.locator("[data-test=save-state]")).to_contain_text("暂存本机")
    await window.page.context.set_offline(False)

    await window.page.reload()

    await expect(window.page.locator("[data-test=title]")).to_have_value("路灯不亮")
    await expect(window.page.locator("[data-test=save-state]")).to_have_text("已保存")


async def test_axe_finds_nothing_serious_on_login_and_desk(window: Window) -> None:
    await window.page.goto(window.base)
    await window.page.locator("#password").wait_for()
    login = await violations(window.page)
    await window.sign_in("agent")
    await window.page.locator("[data-test=take-seat]").wait_for()
    seat = await violations(window.page)
    await window.sit()
    await window.talk()
    await window.page.locator("[data-test=move]").click()

    assert (login, seat, await violations(window.page)) == ([], [], [])
