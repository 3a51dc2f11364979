"""Many hand-offs on a real Asterisk, drawn by a seed, with our own end dying at random moments.

    python -m tests.integration.emergency_many --hand-offs 500 --seed 1 --kills 40 --json r.json

Ends with 0 when of all of them nobody was without a sound for over two seconds or hung up on by us,
each was recorded and journaled, came out as it had to, and no channel was left behind.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from hotline.private.asterisk import TelephonyWishes
from tests.integration.emergency_cases import drawn, reached_by
from tests.integration.emergency_rehearsal import Many
from tests.integration.servers import running_asterisk


def rehearse(hand_offs: int, seed: int, kills: int) -> dict[str, object]:
    """What came of it, for people and for tests."""
    wishes = TelephonyWishes(second_trunk=True)
    cases = drawn(hand_offs, seed)
    with running_asterisk("many", wishes) as asterisk:
        many = Many(asterisk, cases)
        began = time.monotonic()
        asyncio.run(many.run(kills, seed))
    reached = sum(reached_by(case) is not None for case in cases)
    return {
        "hand_offs": hand_offs,
        "seed": seed,
        "kills": many.exchange.deaths - 1,
        "reached": reached,
        "longest_silence_s": round(many.longest, 2),
        "longest_stall_s": round(many.stalled, 2),
        "stalls": many.stalls,
        "seconds": round(time.monotonic() - began),
        "differences": many.differences,
    }


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Many hand-offs to emergency lines.")
    parser.add_argument("--hand-offs", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(argv)
    report = rehearse(asked.hand_offs, asked.seed, asked.kills)
    text = json.dumps(report, ensure_ascii=False, indent=1)
    if asked.json is not None:
        asked.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 1 if report["differences"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
