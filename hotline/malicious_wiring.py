"""Builds what stands against malicious callers: suspects, measures, evidence (MAL-01, MAL-02)."""

from console.malicious_port import MaliciousSide
from console.ports import KnowsCallers
from console.recordings import Recordings
from figures.suspect_store import PgSuspects
from hotline.desks.evidence import EvidenceDesk
from hotline.desks.malicious import MaliciousDesk, TaggedCallers
from hotline.wiring import Hotline


def make_malicious(hotline: Hotline, recordings: Recordings) -> MaliciousSide:
    ground, measures = hotline.ground, hotline.center.entrances.measures
    ground.feed.add("measures", measures.see)
    store = PgSuspects(ground.pool)
    desk = MaliciousDesk(
        store=store,
        measures=measures,
        rules=ground.rules.malicious,
        write=ground.recorder.write,
        clock=ground.clock,
    )
    ground.in_force.follow(desk.use)
    evidence = EvidenceDesk(
        store=store,
        folder=ground.places.instance / "sealed",
        traces=hotline.boards.facts,
        recordings=recordings,
        write=ground.recorder.write,
        clock=ground.clock,
    )
    return MaliciousSide(callers=desk, evidence=evidence)


def tagged_callers(hotline: Hotline) -> KnowsCallers:
    """As they were, and who is suspected says so on the agent's card."""
    ground = hotline.ground
    callers = TaggedCallers(
        callers=hotline.papers.callers,
        store=PgSuspects(ground.pool),
        rules=ground.rules.malicious.suspect,
        clock=ground.clock,
    )
    ground.in_force.follow(callers.use)
    return callers
