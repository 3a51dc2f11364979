"""A keeper with a dummy hotline, as a process: run_keeper.py VAR NAME [refuse]."""

import sys
from pathlib import Path

from hotline.private.instance import instance
from hotline.private.keeper import keep
from hotline.private.sites_own import SitesOwn
from kernel.errors import HotlineError

DUMMY = Path(__file__).with_name("dummy_hotline.py")

if __name__ == "__main__":
    here = instance(sys.argv[2], seats=3, var=Path(sys.argv[1]))
    try:
        sys.exit(keep(here, SitesOwn(), command=(sys.executable, str(DUMMY), *sys.argv[3:])))
    except HotlineError as refused:
        sys.exit(f"{refused.code}: {refused}")
