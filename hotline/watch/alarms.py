"""The alarm board: each alarm is raised once and cleared once, both as facts in the journal.

`look` is told again and again how it is; `hotline/watch/alarm_words.py` says how long it must be
so. What the journal could not take (it may be the very thing that fails) is written when it can be
again.
A new epoch begins with none: what still is so is raised anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from console.alarms_shown import AlarmRow
from console.errors import NoSuchAlarm
from hotline.facts import AlarmAcknowledged, AlarmCleared, AlarmEscalated, AlarmRaised
from hotline.watch.alarm_kind import AlarmKind
from hotline.watch.alarm_words import ALARMS
from kernel.errors import Unavailable
from kernel.fact import Fact

log = structlog.get_logger()


@dataclass(slots=True)
class _Alarm:
    turned_at: datetime | None = None  # since when it is otherwise than the board shows
    since: datetime | None = None  # it stands since then
    why: str = ""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    escalated_at: datetime | None = None


class Alarms:
    """`write` is the recorder's. Times come from who looks."""

    def __init__(
        self,
        write: Callable[[Sequence[Fact]], None],
        kinds: Mapping[str, AlarmKind] = ALARMS,
    ) -> None:
        self._write = write
        self._kinds = kinds
        self._alarms = {name: _Alarm() for name in kinds}
        self._unwritten: list[Fact] = []
        self._stir: Callable[[], None] = lambda: None

    def on_change(self, stir: Callable[[], None]) -> None:
        """Told after each change, also when the journal refuses its fact."""
        self._stir = stir

    def standing(self) -> list[AlarmRow]:
        """The gravest first, then the oldest."""
        rows = [
            _row(name, self._kinds[name], alarm, alarm.since)
            for name, alarm in self._alarms.items()
            if alarm.since is not None
        ]
        return sorted(rows, key=lambda row: (row.severity != "critical", row.since, row.name))

    def gauges(self) -> Mapping[str, float]:
        """One for each alarm, 1 while it stands."""
        return {
            f"alarm_{name.replace('-', '_')}": float(alarm.since is not None)
            for name, alarm in self._alarms.items()
        }

    def look(self, name: str, now: datetime, *, wrong: bool, why: str = "") -> None:
        """How it is just now. Raises KeyError for a name that has no words."""
        alarm, kind = self._alarms[name], self._kinds[name]
        if wrong == (alarm.since is not None):
            alarm.turned_at = None
            alarm.why = why if wrong and why else alarm.why
            return
        if alarm.turned_at is None:
            alarm.turned_at = now
        if now - alarm.turned_at < (kind.after if wrong else kind.calm):
            return
        if wrong:
            self._raise(name, kind, now, why)
        else:
            self._clear(name, now)

    def acknowledge(self, name: str, by: str, note: str, now: datetime) -> AlarmRow:
        """Who was first stays; whoever comes later finds him. Raises NoSuchAlarm."""
        alarm = self._alarms.get(name)
        if alarm is None or alarm.since is None:
            raise NoSuchAlarm(
                f"No alarm {name!r} stands.", remedy="Load the alarms again: it may have cleared."
            )
        if alarm.acknowledged_at is None:
            alarm.acknowledged_by, alarm.acknowledged_at = by, now
            self._note(AlarmAcknowledged(at=now, alarm=name, by=by, note=note))
        return _row(name, self._kinds[name], alarm, alarm.since)

    def escalated(self, name: str, now: datetime, attempts: int) -> None:
        """It was told outside, because nobody had acknowledged it."""
        self._alarms[name].escalated_at = now
        self._note(AlarmEscalated(at=now, alarm=name, attempts=attempts))

    def write_what_waits(self) -> None:
        """Alarms that the journal refused; again at each look round."""
        if not self._unwritten:
            return
        try:
            self._write(self._unwritten)
        except Unavailable as refused:
            log.debug("alarms wait for the journal", waiting=len(self._unwritten), why=str(refused))
        else:
            self._unwritten = []

    def _raise(self, name: str, kind: AlarmKind, now: datetime, why: str) -> None:
        self._alarms[name] = _Alarm(since=now, why=why)
        log.error("alarm raised", alarm=name, severity=kind.severity, what=kind.en, why=why)
        self._note(AlarmRaised(at=now, alarm=name, severity=kind.severity, why=why))

    def _clear(self, name: str, now: datetime) -> None:
        since = self._alarms[name].since or now
        self._alarms[name] = _Alarm()
        log.warning("alarm cleared", alarm=name, stood_s=(now - since).total_seconds())
        self._note(AlarmCleared(at=now, alarm=name, stood=now - since))

    def _note(self, fact: Fact) -> None:
        self._unwritten.append(fact)
        self.write_what_waits()
        self._stir()


def _row(name: str, kind: AlarmKind, alarm: _Alarm, since: datetime) -> AlarmRow:
    return AlarmRow(
        name=name,
        since=since,
        severity=kind.severity,
        text_zh=kind.zh,
        text_en=kind.en,
        remedy_zh=kind.remedy_zh,
        remedy_en=kind.remedy_en,
        why=alarm.why,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_at=alarm.acknowledged_at,
        escalated_at=alarm.escalated_at,
    )
