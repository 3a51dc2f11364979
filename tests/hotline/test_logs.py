"""Log lines: JSON, and nothing of a person in them (SEC-01)."""

import json
import subprocess
import sys
from pathlib import Path

from hotline.logs import mask_personal

ROOT = Path(__file__).parents[2]
SAYS = """
import structlog
from hotline.logs import log_as_json
log_as_json()
log = structlog.get_logger()
with structlog.contextvars.bound_contextvars(call_id="c1", pii_phone="13800000001"):
    log.info("call queued", position=3, pii_digits="1234")
    log.debug("not for the file")
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("story failed")
"""


def test_personal_values_are_masked_and_the_rest_is_kept() -> None:
    event = {"event": "call queued", "pii_phone": "13800000001", "pii_": 1, "pipe": "pii_phone"}

    masked = mask_personal(None, "info", event)

    assert masked == {
        "event": "call queued",
        "pii_phone": "***",
        "pii_": "***",
        "pipe": "pii_phone",
    }


def test_a_line_is_json_and_masks_what_the_context_brought_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAYS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert [line["event"] for line in lines] == ["call queued", "story failed"]
    assert lines[0]["call_id"] == "c1"
    assert (lines[0]["pii_phone"], lines[0]["pii_digits"]) == ("***", "***")
    assert "ZeroDivisionError" in lines[1]["exception"]
    assert "13800000001" not in done.stdout
    assert done.stderr == ""
