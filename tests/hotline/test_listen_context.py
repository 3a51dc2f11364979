"""Nobody but our own AMI user gets near [listen]: no citizen, no phone, no REFER (E2.2)."""

import re
import shutil
from pathlib import Path

import pytest

from hotline.asterisk_site import PROJECT, render
from hotline.commands.asterisk_files import site_from

OURS = ("listen", "spy", "voice", "beep", "beeped")
OUTSIDE = ("from-trunk", "hotline", "from-agent", "outbound", "dial", "transfer", "sent", "level")


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "a-long-enough-secret")
    config = Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))
    render(site_from(config, None), tmp_path / "etc")
    return tmp_path / "etc"


def contexts(etc: Path) -> dict[str, str]:
    """Name -> its lines, comments taken out."""
    text = re.sub(r"(?m)(^|\s);.*$", "", (etc / "extensions.conf").read_text(encoding="utf-8"))
    parts = re.split(r"(?m)^\[([\w-]+)\].*$", text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_e2_2_no_other_context_leads_to_a_supervisors(etc: Path) -> None:
    found = contexts(etc)
    reached = re.compile(r"(?:include => |Goto\(|GotoIf\([^)]*\?|Gosub\(|Local/\w+@)([\w-]+)")

    assert set(OURS) <= set(found)
    for name, lines in found.items():
        if name not in OURS:
            assert not set(reached.findall(lines)) & set(OURS), name


def test_e2_2_whom_a_supervisor_hears_is_set_by_no_dialplan_of_callers(etc: Path) -> None:
    """CC_SPIED and CC_MODE come with the Originate alone; ChanSpy stands in one place."""
    found = contexts(etc)

    for name in OUTSIDE:
        assert not re.search(r"CC_SPIED|CC_MODE|ChanSpy", found[name]), name
    assert [name for name, lines in found.items() if "ChanSpy(" in lines] == ["spy"]


def test_e2_2_who_hears_a_seat_on_its_way_elsewhere_goes_on(etc: Path) -> None:
    """ChanSpy looks for its channel 0.1 s after it began; one being redirected counts as gone."""
    lines = contexts(etc)["spy"].strip().splitlines()
    spying = next(n for n, line in enumerate(lines) if "ChanSpy(" in line)

    assert "n(hear),ChanSpy" in lines[spying]
    assert (
        lines[spying + 1].strip()
        == 'same => n,GotoIf($["${CHANNEL_EXISTS(${CC_SPIED})}" = "1"]?hear)'
    )


def test_e2_2_our_ami_user_may_no_more_than_before(etc: Path) -> None:
    manager = (etc / "manager.conf").read_text(encoding="utf-8")

    granted = re.findall(r"(?m)^(?:read|write) = (.+)$", manager)
    assert granted == ["call,agi,dtmf,user,agent,system", "call,agi,originate,reporting,agent"]
    assert "live_dangerously = no" in (etc / "asterisk.conf").read_text(encoding="utf-8")
