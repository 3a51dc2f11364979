"""抢话: for how long the agent talked into the citizen's words, from the two voices apart.

Blocks: for a thread. A voice that pauses for 0.3 s within a sentence still speaks. Counted is from
where the agent begins while the citizen speaks, if both go on for half a second: an 嗯 is none.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from figures.mono_sound import (
    BLOCK_S,
    UnheardRecording,
    block_of,
    loudest_of_blocks,
    mono_sound,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAUSE: Final = 3  # blocks
LEAST: Final = 5  # blocks
GREETING_S: Final = 6.0  # of each talk: the work number is said there, by us, to the citizen


def talked_over(pairs: Iterable[tuple[Path, Path]], *, speech_above: int) -> float | None:
    """Seconds, over all parts (citizen, agent); None: no part could be listened to."""
    found = [_of_part(citizen, agent, speech_above) for citizen, agent in pairs]
    heard = [seconds for seconds in found if seconds is not None]
    return round(sum(heard), 1) if heard else None


def _of_part(citizen: Path, agent: Path, speech_above: int) -> float | None:
    try:
        his, ours = _speaks(citizen, speech_above), _speaks(agent, speech_above)
    except UnheardRecording:
        return None
    length = min(len(his), len(ours))
    if not length:
        return None
    at = round(GREETING_S / BLOCK_S)
    return BLOCK_S * sum(_overlaps(his[at:length].tolist(), ours[at:length].tolist()))


def _speaks(path: Path, speech_above: int) -> "NDArray[np.bool_]":
    """Block by block; read as a whole: half an hour is 29 MB."""
    with mono_sound(path) as sound:
        frames = sound.readframes(sound.getnframes())
        loud = loudest_of_blocks(frames, block_of(sound)) > speech_above
    speaks = loud.copy()
    for pause in range(1, PAUSE + 1):
        speaks[pause:] |= loud[:-pause]
    return speaks


def _overlaps(his: list[bool], ours: list[bool]) -> Iterable[int]:
    """Lengths in blocks of those that the agent began."""
    at = 0
    for both, run in groupby(zip(his, ours, strict=True), key=all):
        length = len(list(run))
        began_by_agent = at > 0 and his[at - 1] and not ours[at - 1]
        if both and began_by_agent and length >= LEAST:
            yield length
        at += length
