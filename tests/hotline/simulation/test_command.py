"""`hotline simulate`: from a file to tables, JSON, CSV and pictures."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from acd import facts as f
from hotline.cli import main
from hotline.private.places import PROJECT
from hotline.simulation.recorded import recorded_day
from hotline.simulation.scenario import load_scenario
from hotline.simulation.trace_file import kind_of, read_trace, skills_of, traced_day
from kernel.errors import BadSettings, NotFound
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, QueueName, SeatId, Skill
from storage.journal_file import GENESIS, Position, line_of
from tests.hotline.simulation.days import day, scenario

SHIPPED = PROJECT / "config" / "scenarios"
KEYS = ("abandoned_share", "answered_in_20_s", "p95_wait_s", "gini")
TRACE = """arrival_s,queue_or_skills,priority,service_s,patience_s
0,general,0,60,300
2.5,dialect:dongbei=2,0,60,300
4,sign_language,1,60,300
3,general,0,60,1
"""


def written(folder: Path, **keys: object) -> Path:
    file = folder / "day.yaml"
    small = {"name_en": "small", "seats": 6, "arrivals": {"load": 0.9, "hours": 0.5}}
    file.write_text(yaml.safe_dump(small | keys), "utf-8")
    return file


def test_a_scenario_gives_the_figures_of_every_policy_and_the_pictures(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    words = ["simulate", str(written(tmp_path)), "--seeds", "2", "--json", str(out)]
    words += ["--csv", str(tmp_path / "calls.csv"), "--plots", str(tmp_path / "plots")]

    assert main(words) == 0

    found = json.loads(out.read_bytes())
    assert found["seeds"] == 2
    for name in ("pooled", "pooled_ring", "app_queue", "app_queue_tuned", "ours"):
        assert set(KEYS) <= set(found["policies"][name]), name
        assert 0 <= found["policies"][name]["abandoned_share"] <= 1
    with (tmp_path / "calls.csv").open(encoding="utf-8") as file:
        fates = {row["fate"] for row in csv.DictReader(file) if row["policy"] == "ours"}
    assert fates <= {"answered", "abandoned", "refused"}
    drawn = {path.name for path in (tmp_path / "plots").iterdir()}
    names = ("waits", "answered", "occupancy", "seats")
    assert drawn == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}


def test_a_trace_takes_the_place_of_the_drawn_callers(tmp_path: Path) -> None:
    trace = tmp_path / "calls.csv"
    trace.write_text(TRACE, "utf-8")

    found = traced_day(scenario(), read_trace(trace), 1)

    assert [one.asked_s for one in found.citizens] == [0, 2.5, 3, 4]
    assert [found.kinds[one.kind].queue for one in found.citizens] == [
        "general",
        "dialect",
        "general",
        "sign_language",
    ]
    assert [one.service_s for one in found.citizens] == [60] * 4
    assert found.citizens[2].patience_s == 1
    out = tmp_path / "out.json"
    words = ["simulate", str(written(tmp_path)), "--trace", str(trace), "--json", str(out)]
    words += ["--plots", str(tmp_path / "plots")]
    assert main([*words, "--policy", "ours", "--policy", "app_queue"]) == 0
    assert set(json.loads(out.read_bytes())["policies"]) == {"ours", "app_queue"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("arrival_s,priority\n1,0\n", "queue_or_skills"),
        (TRACE.replace("2.5,", "soon,"), "line 3"),
        (TRACE.split("\n", maxsplit=1)[0], "no calls"),
        (TRACE.replace("=2", "=9"), "dialect:dongbei=9"),
    ],
)
def test_a_broken_trace_is_refused_with_its_place(tmp_path: Path, text: str, wrong: str) -> None:
    trace = tmp_path / "calls.csv"
    trace.write_text(text, "utf-8")

    with pytest.raises(BadSettings, match=wrong):
        traced_day(scenario(), read_trace(trace), 1)


def test_skills_find_the_queue_that_asks_for_them() -> None:
    rules = day([], []).rules

    assert kind_of(rules, "elderly").needs == {"elderly": 2}
    assert kind_of(rules, "dialect:dongbei=3").queue == "dialect"
    assert kind_of(rules, "general=3").needs == {"general": 3}
    assert skills_of("a=2;b") == {Skill("a"): 2, Skill("b"): 1}


def test_a_broken_scenario_is_refused_with_its_key(tmp_path: Path) -> None:
    file = written(tmp_path, callers={"general": {"calls": 0.5}})

    assert main(["simulate", str(file)]) == 1
    with pytest.raises(BadSettings, match="add up to 1"):
        load_scenario(file)


def test_a_key_of_the_scenario_can_be_set_on_the_command_line(tmp_path: Path) -> None:
    found = load_scenario(written(tmp_path), ["seats=9", "arrivals.load=1.05"])

    assert (found.seats, found.arrivals.load) == (9, 1.05)


@pytest.mark.parametrize("file", [SHIPPED / "steady.yaml", SHIPPED / "hangzhou.yaml"])
def test_the_shipped_scenarios_can_be_read(file: Path) -> None:
    assert load_scenario(file).seats in (120, 1700)


def test_the_surge_day_has_87000_calls_and_1700_seats() -> None:
    found = load_scenario(SHIPPED / "hangzhou.yaml")

    assert (found.arrivals.calls, found.seats, max(found.roster)) == (87_000, 1_700, 1_700)


# ---- a recorded day

BEGINS = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine in the morning in China


def at(seconds: float) -> datetime:
    return BEGINS + timedelta(seconds=seconds)


def journaled(folder: Path) -> Path:
    """One agent, two callers: one is served, one gives up."""
    folder.mkdir()
    prev, lines = GENESIS, []
    for n, fact in enumerate(facts(), 1):
        line, prev = line_of(Position(1, n), fact, prev)
        lines.append(line)
    (folder / "1.jsonl").write_bytes(b"".join(lines))
    return folder


def facts() -> list[Fact]:
    agent, seat, leg = AgentNo("1001"), SeatId("S001"), LegId("1-000001")
    queue, needs = QueueName("general"), {Skill("general"): 1}
    served, lost = CallId("c1"), CallId("c2")

    def asks(call: CallId, when: float) -> Fact:
        return f.CallQueued(
            at=at(when),
            call=call,
            queue=queue,
            needs=needs,
            priority=0,
            again=False,
            asked_at=at(when),
            turn_at=at(when),
        )

    return [
        f.AgentSignedIn(
            at=at(0),
            agent=agent,
            seat=seat,
            phone=Extension("8001"),
            skills=needs,
            auto_answer=False,
        ),
        f.AgentAvailable(at=at(1), agent=agent, seat=seat, by=f.Who.AGENT),
        asks(served, 10),
        f.SeatRung(
            at=at(10),
            leg=leg,
            seat=seat,
            agent=agent,
            call=served,
            queue=queue,
            phone=Extension("8001"),
            ring_for_s=10,
            auto_answer=False,
            whisper=(),
            deadline=at(21),
        ),
        f.SeatAnswered(
            at=at(14),
            leg=leg,
            seat=seat,
            agent=agent,
            call=served,
            queue=queue,
            waited=timedelta(seconds=4),
            again=False,
        ),
        asks(lost, 20),
        f.CallAbandoned(
            at=at(50),
            call=lost,
            queue=queue,
            waited=timedelta(seconds=30),
            short=False,
            while_ringing=False,
        ),
        f.TalkEnded(
            at=at(114), leg=leg, seat=seat, agent=agent, call=served, talked=timedelta(seconds=100)
        ),
        f.WrapUpEnded(at=at(120), seat=seat, agent=agent, by=f.Who.AGENT),
        f.AgentSignedOut(at=at(600), agent=agent, seat=seat, by=f.Who.AGENT),
    ]


def test_a_recorded_day_has_its_callers_its_talks_and_its_people(tmp_path: Path) -> None:
    found = recorded_day(str(journaled(tmp_path / "journal")), None, 1)
    served, lost = found.citizens

    assert (served.asked_s, lost.asked_s) == (9 * 3600 + 10, 9 * 3600 + 20)
    assert (served.talk_s, served.wrap_up_s) == (100, 6)
    assert served.patience_s > 4
    assert lost.patience_s == 30
    assert served.answer_s == (4.0, 4.0, 4.0, 4.0)
    (place,) = found.seats
    assert place.present == ((9 * 3600 + 1.0, 9 * 3600 + 600.0),)


def test_a_recorded_day_is_simulated_and_the_journal_stays_as_it_is(tmp_path: Path) -> None:
    folder, out = journaled(tmp_path / "journal"), tmp_path / "out.json"
    before = (folder / "1.jsonl").read_bytes()

    words = ["simulate", str(folder), "--json", str(out), "--plots", str(tmp_path / "plots")]
    assert main(words) == 0

    ours = json.loads(out.read_bytes())["policies"]["ours"]
    assert (ours["calls"], ours["abandoned_share"]) == (2, 0.5)
    assert (folder / "1.jsonl").read_bytes() == before
    assert list(folder.iterdir()) == [folder / "1.jsonl"]


def test_a_day_without_calls_is_refused_with_those_that_have_some(tmp_path: Path) -> None:
    folder = journaled(tmp_path / "journal")

    with pytest.raises(NotFound, match="no call on 2020-01-01"):
        recorded_day(str(folder), datetime(2020, 1, 1, tzinfo=UTC).date(), 1)
