"""Who has never seen it starts a rehearsal, opens the printed address with the printed login, and
does what the page says until his first call is filed. He knows nothing else.
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import pytest
from playwright.async_api import Browser, Page, expect

from hotline.private.instance import instance
from hotline.private.places import PROJECT
from hotline.rehearsal.browser.chromium import new_context
from hotline.rehearsal.stage import wipe
from tests.browser.chromium import heard
from tests.browser.hall import eventually

NAME: Final = "test-newcomer"
HOTLINE: Final = "from hotline.cli import main; raise SystemExit(main())"
READY_WITHIN, WITHIN, STOP_WITHIN = 240.0, 60.0, 60.0  # seconds, on a busy machine
ADDRESS: Final = re.compile(r"open (http://\S+) in a browser")
LOGIN: Final = re.compile(r"agent: (\S+) / (\S+)")
# A browser that has not been asked for the microphone yet; ours would say yes to everything.
NEVER_ASKED: Final = "navigator.permissions.query = async () => ({ state: 'prompt' })"
VOICE_HZ: Final = (150, 200, 250, 300, 400)  # where a voice is, and no tone of ours
VOICE_DB: Final = -60.0  # in most moments of speech one of these is louder


@pytest.fixture
async def printed() -> AsyncIterator[dict[str, str]]:
    """What the terminal says: address, login, password."""
    wipe(instance(NAME))
    words = ("rehearse", "--calls", "0", "--seats", "2", "--instance", NAME)
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOTLINE, *words, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None, "it was started with a pipe"
    try:
        said = ""
        async with asyncio.timeout(READY_WITHIN):
            while "Ctrl-C ends" not in said:
                line = (await program.stdout.readline()).decode()
                assert line, f"it ended: {said}"
                said += line
        address, login = ADDRESS.search(said), LOGIN.search(said)
        assert address, said
        assert login, said
        yield {"address": address[1], "name": login[1], "password": login[2]}
    finally:
        if program.returncode is None:
            program.terminate()
        await asyncio.wait_for(program.wait(), STOP_WITHIN)


async def test_a_newcomer_takes_and_files_a_call_guided_by_the_page_alone(
    chromium: Browser, printed: dict[str, str]
) -> None:
    page = await (await new_context(chromium)).new_page()
    page.set_default_timeout(WITHIN * 1000)
    await page.add_init_script(NEVER_ASKED)
    await page.goto(printed["address"])
    await page.get_by_label("账号").fill(printed["name"])
    await page.get_by_label("密码").fill(printed["password"])
    await page.get_by_role("button", name="登 录").click()

    does: dict[str, Callable[[Page], Awaitable[None]]] = {
        "microphone": lambda page: press(page, "检测麦克风"),
        "seat": lambda page: press(page, "签入"),
        "available": lambda page: press(page, "示闲"),
        "answer": lambda page: press(page, "接听"),
        "file": files,
        "finish": finishes,
    }
    told = page.locator("[data-test=step]")
    for step, act in does.items():
        await expect(told).to_have_attribute("data-step", step, timeout=WITHIN * 1000)
        await act(page)

    await expect(page.locator("[data-test=first-steps]")).to_have_count(0, timeout=WITHIN * 1000)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=re.compile(f"^{name}")).click()


async def files(page: Page) -> None:
    """He hears the citizen, and fills what has a star."""

    async def speaks() -> bool:
        return max((await heard(page, *VOICE_HZ)).values(), default=-200.0) > VOICE_DB

    await eventually(speaks)
    form = page.get_by_role("region", name="工单")
    await form.get_by_text("求助", exact=True).click()
    await form.get_by_label("标题").fill("路灯不亮")
    await form.get_by_label("诉求内容").fill("人民大街的路灯三天不亮。")
    await form.get_by_role("combobox", name="分类").press_sequentially("ludeng")
    await page.locator("#hit-0").wait_for()
    await page.keyboard.press("Enter")
    await form.get_by_label("事发地址").fill("人民大街")
    await form.get_by_label("姓名").fill("王先生")
    await press(page, "提交工单")
    await page.get_by_text("工单编号").wait_for()


async def finishes(page: Page) -> None:
    await press(page, "挂断")
    await press(page, "结束话后")
