"""A release of the emergency directory is obeyed by the next hand-off (EMG-01)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from acd.policy import QueuePolicies
from hotline.desks.emergency import EmergencyDesk
from hotline.projectors import projectors
from hotline.releases.in_force import RulesInForce
from hotline.rule_files import RuleFiles
from kernel.ids import AgentNo, CallId
from storage.projection import Projector
from telephony import emergency_facts as facts
from telephony.emergency import State
from telephony.emergency_directory import EmergencyDirectory
from telephony.errors import WrongPhase
from tests.console.rules_room import shipped_rules, shipped_settings
from tests.fakes.emergency_lines import DIRECTORY
from tests.fakes.emergency_switch import EmergencySwitch
from tests.fakes.fake_switch import Habit
from tests.fakes.virtual_time import VirtualClock, at_once
from tests.stories.test_emergency import AGENT, FIRST, SECOND, Room, played
from tests.stories.test_rules_released import with_release

CALL = CallId("cc1-1767603600.41")


def changed(**line: object) -> RuleFiles:
    """The shipped rules, with another first line of the directory (110)."""

    def change(emergency: Any) -> None:
        emergency["lines"][0] |= line

    return with_release("emergency", change)


@dataclass
class Place:
    """What the desk needs of the center to keep his place in line."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    policies: QueuePolicies = shipped_rules().rules.policies


def desk_in(room: Room) -> EmergencyDesk:
    center, records = cast(Any, Place()), cast(Any, None)
    return EmergencyDesk(room.emergency, room.board, center, records, DIRECTORY)


def first_trunk_rang(room: Room) -> list[int]:
    """Seconds, in each hand-off."""
    rung = [one.at for one in room.facts if isinstance(one, facts.HandOffRung)]
    tried = [one.at for one in room.facts if isinstance(one, facts.HandOffTried)]
    return [round((over - began).total_seconds()) for began, over in zip(rung, tried, strict=True)]


def test_emg_01_a_released_ring_time_is_obeyed_by_the_next_hand_off(tmp_path: Path) -> None:
    """The one under way rings as long as it was to."""

    async def script(room: Room) -> None:
        room.switch.far = {FIRST: Habit.RINGS, SECOND: Habit.BUSY}
        desk, call = desk_in(room), await room.citizen()
        for rules in (changed(ring_for_s=7), shipped_rules().rules):
            await desk.ask(call, "110", agent=AGENT, by="agent")
            desk.use(rules)
            await room.until(lambda: room.state(call) is State.WITH_AGENT)

        assert first_trunk_rang(room) == [20, 7]

    played(tmp_path, script, EmergencySwitch())


def test_emg_04_a_number_that_the_directory_lacks_is_not_rung_and_nobody_is_touched(
    tmp_path: Path,
) -> None:
    async def script(room: Room) -> None:
        desk, call = desk_in(room), await room.citizen()
        with pytest.raises(WrongPhase, match="12395 is no emergency number"):
            await desk.ask(call, "12395", agent=AGENT, by="agent")

        assert room.kinds() == []

    played(tmp_path, script, EmergencySwitch())


class Rows:
    """The codes whose systems a table of messages would be written for."""

    def __init__(self) -> None:
        self.told: list[list[str]] = []

    async def execute(self, query: str, *values: Any) -> None:
        if "hand_off_message" in query:
            self.told.append(values[-1])


def asked() -> facts.HandOffAsked:
    at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    return facts.HandOffAsked(
        at=at, call=CALL, hand_off="7-e1", code="110", agent=AgentNo("1001"), by="agent",
        out_of_line=False,
    )  # fmt: skip


def test_emg_03_whose_system_is_told_changes_with_the_directory() -> None:
    in_force, rows = RulesInForce(shipped_rules(), shipped_rules().texts), Rows()
    (hand_offs,) = [one for one in projectors(shipped_settings(), in_force) if _is_that(one)]
    police, *others = DIRECTORY.lines
    tells = EmergencyDirectory(lines=(police.model_copy(update={"tells": "police"}), *others))

    async def story() -> None:
        await hand_offs.apply(cast(Any, rows), [asked()])
        read = shipped_rules()
        in_force.obey(replace(read, rules=replace(read.rules, emergency=tells)))
        await hand_offs.apply(cast(Any, rows), [asked()])

    at_once(story())

    assert rows.told == [["110"]]


def _is_that(projector: Projector) -> bool:
    return projector.name == "hand-offs"
