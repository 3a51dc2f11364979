"""Sounds that were uploaded, as files that Asterisk may read."""

from collections.abc import Mapping
from pathlib import Path

from telephony.sound_files import WAV


def put_sounds(folder: Path, wavs: Mapping[str, bytes]) -> None:
    """Each is replaced at once: who hears the old one hears it to its end."""
    for sound, wav in wavs.items():
        put_sound(folder, sound, wav)


def put_sound(folder: Path, sound: str, wav: bytes) -> None:
    file = folder / f"{sound}{WAV}"
    if file.exists() and file.read_bytes() == wav:
        return
    for above in [folder, *(folder / part for part in reversed(Path(sound).parents))]:
        above.mkdir(parents=True, exist_ok=True)
        above.chmod(0o755)  # Asterisk is another user
    part = file.with_suffix(".part")
    part.write_bytes(wav)
    part.chmod(0o644)
    part.rename(file)
