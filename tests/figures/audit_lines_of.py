"""Facts as the auditor reads them: through their JSON, as from a journal's file."""

from collections.abc import Iterable

import orjson

from figures.audit_lines import Line, micros
from kernel.fact import Fact, encode


def lines_of(facts: Iterable[Fact], epoch: int = 1) -> list[Line]:
    return [
        Line(epoch, n, micros(fact.at), fact.kind, orjson.loads(encode(fact)))
        for n, fact in enumerate(facts, start=1)
    ]
