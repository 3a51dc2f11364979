"""Who hears what the switchboard learns, and what it must be told by others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernel.fact import Fact
from kernel.ids import Extension, NumberKey
from kernel.phone import PhoneNumber
from telephony.legs import LegNews
from telephony.spoken import Sound


@dataclass(frozen=True, slots=True)
class Ears:
    """Who hears of what. None of them may block or raise."""

    write: Callable[[Sequence[Fact]], None]
    on_leg: Callable[[LegNews], None]
    on_phone: Callable[[Extension, bool], None]
    key_of: Callable[[PhoneNumber], NumberKey | None]
    well: Callable[[], bool]  # whether the deciding loop is fit: else no heartbeat
    sound_path: Callable[[Sound], str]  # the file that Asterisk plays, without extension
    takes_new: Callable[[], bool] = lambda: True  # whether new calls may come to us
