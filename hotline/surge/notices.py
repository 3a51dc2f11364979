"""What a story says and does on a day on which too many call: notices, incidents, overflow.

Rule: all of it is read from the floor; no story remembers it, so that a plan or an incident that is
opened or closed holds for the next caller at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from acd.happenings import SeatWanted
from acd.standing import Incident, Standing
from acd.surge_plans import IncidentSettings, SurgeRules
from hotline.entrances import Onward
from hotline.rule_files import RuleFiles
from kernel.ids import CallId
from telephony.handed import OVERFLOW, Handed
from telephony.levels import Levels
from telephony.live_call import LiveCall

HOPS: Final = 1  # of a call that we send over: the next centre keeps it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a citizen rings from, as far as it is known."""

    area: str  # 0431; "" for mobile numbers
    level: str  # of levels.yaml


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Without `rules` nothing is ever said (tests, replay)."""

    rules: SurgeRules | None = None
    levels: Levels | None = None
    standing: Callable[[], Standing] = Standing

    # ---- overflow --------------------------------------------------------------------------------

    def kept(self, wanted: SeatWanted, call: LiveCall) -> SeatWanted:
        """Who came by overflow is not sent on (SRG-02)."""
        return replace(wanted, stays=True) if came_over(call) else wanted

    def way_over(self, target: str, call: LiveCall) -> Onward:
        """By which context and number, and what the other centre is told."""
        assert self.rules is not None, "a target is one of config/surge.yaml"
        known = self.rules.targets[target]
        if known.number is not None:
            return Onward("transfer", known.number)
        assert self.levels is not None and known.level is not None, "checked at the start"
        number = self.levels.levels[known.level].number
        assert number is not None, "checked at the start"
        return Onward("level", number, self._carried(call.id, self._home(call)))

    @staticmethod
    def _carried(call: CallId, home: str) -> str:
        """`CC_CARRY`: call, reason, ticket, queue, hops, home; see [carry] of the dialplan."""
        return f"{call}^{OVERFLOW}^^^{HOPS}^{home}"

    def _home(self, call: LiveCall) -> str:
        """The region code of the citizen's home, else ours (D-30)."""
        if self.levels is None:
            return ""
        level = self.levels.levels.get(self.place_of(call).level)
        return (level.region_code if level else "") or self.levels.here.region_code or ""

    # ---- what is said ----------------------------------------------------------------------------

    def in_line(self) -> tuple[str, ...]:
        """Who joins the line hears it first: the announcement of each plan that stands."""
        said = (plan.measures.announcement for plan in self.standing().active.values())
        return tuple(dict.fromkeys(phrase for phrase in said if phrase))

    def place_of(self, call: LiveCall) -> Place:
        area = f"0{call.caller.area}" if call.caller.area else ""
        home = self.levels.home_of(call.party.trunk, call.dialled, area) if self.levels else None
        return Place(area, home[0] if home is not None else "")

    def incident_for(self, call: LiveCall) -> Incident | None:
        """The newest open incident that concerns his area (EMG-05). Whose area nobody knows hears
        of it too."""
        place = self.place_of(call)
        for incident in reversed(self.standing().open_incidents()):
            if concerns(incident, place):
                return incident
        return None

    @property
    def asks(self) -> IncidentSettings | None:
        return self.rules.incidents if self.rules is not None else None

    @property
    def answer_within(self) -> timedelta:
        return timedelta(seconds=self.rules.incidents.answer_within_s if self.rules else 0)


def concerns(incident: Incident, place: Place) -> bool:
    areas = incident.opened.areas
    unknown = not place.area and not place.level
    return not areas or unknown or place.area in areas or place.level in areas


def came_over(call: LiveCall) -> bool:
    handed = Handed.decode(call.party.handed)
    return handed is not None and handed.came_over


def notices_of(rules: RuleFiles, standing: Callable[[], Standing]) -> Notices:
    return Notices(rules=rules.surge, levels=rules.levels, standing=standing)
