"""A log on a full disk is counted as lost; whoever wanted to say something goes on."""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAYS = """
import resource, sys
from hotline.logs import OUT, log_as_json
import structlog
log_as_json()
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
for n in range(100):
    structlog.get_logger().error("the disk is full", n=n)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
structlog.get_logger().error("there is room again")
print(OUT.lost, file=sys.stderr)
"""


def test_a_full_disk_loses_lines_and_nothing_else(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    with (tmp_path / "hotline.log").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-c", SAYS], stdout=log, stderr=subprocess.PIPE, cwd=ROOT, check=False
        )

    lost = int(done.stderr.split()[0])
    assert 50 < lost <= 200  # a refused line is a refused flush, and perhaps a refused write
    assert done.returncode == 0
    assert "there is room again" in (tmp_path / "hotline.log").read_text()
