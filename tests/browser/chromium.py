"""Chromium with a microphone that speaks one tone; what a page's softphone hears, by frequency."""

import os
import subprocess
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, Playwright

from hotline.rehearsal.browser.chromium import PROGRAMS
from hotline.rehearsal.browser.chromium import open_chromium as open_speaking

ROOT: Final = Path(__file__).parents[2]
# What a desk's microphone speaks: no note of the music on hold, nor the 450 Hz of a ringing line.
DESK_HZ: Final = 1240
# The loudest of the tones that are asked for, in decibels; the sound may come anew with the call.
_HEAR: Final = """async (tones) => {
  const sound = document.querySelector('#phone-sound')?.srcObject
  if (!sound) return null
  const at = new AudioContext()
  await at.resume()
  const source = at.createMediaStreamSource(sound), look = at.createAnalyser()
  look.fftSize = 8192
  look.smoothingTimeConstant = 0  // no look before this one counts
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
LOUD_DB: Final = -36.0


def build_pages() -> None:
    """As `./dev` does; nothing where they stand already, or where that was said (HOTLINE_SETUP)."""
    if os.environ.get("HOTLINE_SETUP") == "no":
        return
    subprocess.run([str(ROOT / "console/web/build")], check=True, stdout=subprocess.DEVNULL)


def open_chromium(
    playwright: Playwright, folder: Path, hz: int = DESK_HZ
) -> AbstractAsyncContextManager[Browser]:
    """Chromium without its own windows, where that is there: it does the same in two thirds of
    the time. A rehearsal's desks have the whole one."""
    return open_speaking(playwright, folder, hz, ("chromium-headless-shell", *PROGRAMS))


async def heard(page: Page, *tones: int) -> dict[int, float]:
    """Decibels of each tone in what the softphone of the page plays; empty without a sound."""
    found: dict[str, Any] | None = await page.evaluate(_HEAR, list(tones))
    return {int(hz): float(db) for hz, db in (found or {}).items() if db is not None}
