"""Evidence packages (证据包, MAL-02): `hotline evidence verify FILE` recomputes everything.

Ends with 0 when nothing differs, else with 1 and a list. The seal it prints is compared with the
journal's: give that one as --seal.
"""

import argparse
import sys
from pathlib import Path

from intake.evidence import verify
from kernel.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify"])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--seal", default="", help="as GET /api/evidence shows it")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadInput for a file that cannot be read."""
    try:
        found = verify(arguments.file, arguments.seal.lower())
    except OSError as why:
        raise BadInput(
            f"{arguments.file} cannot be read: {why.strerror}.", remedy="Check name and rights."
        ) from why
    lines = [f"不一致 differs: {one}" for one in found.differs] or ["一致 all as sealed"]
    if found.seal:
        lines.append(f"封印 seal: {found.seal}")
    if not arguments.seal:
        lines.append("未比对日志封印 not compared with the journal: --seal")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.differs else 0
