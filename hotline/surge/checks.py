"""What config/surge.yaml names in other files is there, before anything starts."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from acd.policy import QueuePolicies
from acd.surge_plans import SurgeRules
from acd.surge_rules import may_overflow
from kernel.errors import BadSettings
from telephony.levels import Levels


@dataclass(frozen=True, slots=True)
class Fault:
    key: str
    value: str
    remedy: str


def check_surge(
    rules: SurgeRules, policies: QueuePolicies, levels: Levels, phrases: Collection[str]
) -> None:
    """Raises BadSettings with key, value and remedy."""
    found = [
        *_targets(rules, levels),
        *_plans(rules, policies, phrases),
        *_incidents(rules, policies, phrases),
    ]
    if found:
        fault = found[0]
        raise BadSettings(
            f"surge.yaml: key {fault.key}: value {fault.value!r}: no good.", remedy=fault.remedy
        )


def _targets(rules: SurgeRules, levels: Levels) -> Iterator[Fault]:
    for name, target in rules.targets.items():
        if target.level is None:
            continue
        level = levels.levels.get(target.level)
        if level is None or level.number is None or target.level == levels.own:
            yield Fault(
                f"targets.{name}.level",
                target.level,
                "Name another level of levels.yaml that has a number.",
            )


def _plans(rules: SurgeRules, policies: QueuePolicies, phrases: Collection[str]) -> Iterator[Fault]:
    for name, plan in rules.plans.items():
        for queue in plan.queues:
            if queue not in policies.queues:
                yield Fault(f"plans.{name}.queues", queue, "Name queues of queues.yaml.")
            elif plan.actions.overflow is not None and not may_overflow(policies.queues[queue]):
                yield Fault(
                    f"plans.{name}.queues", queue, "Nobody of this queue may be sent away (I14)."
                )
        for reason in plan.actions.recall:
            if reason not in policies.pause_reasons:
                yield Fault(
                    f"plans.{name}.actions.recall", reason, "Name pause_reasons of queues.yaml."
                )
        said = plan.actions.announcement
        if said and said not in phrases:
            yield Fault(f"plans.{name}.actions.announcement", said, _PHRASE)


_PHRASE = "Name a phrase of phrases.yaml."


def _incidents(
    rules: SurgeRules, policies: QueuePolicies, phrases: Collection[str]
) -> Iterator[Fault]:
    incidents = rules.incidents
    if incidents.queue not in policies.queues:
        yield Fault("incidents.queue", incidents.queue, "Name a queue of queues.yaml.")
    said: Mapping[str, str] = {
        "asks": incidents.asks,
        **{f"phrases.{kind}": phrase for kind, phrase in incidents.phrases.items()},
    }
    for key, phrase in said.items():
        if phrase not in phrases:
            yield Fault(f"incidents.{key}", phrase, _PHRASE)
