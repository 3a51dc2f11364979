"""The map kind -> type of every package's facts: what the journal may hold."""

from typing import Final

import acd.facts
import callbacks.facts
import cases.facts
import console.facts
import figures.facts
import hotline.facts
import intake.facts
import telephony.facts
import telephony.passed_on
from kernel.fact import FactKinds

KINDS: Final = FactKinds(
    [
        *acd.facts.FACTS,
        *telephony.facts.FACTS,
        *telephony.passed_on.FACTS,
        *intake.facts.FACTS,
        *callbacks.facts.FACTS,
        *cases.facts.FACTS,
        *figures.facts.FACTS,
        *console.facts.FACTS,
        *hotline.facts.FACTS,
    ]
)
