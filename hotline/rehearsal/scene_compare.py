"""What was seen of each scene against what it says must come of it. Pure.

Seen from outside: by the phones of citizen, seats and the world. Seen from inside: the facts of the
call in the journal. Whoever has heard a person once is never again two seconds without a sound.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hotline.rehearsal.compare import Difference
from hotline.rehearsal.scene import Performance

SILENCE_AT_MOST_S: Final = 2.0


@dataclass(slots=True)
class Played:
    """What the phones saw of one performance. `rung`: (number, caller shown) beyond the trunk."""

    performance: Performance
    sip_call_id: str = ""
    agents: list[str] = field(default_factory=list)  # 工号 of each talk, in order
    rung: list[tuple[str, str]] = field(default_factory=list)
    longest_silence_s: float = 0.0  # from the first word with a person
    is_over: bool = False
    troubles: list[str] = field(default_factory=list)


Facts = Sequence[tuple[str, Mapping[str, Any]]]  # kind and body of each, in the journal's order


def compare_scenes(
    played: Sequence[Played],
    facts: Mapping[str, Facts],
    skills: Mapping[str, Mapping[str, int]],
) -> list[Difference]:
    """`facts` by SIP Call-ID, `skills` by 工号."""
    found: list[Difference] = []
    for one in played:
        told = facts.get(one.sip_call_id, ())
        said = [*_outside(one, skills, told), *_inside(one, told)]
        found += [_difference(one, what) for what in said]
    return found


def _outside(one: Played, skills: Mapping[str, Mapping[str, int]], told: Facts) -> Iterator[str]:
    expected = one.performance.scene.expect
    yield from one.troubles
    if not one.is_over:
        yield "the call did not end"
    if len(one.agents) != expected.served_by:
        yield f"talked with {one.agents}, {expected.served_by} talks were expected"
    skill = _skill_due(expected.first_agent_has, told)
    if skill is not None and one.agents and skill not in skills.get(one.agents[0], {}):
        yield f"the first agent {one.agents[0]} has not the skill {skill}"
    if tuple(number for number, _ in one.rung) != expected.rung:
        yield f"rung beyond the trunk: {one.rung}, expected: {expected.rung}"
    number = one.performance.number
    if expected.shows_citizen and any(shown != number for _, shown in one.rung):
        yield f"shown beyond the trunk: {[shown for _, shown in one.rung]}, not his own number"
    if one.longest_silence_s > SILENCE_AT_MOST_S:
        yield f"{one.longest_silence_s:.1f} s without a sound"


def _skill_due(wanted: str | None, told: Facts) -> str | None:
    """None once his queue's own stages ask for it no more, as all who have it are busy."""
    relaxed = any(kind == "needs-relaxed" and wanted not in body["needs"] for kind, body in told)
    return None if relaxed else wanted


def _inside(one: Played, told: Facts) -> Iterator[str]:
    expected = one.performance.scene.expect
    way = next((body for kind, body in told if kind == "way-in"), {})
    for name in ("line", "why", "queue"):
        wanted = getattr(expected, name)
        if wanted is not None and way.get(name) != wanted:
            yield f"way in: {name} is {way.get(name)!r}, expected {wanted!r}"
    rest = iter(told)
    for wanted in expected.facts:
        if not any(_fits(kind, body, wanted) for kind, body in rest):
            kinds = [kind for kind, _ in told]
            yield f"no {dict(wanted)} after the ones before; told: {kinds}"
            break
    yield from (f"told: {kind}" for kind, _ in told if kind in expected.never)
    answers = [body for kind, body in told if kind == "seat-answered"]
    if [body["agent"] for body in answers] != one.agents:
        yield f"the journal says: {[body['agent'] for body in answers]} had him"
    if sum(not body["again"] for body in answers) > 1:
        yield "counted as answered more than once"


def _fits(kind: str, body: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return kind == wanted["kind"] and all(
        body.get(key) == value for key, value in wanted.items() if key != "kind"
    )


def _difference(one: Played, what: str) -> Difference:
    scene, name = one.performance.scene, one.performance.name
    about = f"{one.performance.number[:3]}****{one.performance.number[-4:]}"
    return Difference(
        one.sip_call_id or name,
        f"{scene.name_zh}（{about}）：{what}",
        f"{name} ({about}): {what}",
    )
