"""A citizen who spoke with the speech worker when our process died is in our hands all the same."""

import pytest

from telephony.found import found_from


@pytest.mark.parametrize(
    ("application", "shown"),
    [("AudioSocket", "AGI"), ("TryExec", "AGI"), ("AGI", "AGI"), ("Answer", "Answer")],
)
def test_what_agi_runs_is_agi(application: str, shown: str) -> None:
    uniqueid, name = "out-1-000001", "PJSIP/trunk-out-00000002"
    status = {
        "event": "Status", "uniqueid": uniqueid, "channel": name, "variable": "CC_SIP=x",
    }  # fmt: skip
    listed = {"uniqueid": uniqueid, "context": "called", "application": application, "exten": "s"}

    (found,) = found_from([status], [listed])

    assert (found.is_citizen, found.context, found.application) == (True, "called", shown)
