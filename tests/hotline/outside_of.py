"""Asterisk's records as a test writes them, and a reader of them in a house of stories."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from hotline.recovery.outside_records import OutsideRecords
from hotline.recovery.restart import LooseEnds, Stages
from kernel.ids import CallId
from telephony.mirror import Mirror
from telephony.settings import RecordingSettings, TelephonySettings
from tests.fakes.fake_clock import MONDAY_NINE
from tests.stories.stage import House

S = MONDAY_NINE.timestamp()


def at(seconds: float) -> datetime:
    return MONDAY_NINE + timedelta(seconds=seconds)


def cdr(call: str, start: float, end: float, *, number: str = "13900001111") -> str:
    fields = [call, call, "PJSIP/trunk-in-00000007", "fallback", "s", number]
    fields += [
        f"{S + start:.6f}",
        f"{S + start:.6f}",
        f"{S + end:.6f}",
        "ANSWERED",
        "Queue",
        "1",
        "x@y",
    ]
    return ",".join(f'"{value}"' for value in fields) + "\n"


def talk(leg: str, call: str, answer: float, end: float) -> str:
    """A seat's leg in the CDR: rung a second before it answered."""
    fields = [leg, call, "PJSIP/8001-00000002", "deliver", "s", ""]
    fields += [f"{S + at:.6f}" for at in (answer - 1, answer, end)]
    fields += ["ANSWERED", "Bridge", "2", ""]
    return ",".join(f'"{value}"' for value in fields) + "\n"


def joined(leg: str, call: str, at: float) -> str:
    """A seat's leg comes together with its caller: a line of the event log."""
    fields = ["BRIDGE_ENTER", f"{S + at:.6f}", leg, call, "PJSIP/8001-00000002", "deliver"]
    fields += ["Bridge", "", "PJSIP/trunk-in-00000007", "", "s", ""]
    return ",".join(f'"{value}"' for value in fields) + "\n"


def starts(at: float) -> str:
    """Asterisk begins anew: a line of its queue's log."""
    return f"{S + at:.0f}|NONE|NONE|NONE|QUEUESTART|\n"


def cel(call: str, at: float, event: str, context: str = "room", *, sip: str = "x@y") -> str:
    sip = "" if event == "CHAN_START" else sip
    fields = [event, f"{S + at:.6f}", call, call, "PJSIP/trunk-in-00000007", context, ""]
    fields += ["", "", sip, "12345", "13900001111" if event == "CHAN_START" else "139****"]
    return ",".join(f'"{value}"' for value in fields) + "\n"


def began(call: str, at: float) -> str:
    return cel(call, at, "CHAN_START") + cel(call, at, "ANSWER")


def queue(at: float, call: str, event: str, *data: str) -> str:
    return "|".join([f"{S + at:.0f}", call, "fallback", "NONE", event, *data]) + "\n"


class Exchange:
    """What a switchboard gives the reader."""

    def __init__(self, house: House, folder: Path) -> None:
        self.is_ready = True
        self.ears = self
        self.write = house.recorder.write
        self.mirror = Mirror(key_of=lambda number: None)
        self.settings = TelephonySettings(recording=RecordingSettings(directory=folder))
        self.sealed: list[CallId] = []

    def key_of(self, number: object) -> None:
        return None

    def seal_left(self, calls: Sequence[CallId]) -> None:
        self.sealed += calls


def reader(house: House, folder: Path, known: LooseEnds | None = None) -> OutsideRecords:
    loose_ends = known or LooseEnds()
    loose_ends.see(house.facts)
    return OutsideRecords(
        log=folder,
        file=folder / "outside-records",
        desk=house.desk,
        switchboard=Exchange(house, folder),  # type: ignore[arg-type]
        loose_ends=loose_ends,
        stages=Stages(),
        clock=house.clock,
        since=house.clock.now() - timedelta(hours=1),
        beside=at_once_here,
    )


async def at_once_here(do: Callable[..., object], *arguments: object) -> object:
    return do(*arguments)


def lay_down(folder: Path, cdr_lines: str, queue_lines: str = "", cel_lines: str = "") -> None:
    for name, lines in (("cdr-custom", cdr_lines), ("cel-custom", cel_lines)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "hotline.csv").write_text(lines)
    (folder / "queue_log").write_text(queue_lines)


async def told(outside: OutsideRecords) -> None:
    await outside.before_settling()
    await outside._catch_up()


ANSWERED = queue(-50, "a", "ENTERQUEUE", "", "139", "1") + queue(-45, "a", "CONNECT", "5", "x", "4")
STARTED = f"{S - 5:.0f}|NONE|NONE|NONE|QUEUESTART|\n"
LOST = queue(-50, "b", "ENTERQUEUE", "", "139", "1") + queue(-20, "b", "ABANDON", "1", "1", "30")
