"""Builds all that the calls we owe need, in the order in which each needs the other."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from hotline.callback_wiring import make_callbacks
from hotline.duties_wiring import Duties, keep_duties, make_duties
from hotline.owed.callback_line import CallbackLine
from hotline.owed.dialling import Dialling
from hotline.owed.duty_desk import DutyDesk
from hotline.relay_wiring import RelaySide, make_relays
from hotline.speech_wiring import keep_speech, make_speech
from hotline.survey_wiring import Surveys, make_surveys
from hotline.wiring import Hotline
from telephony.speech.listener import SpeechListener


@dataclass(frozen=True, kw_only=True)
class Owed:
    """`dialling.story` is the one that the switchboard tells for every call."""

    duties: Duties
    dialling: Dialling
    surveys: Surveys
    callbacks: CallbackLine
    duty_desk: DutyDesk
    speech: SpeechListener
    relays: RelaySide


def make_owed(hotline: Hotline, environment: Mapping[str, str]) -> Owed:
    """Before the switchboard runs. Raises BadSettings."""
    duties = make_duties(hotline, environment)
    dialling = Dialling(hotline, duties.engine)
    speech = make_speech(hotline)
    surveys = make_surveys(hotline, duties, dialling, speech)
    callbacks = make_callbacks(hotline, duties, dialling)
    zone = duties.settings.schedule.zone
    return Owed(
        duties=duties,
        dialling=dialling,
        surveys=surveys,
        callbacks=callbacks,
        speech=speech,
        relays=make_relays(hotline, duties, dialling),
        duty_desk=DutyDesk(hotline.ground.pool, duties.lists, callbacks, zone),
    )


async def run_owed(hotline: Hotline, owed: Owed) -> None:
    """For the group in hotline/main.py."""
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_duties(hotline, owed.duties), name="duties")
        group.create_task(owed.dialling.run(), name="attempts left behind")
        group.create_task(owed.surveys.run(), name="surveys")
        group.create_task(keep_speech(hotline, owed.speech), name="speech")
        group.create_task(owed.callbacks.run(), name="callbacks")
        group.create_task(owed.relays.relays.run(), name="relays")
