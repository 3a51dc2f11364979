"""An AMI server that says exactly what a test tells it: for faults a real PBX gives too rarely."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Headers = dict[str, str]


class ScriptedAmi:
    """Answers log-in and ping by itself; keeps every action; everything else the test says."""

    def __init__(self) -> None:
        self.actions: list[Headers] = []
        self.raw = b""
        self.logins = 0
        self.ended = 0  # connections whose end we have seen
        self.answers_ping = True
        self.booted = True
        self.before_boot = ""  # an event that comes between the login and FullyBooted
        self.reads = asyncio.Event()  # cleared: what we send piles up unread, no end is seen
        self.reads.set()
        self.answer: Callable[[Headers], str | None] = lambda action: "Response: Success"
        self._came = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []

    def named(self, action: str) -> list[Headers]:
        return [headers for headers in self.actions if headers["Action"] == action]

    async def until(self, so: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not so():
                self._came.clear()
                await self._came.wait()

    def say(self, *lines: str) -> None:
        self.say_raw(("\r\n".join(lines) + "\r\n\r\n").encode())

    def say_raw(self, data: bytes) -> None:
        self._writers[-1].write(data)

    async def say_split(self, data: bytes, at: int) -> None:
        """In two TCP reads."""
        self.say_raw(data[:at])
        await self._writers[-1].drain()
        await asyncio.sleep(0.005)
        self.say_raw(data[at:])

    def hang_up(self) -> None:
        self._writers[-1].close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                await self.reads.wait()
                block = await reader.readuntil(b"\r\n\r\n")
                self.raw += block
                lines = block.decode().strip().split("\r\n")
                self._act({k: v for k, _, v in (line.partition(": ") for line in lines)})
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ended += 1
            self._came.set()
            writer.close()

    def _act(self, action: Headers) -> None:
        self.actions.append(action)
        match action["Action"]:
            case "Login":
                self.logins += 1
                self._reply(action, "Response: Success")
                if self.before_boot:
                    self.say(self.before_boot)
                if self.booted:
                    self.say("Event: FullyBooted", "Status: Fully Booted")
            case "Ping":
                if self.answers_ping:
                    self._reply(action, "Response: Success\r\nPing: Pong")
            case _:
                self._reply(action, self.answer(action))
        self._came.set()

    def _reply(self, action: Headers, text: str | None) -> None:
        if text is not None:
            first, *rest = text.split("\r\n")
            self.say(first, f"ActionID: {action['ActionID']}", *rest)


@asynccontextmanager
async def scripted_ami() -> AsyncIterator[tuple[ScriptedAmi, int]]:
    """The server and its port."""
    script = ScriptedAmi()
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    try:
        yield script, int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for writer in script._writers:
            writer.close()
        await asyncio.sleep(0.01)
