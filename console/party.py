"""One who is on a call: a citizen, an agent, somebody else; and where he is on it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    CITIZEN = "citizen"
    AGENT = "agent"  # has the citizen
    COLLEAGUE = "colleague"  # another agent, asked or brought in
    THIRD = "third"  # somebody outside
    SUPERVISOR = "supervisor"  # hears, or speaks, and is no part of the talk


class Place(StrEnum):
    WITH_US = "with_us"  # menu, line, announcements
    TALK = "talk"
    HELD = "held"  # hears music
    ASIDE = "aside"  # hears nothing for the moment
    RINGS = "rings"
    CONSULT = "consult"
    CONFERENCE = "conference"
    LISTENS = "listens"  # a supervisor's three
    WHISPERS = "whispers"
    BARGES = "barges"


TOGETHER: Final = frozenset({Place.TALK, Place.CONSULT, Place.CONFERENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """`key`: citizen, away, or the leg; `name`: 工号 or a masked number; `since`: in this place."""

    key: str
    kind: Kind
    name: str
    place: Place
    since: datetime


Parties = tuple[Party, ...]
