"""The AMI link against a scripted server: each trap of the library it wraps stays closed."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from pydantic import SecretStr

from kernel.clock import SystemClock
from telephony.ami_asks import Headers, LinkCameUp, LinkWentDown
from telephony.ami_link import AmiLink
from telephony.ami_pauses import Pulse
from telephony.ami_reader import MessageReader
from telephony.errors import ActionRefused, AnswerOverdue, ForbiddenText, LeaseLost, LinkDown
from telephony.settings import AmiSettings
from tests.fakes.scripted_ami import ScriptedAmi, scripted_ami

QUICK, PATIENCE = timedelta(milliseconds=150), timedelta(seconds=20)
REDIRECT = {"Action": "Redirect", "Channel": "PJSIP/x-1", "Context": "room", "Exten": "s"}
ORIGINATE = {
    "Action": "Originate",
    "Channel": "PJSIP/8001",
    "Async": "true",
    "ChannelId": "1-000001",
}


class Heard:
    """All news of a link, in order."""

    def __init__(self) -> None:
        self.news: list[Headers | LinkCameUp | LinkWentDown] = []
        self._came = asyncio.Event()

    async def listen(self, link: AmiLink) -> None:
        async for news in link.news():
            self.news.append(news)
            self._came.set()

    async def until(self, so: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not so():
                self._came.clear()
                await self._came.wait()

    @property
    def events(self) -> list[Headers]:
        kinds = LinkCameUp, LinkWentDown
        found = [n for n in self.news if not isinstance(n, kinds)]
        return [n for n in found if n["event"] != "FullyBooted"]

    def count(self, kind: type[LinkCameUp] | type[LinkWentDown]) -> int:
        return sum(isinstance(news, kind) for news in self.news)


@asynccontextmanager
async def linked(
    may_act: Callable[[], bool] = lambda: True, **changed: timedelta
) -> AsyncIterator[tuple[ScriptedAmi, AmiLink, Heard]]:
    async with scripted_ami() as (script, port), asyncio.TaskGroup() as group:
        quick = {"ask_within": PATIENCE, "first_retry_after": timedelta(milliseconds=1)}
        settings = AmiSettings.model_validate(
            {"port": port, "secret": SecretStr("s3cret"), **quick, **changed}
        )
        link = AmiLink(settings, clock=SystemClock(), may_act=may_act, jitter=lambda: 0.5)
        heard = Heard()
        tasks = [group.create_task(link.run()), group.create_task(heard.listen(link))]
        await heard.until(lambda: heard.count(LinkCameUp))
        try:
            yield script, link, heard
        finally:
            for task in tasks:
                task.cancel()


@pytest.mark.parametrize("at", range(1, 80, 7))
async def test_a_name_split_between_two_reads_arrives_whole(at: int) -> None:
    """市民张三 arrived as 民张三 when each read was decoded alone."""
    message = "Event: Newchannel\r\nCallerIDName: 市民张三李四王五\r\nUniqueid: u1\r\n\r\n".encode()
    async with linked() as (script, _, heard):
        await script.say_split(message, min(at, len(message) - 1))
        await heard.until(lambda: heard.events)

        assert heard.events[0]["calleridname"] == "市民张三李四王五"


def test_every_split_of_a_message_gives_the_same_message() -> None:
    message = "Event: DTMFEnd\r\nCallerIDName: 市民张三\r\nDigit: 1\r\n\r\n".encode()

    for at in range(1, len(message)):
        reader = MessageReader()
        assert [*reader.feed(message[:at]), *reader.feed(message[at:])] == [
            {"event": "DTMFEnd", "calleridname": "市民张三", "digit": "1", "content": ""}
        ]


async def test_the_blank_line_after_a_test_event_swallows_nothing() -> None:
    async with linked() as (script, _, heard):
        script.say_raw(
            b"Event: TestEvent\r\nState: X\r\n\r\n\r\nEvent: Hangup\r\nUniqueid: u\r\n\r\n"
        )
        await heard.until(lambda: len(heard.events) == 2)

        assert [event["event"] for event in heard.events] == ["TestEvent", "Hangup"]


async def test_a_two_kilobyte_name_comes_in_whole() -> None:
    name = "长" * 700
    async with linked() as (script, _, heard):
        script.say("Event: Newchannel", f"CallerIDName: {name}", "Uniqueid: u1")
        await heard.until(lambda: heard.events)

        assert heard.events[0]["calleridname"] == name


async def test_events_keep_their_order_and_a_repeated_header_is_kept() -> None:
    async with linked() as (script, _, heard):
        for n in range(50):
            script.say("Event: UserEvent", f"N: {n}", "Channel: a", "Channel: b")
        await heard.until(lambda: len(heard.events) == 50)

        assert [event["n"] for event in heard.events] == [str(n) for n in range(50)]
        assert heard.events[0]["channel"] == ("a", "b")


async def test_an_answer_that_never_comes_is_overdue_and_what_comes_late_does_no_harm() -> None:
    async with linked(ask_within=QUICK) as (script, link, _):
        script.answer = lambda action: None
        with pytest.raises(AnswerOverdue):
            await link.ask(REDIRECT)
        (late,) = script.named("Redirect")
        script.say("Response: Success", f"ActionID: {late['ActionID']}")
        script.answer = lambda action: "Response: Success"

        assert (await link.ask({"Action": "Status"}, within=PATIENCE)).ok


async def test_an_action_in_flight_when_the_line_drops_fails_and_is_never_sent_again() -> None:
    """I7: the library would have sent the Redirect, to 110 for instance, a second time."""
    async with linked() as (script, link, heard):
        script.answer = lambda action: None
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(refused_with(link, REDIRECT))
            await script.until(lambda: script.named("Redirect"))
            script.hang_up()

        assert asking.result() is LinkDown
        await heard.until(lambda: heard.count(LinkCameUp) == 2)
        await asyncio.sleep(0.05)
        assert (script.logins, len(script.named("Redirect"))) == (2, 1)
        assert heard.count(LinkWentDown) == 1
        gaps = [news.gap for news in heard.news if isinstance(news, LinkCameUp)]
        assert gaps[0] is None
        assert gaps[1] is not None


async def test_while_the_link_is_down_nothing_is_sent_and_the_error_says_so() -> None:
    async with linked(first_retry_after=timedelta(seconds=9)) as (script, link, heard):
        script.hang_up()
        await heard.until(lambda: heard.count(LinkWentDown))

        with pytest.raises(LinkDown, match="was not sent"):
            await link.ask(REDIRECT)
        with pytest.raises(LinkDown, match="was not sent"):
            link.tell(REDIRECT)


@pytest.mark.parametrize(
    "value", ["x\r\nAction: Originate", "x\ny", "x\ry", "x\x00y", "长" * 700], ids=repr
)
async def test_text_that_would_be_another_action_is_refused_before_it_is_sent(value: str) -> None:
    async with linked() as (script, link, _):
        with pytest.raises(ForbiddenText):
            await link.ask({"Action": "Setvar", "Variable": "CC_NAME", "Value": value})
        with pytest.raises(ForbiddenText):
            link.tell({"Action": "Setvar", f"V{value}": "x"})

        assert (await link.ask({"Action": "Status"})).ok
        assert {action["Action"] for action in script.actions} <= {"Login", "Ping", "Status"}


async def test_an_originate_response_comes_as_an_event_although_it_carries_our_action_id() -> None:
    async with linked() as (script, link, heard):
        await link.ask(ORIGINATE)
        (sent,) = script.named("Originate")
        script.say(
            "Event: OriginateResponse",
            f"ActionID: {sent['ActionID']}",
            "Response: Failure",
            "Reason: 3",
            "Uniqueid: 1-1",
        )
        await heard.until(lambda: heard.events)

        assert heard.events[0]["event"] == "OriginateResponse"


async def test_a_list_comes_back_whole_and_events_between_its_items_go_on() -> None:
    def listed(action: dict[str, str]) -> str:
        return "Response: Success\r\nEventList: start"

    async with linked() as (script, link, heard):
        script.answer = listed
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(link.ask({"Action": "Status"}))
            await script.until(lambda: script.named("Status"))
            action_id = f"ActionID: {script.named('Status')[0]['ActionID']}"
            script.say("Event: Status", action_id, "Uniqueid: a")
            script.say("Event: Hangup", "Uniqueid: z")
            script.say("Event: Status", action_id, "Uniqueid: b")
            script.say("Event: StatusComplete", action_id, "EventList: Complete")
        await heard.until(lambda: heard.events)

        assert [item["uniqueid"] for item in asking.result().events] == ["a", "b"]
        assert [event["event"] for event in heard.events] == ["Hangup"]


async def test_a_refusal_is_an_error_with_asterisks_words() -> None:
    async with linked() as (script, link, _):
        script.answer = lambda action: "Response: Error\r\nMessage: No such channel"
        told: asyncio.Queue[str] = asyncio.Queue()

        with pytest.raises(ActionRefused, match="No such channel"):
            await link.ask(REDIRECT)
        link.tell(REDIRECT, refused=told.put_nowait)

        assert await asyncio.wait_for(told.get(), 30) == "No such channel"
        assert len(script.named("Redirect")) == 2


async def test_silence_on_our_ping_is_a_lost_link() -> None:
    ping = {"ping_every": timedelta(milliseconds=10), "ping_within": timedelta(milliseconds=30)}
    async with linked(**ping) as (script, _, heard):
        script.answers_ping = False
        await heard.until(lambda: heard.count(LinkWentDown))

        gone = next(news for news in heard.news if isinstance(news, LinkWentDown))
        assert "ping" in gone.why


async def test_an_asterisk_that_answers_late_but_talks_is_not_given_up_at_once() -> None:
    ping = {"ping_every": timedelta(milliseconds=20), "ping_within": timedelta(milliseconds=300)}
    async with linked(**ping) as (script, link, heard):
        script.answers_ping = False
        before = len(script.named("Ping"))

        async with asyncio.TaskGroup() as group:
            talking = group.create_task(_talks_on(script))
            await heard.until(lambda: heard.count(LinkWentDown))
            talking.cancel()

        assert len(script.named("Ping")) - before >= Pulse.late_at_most
        assert link.counters["links lost"] == 1


async def _talks_on(script: ScriptedAmi) -> None:
    while True:
        script.say("Event: PeerStatus", "Peer: PJSIP/8001")
        await asyncio.sleep(0.005)


async def test_asterisks_shutdown_is_a_lost_link_at_once() -> None:
    async with linked() as (script, _, heard):
        script.say("Event: Shutdown", "Shutdown: Cleanly")
        await heard.until(lambda: heard.count(LinkWentDown))

        await heard.until(lambda: heard.count(LinkCameUp) == 2)


async def test_without_the_lease_nothing_is_done_but_the_link_stays() -> None:
    leads = True
    async with linked(may_act=lambda: leads) as (script, link, heard):
        leads = False
        with pytest.raises(LeaseLost):
            await link.ask(REDIRECT)

        assert not script.named("Redirect")
        assert link.is_up
        assert heard.count(LinkWentDown) == 0


@pytest.mark.parametrize("jitter", [0.0, 1.0])
async def test_the_pauses_between_attempts_double_up_to_the_longest(jitter: float) -> None:
    """An Asterisk that is not there is not hammered; jitter makes it half to one and a half."""
    pauses = [factor * (0.5 + jitter) / 1000 for factor in (1, 2, 4, 8, 16, 32, 64, 64, 64, 64)]
    asked: list[float] = []
    enough = asyncio.Event()

    def ask_jitter() -> float:
        """It is asked once for each pause, as the pause begins."""
        asked.append(asyncio.get_running_loop().time())
        if len(asked) > len(pauses):
            enough.set()
        return jitter

    with socket.socket() as deaf:  # bound but not listening: it refuses every connection
        deaf.bind(("127.0.0.1", 0))
        settings = AmiSettings(
            port=deaf.getsockname()[1],
            first_retry_after=timedelta(milliseconds=1),
            last_retry_after=timedelta(milliseconds=64),
        )
        link = AmiLink(settings, clock=SystemClock(), jitter=ask_jitter)
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            running = group.create_task(link.run())
            await enough.wait()
            running.cancel()

    took = [after - before for before, after in itertools.pairwise(asked)]
    assert all(t >= p - 1e-6 for t, p in zip(took, pauses, strict=False)), took
    assert min(took[:3]) < pauses[5], "the first ones are short"
    assert min(took[7:]) < 2 * pauses[6], "they do not grow for ever"


async def refused_with(link: AmiLink, headers: dict[str, str]) -> type[Exception] | None:
    try:
        await link.ask(headers, within=timedelta(seconds=5))
    except LinkDown as trouble:
        return type(trouble)
    return None


async def test_what_comes_between_the_login_and_the_boot_is_told_after_the_link_came_up() -> None:
    """Else a call is met anew that the look at Asterisk would have adopted."""
    async with linked() as (script, _, heard):
        script.before_boot = "Event: AsyncAGIStart"
        script.hang_up()
        await heard.until(lambda: heard.events)

    assert heard.count(LinkCameUp) == 2
    since = [news for news in heard.news if not isinstance(news, dict)]
    assert [type(news) for news in since] == [LinkCameUp, LinkWentDown, LinkCameUp]
    kinds = ["up" if isinstance(n, LinkCameUp) else "event" for n in heard.news[-3:]]
    assert kinds == ["up", "event", "event"]
