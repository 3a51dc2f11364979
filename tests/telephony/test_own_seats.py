"""Lines that have kept their own seats: what goes along with a call, both ways (MRG-03, MRG-04)."""

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline.asterisk_site import PROJECT, line_trunks, render
from hotline.commands.asterisk_files import site_from
from kernel.ids import CallId, QueueName
from telephony.lines import Line, LineKind, UnknownLine
from telephony.menu_file import load_lines
from telephony.own_seats import CallData, peer_of

LINES = load_lines(PROJECT / "config" / "lines.yaml")


def test_mrg_03_call_queue_and_ticket_go_along_and_no_number_of_the_citizen() -> None:
    told = CallData(CallId("cc1-1.7"), QueueName("general"), "22010020261121000001")
    peer = peer_of("tax", "12366", told)

    assert peer.headers == {
        "X-12345-Call": "cc1-1.7",
        "X-12345-Queue": "general",
        "X-12345-Ticket": "22010020261121000001",
    }
    assert peer.carried == "cc1-1.7^^22010020261121000001^general"
    assert (peer.number, peer.trunk, peer.shows, peer.masked()) == ("12366", "", "", "tax")


def test_what_is_not_known_is_no_header() -> None:
    assert CallData(CallId("cc1-1.7")).headers == {"X-12345-Call": "cc1-1.7"}


def test_only_a_line_with_seats_of_its_own_is_rung_there() -> None:
    assert LINES.own_seats("tax") == "12366"
    for name in ("labour", "nothing"):
        with pytest.raises(UnknownLine, match="tax"):
            LINES.own_seats(name)


def test_only_a_line_with_seats_of_its_own_hands_calls_over() -> None:
    said = {"name_zh": "x", "name_en": "x", "menu": "main", "hands_over_at": ("12399",)}
    with pytest.raises(ValidationError, match="hands calls over"):
        Line(kind=LineKind.DUAL, **said)  # type: ignore[arg-type]


def test_mrg_03_the_dialplan_carries_call_data_there_and_reads_them_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "a-long-enough-secret")
    config = Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))
    lines = (config / "lines.yaml").read_text(encoding="utf-8")
    ours = 'kind: seated, number: "12366", hands_over_at: ["12345"]'
    (config / "lines.yaml").write_text(
        lines.replace('kind: seated, number: "12366"', ours), encoding="utf-8"
    )

    render(site_from(config, None), tmp_path / "etc")

    written = (tmp_path / "etc/extensions.conf").read_text(encoding="utf-8")
    level = written.partition("[level]")[2].partition("[carry]")[0]
    arrives = written.partition("exten => 12345,1,")[2].partition("exten =>")[0]
    assert "exten => 12366,1,Set(CC_HOW=blind)" in level
    assert "Set(CC_PEER=tax)" in arrives
    assert written.count("Set(CC_PEER=") == 1


def test_mrg_04_a_branch_centre_takes_calls_with_their_data_as_a_line_with_seats_does() -> None:
    branch = Line(
        name_zh="公积金分中心",
        name_en="Housing fund branch",
        kind=LineKind.BRANCH,
        number="12329",
        hands_over_at=("12333",),
    )
    lines = LINES.model_copy(update={"lines": {**LINES.lines, "fund": branch}})

    trunks = {trunk.name: trunk for trunk in line_trunks(lines)}
    assert lines.own_seats("fund") == "12329"
    assert (trunks["fund"].number, trunks["fund"].trunk) == ("12329", "")
    assert trunks["fund"].hands_over_at == ("12333",)
    assert trunks["tax"].hands_over_at == ()
    assert "labour" not in trunks
