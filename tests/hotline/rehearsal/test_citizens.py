"""The citizens' processes get ports that nobody has; one that gets none says so."""

import socket
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import pytest

from hotline.private.ports import UDP
from hotline.rehearsal.citizens import Citizens, Trunk, crowds, ports_for
from hotline.rehearsal.ears import listening
from hotline.rehearsal.errors import CitizensDidNotRing
from hotline.rehearsal.plan import Scale, draw_plan

SOURCE = "127.0.0.2"


def taken(held: ExitStack, port: int = 0) -> int:
    other = held.enter_context(socket.socket(socket.AF_INET, UDP))
    other.bind((SOURCE, port))
    found: int = other.getsockname()[1]
    return found


def test_no_two_of_all_ports_are_the_same_among_the_ears_of_many() -> None:
    with ExitStack() as held:
        ears = {taken(held) for _ in range(400)}
        found = [(sip, sound, sound + 2) for sip, sound in ports_for(60, SOURCE)]

        theirs = list(chain.from_iterable(found))
        assert len(set(theirs) | ears) == len(theirs) + len(ears)
        for port in theirs:
            taken(held, port)


async def test_a_process_whose_port_is_taken_after_all_is_no_silent_crowd(tmp_path: Path) -> None:
    """SIPp ends at once then; its log is there, and empty."""
    (crowd, *_) = crowds("rhx", draw_plan(Scale(2, 5.0, 1.0, 2.0, 1.0), 7))
    with ExitStack() as held:
        port = taken(held)
        async with listening(SOURCE, crowd.call_ids) as ears:
            citizens = Citizens([crowd], Trunk(SOURCE, ("127.0.0.1", 9)), tmp_path, ears)
            await citizens.start([(port, port)])

            with pytest.raises(CitizensDidNotRing, match="Address already in use"):
                await citizens.until_done()
