"""Hand-offs in the very moment in which something else happens to citizen, agent or line.

Each was met in many hand-offs on the real Asterisk (tests/integration/emergency_many.py).
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from telephony import emergency_facts as facts
from telephony.ami_text import ActionHeaders
from telephony.call import Phase
from telephony.emergency import State
from telephony.errors import WrongPhase
from tests.fakes.emergency_switch import EmergencySwitch
from tests.fakes.fake_switch import Habit, _Line
from tests.stories.test_emergency import FIRST, SEAT, Room, played


def test_emg_01_an_agent_who_hangs_up_as_he_presses_leaves_it_ringing(tmp_path: Path) -> None:
    """Asterisk moves neither of two when one is gone: the citizen goes alone."""

    class GoneInThatMoment(EmergencySwitch):
        def _act(self, headers: ActionHeaders) -> str:
            if "ExtraChannel" in headers and self.has(SEAT):
                self._lines[SEAT].bridge = ""  # his BYE has parted them already
                self.far_end_hangs_up(SEAT)
            return super()._act(headers)

    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.ANSWERS
        call = await room.citizen()
        await room.ask(call)
        await room.until(lambda: room.state(call) is State.JOINED_ALONE)

        assert room.phase(call) is Phase.CONFERENCE

    played(tmp_path, script, GoneInThatMoment())


def test_emg_06_a_key_pressed_twice_rings_once(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.RINGS
        call = await room.citizen()
        both = await asyncio.gather(room.ask(call), room.ask(call), return_exceptions=True)

        assert sorted(type(one) for one in both if one is not None) == [WrongPhase]
        assert len([one for one in room.facts if isinstance(one, facts.HandOffAsked)]) == 1

    played(tmp_path, script)


def test_emg_01_who_leaves_his_conference_for_a_moment_keeps_the_emergency_line(
    tmp_path: Path,
) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.ANSWERS
        call = await room.citizen()
        await room.ask(call)
        await room.until(lambda: room.state(call) is State.JOINED)
        await room.emergency.leave(call)
        await room.until(lambda: room.state(call) is State.JOINED_ALONE)
        room.switch.goes_out_and_comes_back(call)
        await room.until(lambda: room.phase(call) is Phase.CONFERENCE)
        await asyncio.sleep(5)

        assert room.state(call) is State.JOINED_ALONE
        room.switch.far_end_hangs_up(call)
        await room.until(lambda: not list(room.board.mirror.legs))

    played(tmp_path, script)


def test_emg_01_whom_his_conference_does_not_let_out_is_brought_out(tmp_path: Path) -> None:
    """ConfBridge forgets who joins in the moment the last other goes: silence (22.10.1)."""

    class Forgets(EmergencySwitch):
        def _alone(self, line: _Line) -> None:
            self.forgotten = line

    async def script(room: Room) -> None:
        call = await room.citizen(talks=False)
        await room.ask(call, agent=False)
        await room.until(lambda: room.state(call) is State.IN_LINE)
        over = room.board.clock.now()
        await room.until(lambda: room.phase(call) is Phase.BETWEEN)

        assert room.board.clock.now() - over <= timedelta(seconds=1.5)
        await room.until(lambda: room.board.calls[call].where == "room")

    played(tmp_path, script, Forgets())


@pytest.mark.parametrize("agent", [True, False])
def test_emg_01_a_key_pressed_while_a_seat_takes_him_waits_until_it_has(
    tmp_path: Path, agent: bool
) -> None:
    """Else he is pulled out of the conference again, or hung up on, by the seat's own Bridge()."""

    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.RINGS
        call = await room.citizen(talks=False)
        room.switch.is_taken(call)
        asked = asyncio.ensure_future(room.ask(call, agent=agent))
        await asyncio.sleep(0.5)
        assert room.kinds() == []
        room.switch.is_free(call)
        await room.rings_and_talks(call)
        await asked
        await room.until(lambda: room.state(call) is State.RINGING)

        assert room.board.mirror.legs.seat(call) is not None

    played(tmp_path, script)
