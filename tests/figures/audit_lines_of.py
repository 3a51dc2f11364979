"""Facts as the auditor reads them: through their JSON, as from a journal's file."""

from collections.abc import Iterable

import orjson

from figures.audit_lines import Line, micros
from kernel.fact import Fact, encode
from telephony.facts import CallHungUp, HungUpBy
from tests.figures.histories import ACall, at


def lines_of(facts: Iterable[Fact], epoch: int = 1) -> list[Line]:
    return [
        Line(epoch, n, micros(fact.at), fact.kind, orjson.loads(encode(fact)))
        for n, fact in enumerate(facts, start=1)
    ]


def hung_up(call: ACall, when: float) -> Fact:
    return CallHungUp(at=at(when), call=call.call, by=HungUpBy.CITIZEN, cause=16)
