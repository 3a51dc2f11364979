"""config/progress.yaml: limits of handling, and the words that go with a query code (CH-05)."""

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import BadSettings
from kernel.ids import TicketNo
from kernel.settings_file import read_yaml


class BadProgress(BadSettings):
    code: ClassVar[str] = "bad-progress"


class ProgressSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    due_workdays: dict[str, Annotated[int, Field(ge=1, le=200)]] = {}
    sms_text: Annotated[str, Field(pattern=r"^[^{}]*\{ticket\}[^{}]*\{code\}[^{}]*$")]

    def sms(self, ticket_no: TicketNo, code: str) -> str:
        return self.sms_text.replace("{ticket}", ticket_no).replace("{code}", code)


def load_progress(path: Path) -> ProgressSettings:
    """Raises BadProgress with file, key, value and remedy."""
    return read_yaml(path, ProgressSettings, error=BadProgress)
