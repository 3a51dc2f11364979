"""What a caller hears at the moment he is connected: "工号 1001 为您服务".

It must cost nothing between answer and speech, and must come even if this process has just died. So
its sounds are joined once, at sign-in, into one WAV file, and Asterisk's Bridge() plays that file
to the citizen as the first thing in the bridge (LIMIT_CONNECT_FILE); the agent may speak meanwhile.
"""

import hashlib
import io
import wave
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from telephony.sound_files import RATE
from telephony.spoken import Sound

UNPLAYED: Final = 44  # bytes: Asterisk stops a WAV that much before its end


class Greetings:
    """`find` gives the file of a sound (`telephony/sound_files.py`): WAV, 8 kHz."""

    def __init__(self, folder: Path, find: Callable[[Sound], Path]) -> None:
        self._folder = folder
        self._find = find

    def join(self, sounds: Sequence[Sound]) -> str:
        """The joined sound's name for Asterisk (an absolute path without extension).

        Named by its content, so that nothing is ever played while it is written.
        """
        content = _joined(self._find(sound) for sound in sounds)
        name = self._folder / f"greeting-{hashlib.sha256(content).hexdigest()[:16]}"
        file = name.with_suffix(".wav")
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o755)  # Asterisk is another user
            part = file.with_suffix(".part")
            part.write_bytes(content)
            part.chmod(0o644)
            part.rename(file)
        return str(name.absolute())


def _joined(files: Iterable[Path]) -> bytes:
    """One WAV file out of several of the same shape (`check_sounds` has looked at each)."""
    out = io.BytesIO()
    with wave.open(out, "wb") as whole:
        whole.setparams((1, 2, RATE, 0, "NONE", ""))
        for file in files:
            with wave.open(str(file), "rb") as part:
                whole.writeframes(part.readframes(part.getnframes() - UNPLAYED // 2))
        whole.writeframes(bytes(UNPLAYED))
    return out.getvalue()
