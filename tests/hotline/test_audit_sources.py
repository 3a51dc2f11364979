"""Asterisk's records as an audit reads them: also those that were rotated away."""

import gzip
import os
from pathlib import Path

from hotline.audit.sources import sip_records

ROW = (
    '"{0}","{0}","PJSIP/trunk-in-1","room","s","138","10.0","11.0","12.0","ANSWERED","AGI","0",""\n'
)
STARTED = "100|NONE|NONE|NONE|QUEUESTART|\n"
CONNECTED = "200|{0}|fallback|PJSIP/8001|CONNECT|3|x|2\n"


def written(path: Path, text: str, age: int) -> None:
    path.parent.mkdir(exist_ok=True)
    content = text.encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    os.utime(path, (1_000_000 - age, 1_000_000 - age))


def test_rotated_files_are_read_with_the_current_one_oldest_first(tmp_path: Path) -> None:
    cdr = tmp_path / "cdr-custom"
    written(cdr / "hotline.csv", ROW.format("c3") + '"half a line', age=0)
    written(cdr / "hotline.csv.1", ROW.format("c2").rstrip("\n"), age=100)
    written(cdr / "hotline.csv.2.gz", ROW.format("c1"), age=200)
    written(tmp_path / "queue_log", CONNECTED.format("c3"), age=0)
    written(tmp_path / "queue_log-20261120", STARTED + CONNECTED.format("c1"), age=100)

    found = sip_records(tmp_path)

    assert found is not None
    records, damaged = found
    assert [record.uniqueid for record in records.calls] == ["c1", "c2", "c3"]
    assert records.connects == {"c1", "c3"}
    assert list(records.starts) == [100_000_000]
    assert damaged == []


def test_just_after_a_rotation_there_is_no_current_file_and_the_old_ones_count(
    tmp_path: Path,
) -> None:
    written(tmp_path / "cdr-custom" / "hotline.csv.1", ROW.format("c1"), age=1)

    found = sip_records(tmp_path)

    assert found is not None
    assert [record.uniqueid for record in found[0].calls] == ["c1"]
    assert found[0].connects is None


def test_without_any_cdr_file_there_is_nothing_to_compare(tmp_path: Path) -> None:
    written(tmp_path / "queue_log", STARTED, age=0)

    assert sip_records(tmp_path) is None
