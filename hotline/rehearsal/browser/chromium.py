"""Chromium without a window: its microphone speaks one tone, its debugger tells what passes.

Playwright is a development dependency (`dependency-groups.dev`): the hotline itself never needs it.
"""

import shutil
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import pi, sin
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Playwright

from hotline.rehearsal.errors import NoBrowser

WINDOW: Final = (1366, 768)
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
_RATE: Final = 48_000
_LOUDNESS: Final = 12_000
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)


def tone_file(folder: Path, hertz: int, seconds: int = 10) -> Path:
    """A WAV file that repeats without a click."""
    path = folder / f"tone{hertz}.wav"
    step = 2 * pi * hertz / _RATE
    samples = array("h", (int(_LOUDNESS * sin(step * n)) for n in range(_RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes() * seconds)
    return path


@asynccontextmanager
async def open_chromium(playwright: Playwright, folder: Path, hertz: int) -> AsyncIterator[Browser]:
    """Speaks `hertz` into every call; the tone lies in `folder`. Raises NoBrowser."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise NoBrowser(
            "Chromium is not installed on this machine.",
            remedy="apt-get install chromium fonts-noto-cjk (./dev does it when it is root).",
        )
    voice = f"--use-file-for-fake-audio-capture={tone_file(folder, hertz)}"
    browser = await playwright.chromium.launch(
        executable_path=program, headless=True, args=[*_FLAGS, voice]
    )
    try:
        yield browser
    finally:
        await browser.close()
