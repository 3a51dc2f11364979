"""Citizens beyond the room are refused before they are answered; the seats keep their share."""

import shutil
from pathlib import Path

import pytest

from hotline.asterisk_site import PROJECT, render
from hotline.commands.asterisk_files import seats_of, site_from


@pytest.mark.parametrize(
    ("max_calls", "seats", "citizens"),
    [(600, 2, 548), (600, 100, 450), (600, 590, 300), (1_000, 900, 500)],
)
def test_so_many_citizens_are_taken_that_every_seat_can_still_be_rung(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, max_calls: int, seats: int, citizens: int
) -> None:
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "a-long-enough-secret")
    config = Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))
    phones = tmp_path / "phones"
    phones.write_text("".join(f"{8000 + n},a-password-of-{8000 + n}\n" for n in range(seats)))
    site = site_from(config, None).model_copy(
        update={"max_calls": max_calls, "seats": seats_of(phones)}
    )

    render(site, tmp_path / "etc")

    written = (tmp_path / "etc/extensions.conf").read_text()
    assert f"GotoIf($[${{GROUP_COUNT(citizens)}} > {citizens}]?full)" in written
    refused = written.partition("n(full)")[2].partition("exten =>")[0]
    assert "UserEvent(CCRefused,SipCallId: ${CC_SIP})" in refused
    assert refused.rstrip().endswith("Hangup(34)")
    assert written.count("Set(GROUP()=citizens)") == len(site.hotline_numbers) - 1
    assert "exten => 12345110,1,Set(CC_INCIDENT=" in written  # from 110: no room is asked (I14)
