"""Old journals stay readable: every kind has a golden line that comes back byte for byte."""

import orjson
import pytest

from kernel.fact import Fact, FactKinds, encode
from tests.golden.known import facts_of, golden, packages

EVERY_FACT: list[type[Fact]] = [fact for package in packages() for fact in facts_of(package)]
GOLDEN = [(kind, body) for package in packages() for kind, body in golden(package)]


def test_no_two_facts_have_one_kind() -> None:
    assert len(list(FactKinds(EVERY_FACT))) == len(EVERY_FACT)


def test_every_kind_has_a_golden_line() -> None:
    """Write it with `python -m tests.golden.add_missing`, and look at it."""
    assert {fact.kind for fact in EVERY_FACT} == {kind for kind, _ in GOLDEN}


@pytest.mark.parametrize(("kind", "body"), GOLDEN, ids=[kind for kind, _ in GOLDEN])
def test_a_golden_line_comes_back_byte_for_byte(kind: str, body: bytes) -> None:
    fact = FactKinds(EVERY_FACT).decode(kind, body)

    assert fact.kind == kind
    assert _as_then(encode(fact), body) == body


def _as_then(now: bytes, then: bytes) -> bytes:
    """Without the fields that came since; such a one is empty when an old line is read."""
    known = orjson.loads(then)
    return orjson.dumps({k: v for k, v in orjson.loads(now).items() if k in known or v is not None})


def test_no_fact_has_a_field_for_a_name_or_a_number_in_clear() -> None:
    """SEC-01: numbers are masked or keyed, people are work numbers and logins."""
    forbidden = {"phone_number", "caller_name", "name", "address", "content", "text", "digits"}

    for fact in EVERY_FACT:
        assert not forbidden & set(fact.__dataclass_fields__), fact.kind
