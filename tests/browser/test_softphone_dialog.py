"""What a page's softphone says on the wire: after a lost socket, after a reload, after a BYE."""

from playwright.async_api import expect

from tests.browser.sip_far_end import FarEnd, header, open_far_end, tag_of
from tests.browser.window import Window


async def test_a_reloaded_page_takes_its_call_up_in_the_same_dialog(window: Window) -> None:
    async with open_far_end(window.house.inside.phones) as far:
        before = await in_a_call(window, far)

        await window.page.reload()
        again = await far.hear("INVITE")
        await far.accept(again)
        acknowledged = await far.hear("ACK")

    assert header(again, "Call-ID") == header(acknowledged, "Call-ID") == "call-1"
    assert tag_of(header(again, "From")) == tag_of(header(before, "To"))
    assert tag_of(header(again, "To")) == "far"
    assert int(header(again, "CSeq").split()[0]) > 1_000_000
    assert "a=connection:new" in again
    assert header(again, "Contact") != header(before, "Contact")


async def test_a_lost_socket_is_made_good_by_an_invite_on_the_new_one(window: Window) -> None:
    async with open_far_end(window.house.inside.phones) as far:
        before = await in_a_call(window, far)

        window.house.inside.softphones.close_all()
        again = await far.hear("INVITE")
        await far.accept(again)
        await far.hear("ACK")

    assert tag_of(header(again, "From")) == tag_of(header(before, "To"))
    assert "a=connection:new" not in again


async def test_a_call_that_is_over_is_not_taken_up_again(window: Window) -> None:
    async with open_far_end(window.house.inside.phones) as far:
        answered = await in_a_call(window, far)

        over = await far_says_bye(far, answered)
        kept = await window.page.evaluate("sessionStorage.getItem('hotline.dialog')")

    assert (header(over, "CSeq"), kept) == ("8 BYE", None)


async def test_a_second_call_beside_the_first_is_told_that_the_phone_is_busy(
    window: Window,
) -> None:
    async with open_far_end(window.house.inside.phones) as far:
        await in_a_call(window, far)

        await far.ring("call-2")
        refused = await far.hear("SIP/2.0 486")
        kept = await window.page.evaluate("sessionStorage.getItem('hotline.dialog')")

    assert header(refused, "Call-ID") == "call-2"
    assert "call-1" in kept


async def test_away_from_the_desk_a_bar_says_that_the_phone_rings_and_takes_or_refuses_it(
    window: Window,
) -> None:
    """As for a supervisor who listens (E2.2), from her own page; also after a reload there."""
    page, bar = window.page, window.page.locator("[data-test=phone-rings]")
    async with open_far_end(window.house.inside.phones) as far:
        await sits(window)
        await page.locator("nav a[href='/cases']").click()
        invite = await far.ring("call-1")
        await expect(bar).to_contain_text("您的话机正在振铃")
        await page.keyboard.press("F9")
        await far.acknowledge(invite, await far.hear("SIP/2.0 603"))
        await expect(bar).to_have_count(0)

        far.registered.clear()
        await page.reload()
        await far.registered.wait()
        invite = await far.ring("call-2")
        await bar.locator("[data-test=answer]").click()
        await far.acknowledge(invite, await far.hear("SIP/2.0 200"))
        await expect(bar).to_contain_text("通话中")
        await bar.locator("[data-test=hang-up]").click()
        await far.hear("BYE")


async def sits(window: Window) -> None:
    """Signed in at a seat, with the phone of the page."""
    await window.sign_in("agent")
    await window.page.locator("[data-test=take-seat]").click()
    await window.page.locator("[data-test=phone].registered").wait_for()


async def in_a_call(window: Window, far: FarEnd) -> str:
    """The page's 200 OK to the INVITE; it was acknowledged."""
    await sits(window)
    invite = await far.ring()
    await far.hear("SIP/2.0 180")
    await window.page.evaluate("window.dispatchEvent(new KeyboardEvent('keydown', {key: 'F2'}))")
    answered = await far.hear("SIP/2.0 200")
    await far.acknowledge(invite, answered)
    await window.page.wait_for_function("sessionStorage.getItem('hotline.dialog') !== null")
    return answered


async def far_says_bye(far: FarEnd, answered: str) -> str:
    """The page's answer to it."""
    uri = far.contact[far.contact.index("<") + 1 : far.contact.index(">")]
    await far.send(
        f"BYE {uri} SIP/2.0\r\nVia: SIP/2.0/WS far.invalid;branch=z9hG4bKfar3\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:13912345678@hotline>;tag=far\r\n"
        f"To: {header(answered, 'To')}\r\nCall-ID: call-1\r\nCSeq: 8 BYE\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    return await far.hear("SIP/2.0 200")
