"""The pages beside the desk, on a real hall: supervisor, wall, cases, figures, survey room."""

from typing import Any

from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.furnished import PAGES
from tests.browser.hall import WITHIN_MS, Hall, eventually
from tests.browser.looks import navigation, violations


async def test_the_wall_shows_what_the_floor_says(hall: Hall) -> None:
    desk = await hall.desk("1001")
    citizen = await hall.talks(desk, "13900000021")
    wall = await hall.page("wall")  # whose login has no other page
    await wall.set_viewport_size({"width": 1920, "height": 1080})
    await expect(wall.locator("[data-test=seats-talking] dd")).to_have_text("1")

    floor = await hall.supervisor.ask("GET", "/api/floor")

    shown = await wall_figures(wall)
    assert shown["waiting"] == sum(queue["waiting"] for queue in floor["queues"])
    for activity in ("idle", "ringing", "talking", "wrap_up"):
        rows = [seat for seat in floor["seats"] if seat["activity"] == activity]
        if activity == "idle":
            rows = [seat for seat in rows if seat["presence"] != "paused"]
        assert shown[activity] == len(rows), activity
    busy = [queue for queue in floor["queues"] if queue["waiting"] or queue["talking"]]
    assert busy, "one talks"
    for queue in busy:
        cells = wall.locator(f"[data-test=queue-{queue['queue']}] td")
        assert await cells.nth(0).inner_text() == str(queue["waiting"])
        assert await cells.nth(1).inner_text() == str(queue["talking"])
    await shows_the_day(hall, wall)
    assert await violations(wall) == []
    chief = await hall.page("supervisor", "/supervisor")
    await chief.locator("[data-activity=talking]").click()
    await chief.locator("[data-test=listen]").wait_for()
    assert await violations(chief) == [], "with somebody chosen who talks"
    citizen.hang_up()


async def shows_the_day(hall: Hall, wall: Page) -> None:
    """Each figure of the day is that of `GET /api/wall`, and the call that talks is among them."""

    async def is_shown() -> bool:
        day = await hall.supervisor.ask("GET", "/api/wall")
        figures = {one["id"]: one for one in day["figures"]}
        said = {
            "answer-rate": f"共 {figures['D-01']['n']} 通",
            "rolling": f"共 {figures['D-03b']['n']} 通",
            "in-15": f"共 {figures['D-04']['n']} 通",
            "abandoned": str(day["counts"]["abandoned"]),
            "callbacks": f"应回拨 {day['owed']['owed']}",
            "hand-offs": str(sum(day["hand_offs"].values())),
            "satisfaction": f"共 {day['satisfaction']['n']} 通",
            "tickets": str(day["tickets"]["total"]),
        }
        shown = {name: await wall.locator(f"[data-test={name}]").inner_text() for name in said}
        hours = sum(hour["offered"] for hour in day["hours"])
        talks = figures["D-03b"]["n"] > 0 and hours == day["counts"]["offered"] > 0
        return talks and all(words in shown[name] for name, words in said.items())

    await eventually(is_shown)
    assert await wall.locator(".hours canvas").count() == 1


async def wall_figures(wall: Page) -> dict[str, int]:
    found = {"waiting": int(await wall.locator("[data-test=waiting] .value").inner_text())}
    for activity in ("idle", "ringing", "talking", "wrap_up", "paused"):
        found[activity] = int(await wall.locator(f"[data-test=seats-{activity}] dd").inner_text())
    return found


async def test_a_wall_without_its_feed_says_of_when_it_is(hall: Hall) -> None:
    wall = await hall.page("supervisor")
    lines: list[WebSocketRoute] = []
    is_cut = False

    async def relayed(line: WebSocketRoute) -> None:
        if is_cut:
            await line.close()
            return
        line.connect_to_server()
        lines.append(line)

    await wall.route_web_socket("**/api/live", relayed)
    await wall.goto(hall.base + "/wall")
    await expect(wall.locator("[data-test=waiting] .value")).to_have_text("0")
    await expect(wall.locator(".age.bad")).to_have_count(0)

    is_cut = True
    for line in lines:
        await line.close()

    await expect(wall.locator(".age.bad")).to_contain_text("数据截至", timeout=WITHIN_MS)


async def test_a_supervisor_moves_and_raises_who_waits_with_a_reason(hall: Hall) -> None:
    chief = await hall.page("supervisor", "/supervisor")
    citizen = await hall.rings("13900000022")
    row = chief.locator("[data-test=waiting-row]")
    await expect(row).to_have_count(1)
    call = await row.get_attribute("data-call")

    await row.locator("[data-test=priority]").select_option("3")
    await chief.locator(".el-message-box input").fill("老人，身体不适")
    await chief.locator(".el-message-box .el-button--primary").click()

    async def is_raised() -> bool:
        waiting = (await hall.supervisor.ask("GET", "/api/floor"))["waiting"]
        return any(one["call"] == call and one["priority"] == 3 for one in waiting)

    await eventually(is_raised)
    life = await hall.supervisor.ask("GET", f"/api/calls/{call}")
    told = [fact for fact in life["trace"] if "老人，身体不适" in str(fact)]
    assert told, "the reason is in the call's trace"
    citizen.hang_up()


async def test_a_forced_seat_shows_on_the_map_and_at_the_desk(hall: Hall) -> None:
    desk = await hall.desk("1001")
    chief = await hall.page("supervisor", "/supervisor")
    (seat,) = (await hall.supervisor.ask("GET", "/api/floor"))["seats"]
    tile = chief.locator(f"[data-test=seat-{seat['seat']}]")
    await expect(tile).to_have_attribute("data-activity", "idle")

    await tile.click()
    await chief.locator("[data-test=force-paused]").click()
    await chief.locator(".el-message-box input").fill("班前会")
    await chief.locator(".el-message-box .el-button--primary").click()

    await expect(tile).to_have_attribute("data-activity", "paused")
    await desk.locator("[data-test=available]").wait_for()


async def test_every_page_is_fit_for_whoever_cannot_see_it(hall: Hall) -> None:
    """No serious finding of axe at 1366 x 768, nothing wider than the window; whatever the
    navigation of supervisor and administrator has. The furnished ones: test_supervisor_pages.py."""
    elsewhere = {path.split("/")[1] for path in PAGES}
    found: dict[str, Any] = {}
    for role in ("supervisor", "administrator"):
        page = await hall.page(role)
        for name, path in await navigation(page):
            if name in found or name in elsewhere:
                continue
            await page.goto(hall.base + path)
            await page.locator("#content .panel, main.wall").first.wait_for()
            found[name] = await violations(page)
            wide = await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name} is wider than the window by {wide}"
    assert {"settings", "wall"} <= set(found)
    assert found == {name: [] for name in found}


async def test_an_agent_sees_neither_the_supervisors_page_nor_the_survey_room(hall: Hall) -> None:
    agent = await hall.page("1001")
    for path in ("/supervisor", "/surveys"):
        await agent.goto(hall.base + path)
        await expect(agent.locator("main")).to_contain_text("没有此页的权限")
        assert await agent.locator("[data-test=seat-count]").count() == 0
