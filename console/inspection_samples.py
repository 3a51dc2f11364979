"""A day's samples as the console shows them: what is to be inspected, and why (质检)."""

from datetime import datetime, timedelta

from pydantic import BaseModel

from figures.inspection import Why
from figures.inspection_sampling import Sample


class SampleRow(BaseModel):
    """`silence_s` null: nobody has listened to the recording (yet), or there is none. `greeted_s`:
    from the answer to the greeting key; null: not pressed. `talk_over_s` null: not known."""

    call: str
    agent: str
    ended_at: datetime
    talked_s: float
    silence_s: float | None
    talk_over_s: float | None
    greeted_s: float | None
    rated: int | None
    why: list[Why]
    inspected: bool


class SamplesShown(BaseModel):
    samples: list[SampleRow]


def _seconds(lasted: timedelta | None) -> float | None:
    return None if lasted is None else lasted.total_seconds()


def sample_row(one: Sample) -> SampleRow:
    talk = one.talk
    return SampleRow(
        call=talk.call,
        agent=talk.agent,
        ended_at=talk.ended_at,
        talked_s=talk.talked.total_seconds(),
        silence_s=_seconds(talk.silence),
        talk_over_s=_seconds(talk.talk_over),
        greeted_s=_seconds(talk.greeted),
        rated=talk.rated,
        why=list(one.why),
        inspected=talk.inspected,
    )
