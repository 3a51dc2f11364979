"""A citizen's call as its story sees it: play, collect, music, hang up, and who he is.

The story says what shall be heard; what the call is doing is Asterisk's (`telephony/call.py`).
Keys come from Asterisk's key events alone, also during music, so none is counted twice: the end of
one that began while a sound played and ended after it is told to the next sound as well.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Final

import structlog

from kernel.ids import CallId, NumberKey
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony.ami_text import ActionHeaders
from telephony.entry import Entry
from telephony.errors import ActionRefused, AnswerOverdue, LinkDown
from telephony.keys import Keys
from telephony.legs import Leg
from telephony.party import Party
from telephony.place import Place
from telephony.spoken import Sound

log = structlog.get_logger(__name__)

ANY_KEY: Final = "0123456789*#"
SOUND_WITHIN: Final = timedelta(seconds=120)  # the longest a single sound may take
COMMAND_WITHIN: Final = timedelta(seconds=10)
BEGINS_WITHIN_S: Final = 0.15  # AGI looks for commands at each frame, else ten times a second
KEY_FOLLOWS_WITHIN: Final = timedelta(milliseconds=200)
_ITS_KEYS: Final = frozenset(map(ord, ANY_KEY))  # results of a sound that a key has stopped


class LiveCall:
    """One citizen on the phone, while he lasts.

    `where` is "hotline", "room" or "aftercall" while we have the call in hand, else "".
    """

    def __init__(
        self,
        call: CallId,
        name: str,
        party: Party,
        asterisk: act.Asterisk,
        *,
        sound_path: Callable[[Sound], str],
    ) -> None:
        self.id = call
        self.ami_name = name
        self.entry = Entry.FRESH
        self.place: Place | None = None
        self.where = ""
        self.hung_up = asyncio.Event()
        self.party = party
        self._asterisk = asterisk
        self._sound_path = sound_path
        self._hand = asyncio.Event()
        self._keys = Keys()
        self._commands: dict[str, asyncio.Future[int | None]] = {}
        self._sent = 0
        self._music = self._had_music = self._heard_music = False
        self.rung: Callable[[], Sequence[Leg]] = list  # seats' phones, for him
        self._told_at = -math.inf  # to play the last sound
        self.kept: dict[str, str] = {}  # of what we set: it was found so, and is not set again
        self.in_turn: AbstractAsyncContextManager[object] = nullcontext()  # for his first music

    @property
    def caller(self) -> PhoneNumber:
        return self.party.caller

    @property
    def caller_key(self) -> NumberKey | None:
        return self.party.caller_key

    @property
    def caller_name(self) -> str:
        """As it arrived, in one line; foreign text."""
        return self.party.caller_name

    @property
    def dialled(self) -> str:
        return self.party.dialled

    @property
    def sip_call_id(self) -> str:
        return self.party.sip_call_id

    @property
    def arrived_at(self) -> datetime:
        return self.party.arrived_at

    # ---- what a story asks

    async def play(
        self, sounds: Sequence[Sound], *, until: str = "", though_rung: bool = False
    ) -> str:
        """Play them one after the other; the key of `until` that stopped it, or "".

        One that is stopped by the echo of a key taken before is said again. Music that was on goes
        on afterwards. Ends early, with "", when a seat takes the call; what has not begun when a
        seat rings for him is not said, but `though_rung` as a ring begins that somebody has to
        answer by hand.
        """
        left, key = deque(sounds), self._keys.take(until)
        while left and not key and self._hand.is_set() and self._may_begin(though_rung):
            self._told_at = asyncio.get_running_loop().time()
            path = self._sound_path(left[0])
            if await self._command(act.stream(path, until), SOUND_WITHIN) in _ITS_KEYS:
                key = await self._keys.next_of(until, KEY_FOLLOWS_WITHIN)
            else:
                left.popleft()
                key = self._keys.take(until)
        if self._music:
            await self.music()
        return key

    def begins_for(self) -> float:
        """So many seconds a sound of his may still be about to begin; a seat that takes him then
        kills Asterisk (ADR 0030)."""
        since = asyncio.get_running_loop().time() - self._told_at
        return max(0.0, BEGINS_WITHIN_S - since)

    async def collect(
        self,
        sounds: Sequence[Sound],
        *,
        digits: int,
        first_within: timedelta,
        between: timedelta,
        ends: str = "#",
    ) -> str:
        """Ask for up to `digits` keys; any key stops the question (barge-in).

        `first_within` counts from the end of the sounds, `between` from key to key. A key of `ends`
        ends the entry and is not part of it. "" means silence.
        """
        keys = ""
        key = await self.play(sounds, until=ANY_KEY) or await self.next_key(first_within)
        while key and key not in ends:
            keys += key
            if len(keys) == digits:
                break
            key = await self.next_key(between)
        return keys

    async def music(self) -> None:
        """Hold music from now on; it comes back by itself after each announcement."""
        self._music = self._heard_music = True
        in_turn, self.in_turn = self.in_turn, nullcontext()
        async with in_turn:
            await self._command(act.MUSIC_ON, COMMAND_WITHIN)

    async def silence(self) -> None:
        self._music = False
        await self._command("SET MUSIC OFF", COMMAND_WITHIN)

    async def next_key(self, within: timedelta) -> str:
        """The next key pressed, also an earlier one not taken yet; "" when none comes in time."""
        return await self._keys.next_of(ANY_KEY, within)

    async def key_waiting(self) -> None:
        """Wait until a key was pressed; it is not taken."""
        await self._keys.waiting()

    def forget_keys(self) -> None:
        """What was pressed before a question is no answer to it."""
        self._keys.forget()

    async def in_hand(self) -> str:
        """Wait until we have the call (again): "hotline", "room" or "aftercall"."""
        await self._hand.wait()
        return self.where

    async def conversation_over(self) -> str:
        """Wait, from `Connected` on, until the call is ours again; hold does not count.

        "aftercall": the seat hung up. "room": it goes on waiting (back to the line, a transfer that
        failed, a seat that vanished while the citizen was on hold).
        """
        return await self.in_hand()

    async def converse(self, conversation: str, address: str, within: timedelta) -> None:
        """Let the speech worker at host:port play and listen, until it or the citizen ends it.

        Ends at once when nobody is there. Raises AnswerOverdue.
        """
        await self._command(act.converse(conversation, address), within)

    def hang_up(self) -> None:
        self.party.sent_home = True
        self._tell(act.hangup(self.ami_name))

    def send_to(self, context: str, exten: str = "s") -> None:
        """Let the dialplan have it: the story has nothing more to say.

        It is out of our hands from now on, not only with Asterisk's news of it: a story that ends
        here must not hang up whom it has just sent on.
        """
        self._tell(act.redirect(self.ami_name, context, exten))
        self.where = ""

    def set_variable(self, name: str, value: str) -> None:
        """A variable on the call; it survives this process."""
        if self.kept.pop(name, None) != value:
            self._tell(act.set_variable(self.ami_name, name, value))

    def remember(self, place: Place) -> None:
        """Keep the place in the line on the call itself: it comes back in `self.place`."""
        self.place = place
        self.set_variable("CC_Q", place.encode())

    # ---- what the switchboard tells it

    def taken_in_hand(self, where: str, name: str) -> None:
        self._void_commands()
        self.where, self.ami_name = where, name
        self._hand.set()
        self._music = self._had_music and where == act.ROOM  # parted from a seat, he waits on
        self._had_music = False
        self._music_again()

    def out_of_hand(self) -> None:
        self.where = ""
        self._had_music, self._music = self._music or self._had_music, False
        self._hand.clear()
        self._void_commands()

    def key_pressed(self, key: str) -> None:
        self._keys.press(key)

    def command_done(self, command_id: str, result: int | None) -> None:
        waiting = self._commands.get(command_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(result)

    def gone(self) -> None:
        self.out_of_hand()
        self.hung_up.set()

    def link_came_back(self) -> None:
        """What was played meanwhile is unknown: commands are void, music starts anew."""
        self._void_commands()
        self._music_again()

    # ---- within

    def _may_begin(self, though_rung: bool) -> bool:
        """A sound that begins as Bridge() takes one who has had music kills Asterisk: Bridge()
        stops his music, and with it closes the file that has just been opened (ADR 0030)."""
        no_music_yet = self.entry is Entry.FRESH and not self._heard_music
        return no_music_yet or all(though_rung and not leg.by_itself for leg in self.rung())

    def _music_again(self) -> None:
        if self._music and self._hand.is_set():
            self._sent += 1
            self._tell(act.agi(self.ami_name, act.MUSIC_ON, f"{self.id}/{self._sent}"))

    def _void_commands(self) -> None:
        for waiting in self._commands.values():
            if not waiting.done():
                waiting.set_result(None)

    async def _command(self, command: str, within: timedelta) -> int | None:
        """An AGI command's result; None if the call was taken, refused or out of reach."""
        if not self._hand.is_set():
            return None
        self._sent += 1
        command_id = f"{self.id}/{self._sent}"
        done: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._commands[command_id] = done
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._asterisk.ask(act.agi(self.ami_name, command, command_id))
                return await done
        except (ActionRefused, LinkDown, AnswerOverdue) as trouble:
            log.info("command not carried out", why=trouble.problem)
            return None
        except TimeoutError:
            raise AnswerOverdue(
                f"Call {self.id} has not finished {command.split()[0]} in time.",
                remedy="Look at Asterisk's log for this call.",
            ) from None
        finally:
            del self._commands[command_id]

    def _tell(self, headers: ActionHeaders) -> None:
        """A link that is down is no fault of the story: the dead man's switch looks after him."""
        try:
            self._asterisk.tell(headers)
        except LinkDown as trouble:
            log.warning("not told to asterisk", why=trouble.problem)
