"""The `hotline` command: one sub-command each, imported only when it is asked for.

keep            the keeper: PostgreSQL, Valkey, Asterisk and hotline itself (`./dev run`)
run             the hotline alone, told by settings and environment where its servers are
rehearse        simulated citizens and seats against a whole instance (演练)
migrate         bring the database to this version's schema
board           the live floor in the terminal
duties          the calls people make back: what is owed, and D-10 day by day
lines           what each line did; branch centres: their keys, how far they have told
level-key LEVEL the key with which a level below tells its figures (NAV-06)
lists           number lists (企业、老年人): how many; --import NAME FILE replaces one
settings        rule files as released; export DIR, import FILE --reason WHY (规则发布)
simulate FILE   a day on virtual time: our floor beside app_queue and the bounds
surveys         the survey campaign: due, in progress, reached; pause, resume, dry run
staffing        how many seats each half hour needs, the roster, the ratio, merging (排班测算)
trace CALL      the life of one call, in Chinese or English
speech-check    which languages are understood, and what is missing
audit FROM TO   recount a period from the journal and compare; --seal: the hash chain
evidence verify FILE  recompute a sealed package of evidence (MAL-02)
replay FILE     a captured AMI stream through link, call table and stages
render-asterisk DIR   configuration for a site's own Asterisk
"""

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Final

from kernel.errors import HotlineError

# name -> module with `add_arguments(parser)` and `main(arguments) -> int`
COMMANDS: Final = {
    "keep": "hotline.private.command",
    "run": "hotline.main",
    "rehearse": "hotline.rehearsal.command",
    "migrate": "hotline.commands.migrate",
    "board": "hotline.commands.board",
    "duties": "hotline.commands.duties",
    "lines": "hotline.commands.lines",
    "level-key": "hotline.commands.level_key",
    "lists": "hotline.commands.lists",
    "settings": "hotline.commands.settings",
    "simulate": "hotline.commands.simulate",
    "surveys": "hotline.commands.surveys",
    "staffing": "hotline.commands.staffing",
    "trace": "hotline.commands.trace",
    "speech-check": "hotline.commands.speech_check",
    "audit": "hotline.audit.command",
    "evidence": "hotline.commands.evidence",
    "replay": "hotline.commands.replay_story",
    "render-asterisk": "hotline.commands.asterisk_files",
}


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"Unknown command {name!r}. Known: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    module = _loaded(COMMANDS[name])
    parser = argparse.ArgumentParser(prog=f"hotline {name}", description=module.__doc__)
    module.add_arguments(parser)
    run: Callable[[argparse.Namespace], int] = module.main
    try:
        return run(parser.parse_args(rest))
    except HotlineError as refused:
        print(f"{refused.code}: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _loaded(name: str) -> ModuleType:
    """What is loaded stays: looking through it for garbage costs a restart a fifth of its time."""
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.enable()
