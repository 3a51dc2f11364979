"""The Korean survey's voice until a site has recorded its own: espeak-ng, plainly a machine.

It is intelligible and no more (field notes on speech); the index of sounds calls it a placeholder.
"""

import io
import shutil
import subprocess
import wave
from typing import Final

from hotline.prompts.voice import RATE
from kernel.errors import HotlineError
from telephony.spoken import Sound

PLACEHOLDER: Final = "placeholder: espeak-ng ko"
_WITHIN_S: Final = 60
_WORDS_A_MINUTE: Final = "150"


class PlaceholderMissing(HotlineError):
    code = "placeholder-voice-missing"


def is_korean(sound: Sound) -> bool:
    return sound.startswith("ko/")


def placeholder(text: str) -> list[float]:
    """The text at `RATE`. Raises PlaceholderMissing."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise PlaceholderMissing(
            "espeak-ng, which speaks the Korean placeholder, is not installed.",
            remedy="apt-get install espeak-ng",
        )
    spoken = subprocess.run(  # noqa: S603  our own text, no shell
        [program, "-v", "ko", "-s", _WORDS_A_MINUTE, "--stdout", text],
        capture_output=True,
        check=True,
        timeout=_WITHIN_S,
    )
    with wave.open(io.BytesIO(spoken.stdout)) as sound:
        rate, width = sound.getframerate(), sound.getsampwidth()
        octets = sound.readframes(sound.getnframes())
    samples = [
        int.from_bytes(octets[n : n + width], "little", signed=True) / 32768
        for n in range(0, len(octets) - width + 1, width)
    ]
    return _at_rate(samples, rate)


def _at_rate(samples: list[float], rate: int) -> list[float]:
    """By straight lines from sample to sample: good enough for a placeholder."""
    found = []
    for n in range(len(samples) * RATE // rate - 1):
        whole, part = divmod(n * rate, RATE)
        one, other = samples[whole], samples[min(whole + 1, len(samples) - 1)]
        found.append(one + (other - one) * part / RATE)
    return found
