"""Chromium with a microphone that speaks one tone; what a page's softphone hears, by frequency."""

import os
import shutil
import subprocess
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import pi, sin
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, Playwright

ROOT: Final = Path(__file__).parents[2]
# What a desk's microphone speaks: no note of the music on hold, nor the 450 Hz of a ringing line.
DESK_HZ: Final = 1240
_RATE: Final = 48_000
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
# The loudest of the tones that are asked for, in decibels; the sound may come anew with the call.
_HEAR: Final = """async (tones) => {
  const sound = document.querySelector('#phone-sound')?.srcObject
  if (!sound) return null
  const at = new AudioContext()
  await at.resume()
  const source = at.createMediaStreamSource(sound), look = at.createAnalyser()
  look.fftSize = 8192
  source.connect(look)
  await new Promise((done) => setTimeout(done, 350))
  const bins = new Float32Array(look.frequencyBinCount)
  look.getFloatFrequencyData(bins)
  const bin = (hz, n) => bins[Math.round((hz * 8192) / at.sampleRate) + n]
  const level = (hz) => Math.max(...[-2, -1, 0, 1, 2].map((n) => bin(hz, n)))
  const found = Object.fromEntries(tones.map((hz) => [hz, level(hz)]))
  await at.close()
  return found
}"""
LOUD_DB: Final = -50.0


def build_pages() -> None:
    """As `./dev` does; nothing where they stand already, or where that was said (HOTLINE_SETUP)."""
    if os.environ.get("HOTLINE_SETUP") == "no":
        return
    subprocess.run([str(ROOT / "console/web/build")], check=True, stdout=subprocess.DEVNULL)


def tone_file(folder: Path, hz: int, seconds: int = 10) -> Path:
    """A WAV file that repeats without a click."""
    path = folder / f"tone{hz}.wav"
    samples = array("h", (int(12_000 * sin(2 * pi * hz * n / _RATE)) for n in range(_RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes() * seconds)
    return path


@asynccontextmanager
async def open_chromium(
    playwright: Playwright, folder: Path, hz: int = DESK_HZ
) -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Debian's chromium is installed by ./dev test"
    voice = f"--use-file-for-fake-audio-capture={tone_file(folder, hz)}"
    browser = await playwright.chromium.launch(
        executable_path=program, headless=True, args=[*_FLAGS, voice]
    )
    try:
        yield browser
    finally:
        await browser.close()


async def heard(page: Page, *tones: int) -> dict[int, float]:
    """Decibels of each tone in what the softphone of the page plays; empty without a sound."""
    found: dict[str, Any] | None = await page.evaluate(_HEAR, list(tones))
    return {int(hz): float(db) for hz, db in (found or {}).items() if db is not None}
