"""Chromium without a window: its microphone speaks one tone, its debugger tells what passes.

Playwright is a development dependency (`dependency-groups.dev`): the hotline itself never needs it.
"""

import shutil
import wave
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from math import pi, sin
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, BrowserContext, Playwright

from hotline.rehearsal.errors import NoBrowser

WINDOW: Final = (1366, 768)
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
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
async def open_chromium(
    playwright: Playwright, folder: Path, hertz: int, programs: Sequence[str] = PROGRAMS
) -> AsyncIterator[Browser]:
    """The first of `programs` that is there; speaks `hertz` into every call, the tone lies in
    `folder`. Raises NoBrowser."""
    program = next((found for name in programs if (found := shutil.which(name))), None)
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


async def new_context(browser: Browser) -> BrowserContext:
    """Of somebody who has allowed the microphone. Without that a page is told no way to itself but
    the one to the world, and a telephone on this machine does not reach it."""
    width, height = WINDOW
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    await context.grant_permissions(["microphone"])
    return context
