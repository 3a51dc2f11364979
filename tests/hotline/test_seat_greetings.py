"""Each agent who signs in gets the greeting that callers hear on connect (MRG-06)."""

import wave
from pathlib import Path
from typing import Any

from acd.facts import AgentAvailable, AgentSignedIn, Who
from hotline.seat_greetings import SeatGreetings
from kernel.ids import AgentNo, Extension, SeatId
from telephony.greetings import UNPLAYED, Greetings
from telephony.spoken import Sound
from tests.fakes.fake_clock import MONDAY_NINE
from tests.stories.stage import PHRASES


class Phones:
    def __init__(self) -> None:
        self.greeted: dict[Extension, str] = {}

    def greet_with(self, phone: Extension, greeting: str) -> None:
        self.greeted[phone] = greeting


def signed_in(agent: str, phone: str) -> AgentSignedIn:
    return AgentSignedIn(
        at=MONDAY_NINE,
        agent=AgentNo(agent),
        seat=SeatId("S001"),
        phone=Extension(phone),
        skills={},
        auto_answer=False,
    )


def greetings(folder: Path) -> tuple[SeatGreetings, Phones]:
    def find(sound: Sound) -> Path:
        file = folder / sound.replace("/", "-")
        with wave.open(str(file), "wb") as written:
            written.setparams((1, 2, 8000, 0, "NONE", ""))
            written.writeframes(
                b"".join(bytes((letter, 0)) for letter in f"{sound};".encode()) + bytes(UNPLAYED)
            )
        return file

    phones = Phones()
    control: Any = phones
    return SeatGreetings(control, Greetings(folder / "joined", find), PHRASES), phones


def test_mrg_06_the_greeting_of_a_phone_says_the_work_number_of_who_sits_there(
    tmp_path: Path,
) -> None:
    seats, phones = greetings(tmp_path)

    seats.see([signed_in("1003", "8001")])

    with wave.open(phones.greeted[Extension("8001")] + ".wav") as greeting:
        joined = greeting.readframes(greeting.getnframes())[::2].decode().strip("\0").split(";")
    assert joined[:-1] == [
        "zh/phrases/agent_number",
        *("zh/digits/yao", "zh/digits/0", "zh/digits/0", "zh/digits/3"),
        "zh/phrases/at_your_service",
    ]


def test_the_next_agent_at_a_phone_has_a_greeting_of_his_own(tmp_path: Path) -> None:
    seats, phones = greetings(tmp_path)

    seats.see([signed_in("1003", "8001"), signed_in("1003", "8002")])
    same = phones.greeted[Extension("8001")]
    assert same == phones.greeted[Extension("8002")]

    seats.see([signed_in("1004", "8001")])
    assert phones.greeted[Extension("8001")] != same


def test_other_facts_greet_nobody(tmp_path: Path) -> None:
    seats, phones = greetings(tmp_path)

    back = AgentAvailable(at=MONDAY_NINE, agent=AgentNo("1003"), seat=SeatId("S001"), by=Who.AGENT)
    seats.see([back])

    assert phones.greeted == {}
