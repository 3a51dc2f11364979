"""Where a ticket comes from (C1): filled by the program, never by the agent."""

from collections.abc import Iterator

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from intake.field_errors import FieldError
from intake.words import AcceptLevel, Channel, TransferredFrom
from kernel.ids import AgentNo, CallId, NumberKey, QueueName, SeatId
from kernel.phone import PhoneNumber


class Identity(BaseModel):
    """C1. Times are aware UTC. `caller_number`: None where the channel has none."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source_channel: Channel = Channel.PHONE
    accept_level: AcceptLevel = AcceptLevel.CITY
    region_code: str = Field(pattern=r"^\d{6}$")  # GB/T 2260
    is_province_ticket: bool = False
    call: CallId | None = None
    call_time: AwareDatetime | None = None
    answer_time: AwareDatetime | None = None
    hangup_time: AwareDatetime | None = None
    recording_ids: tuple[str, ...] = ()
    caller_number: PhoneNumber | None = Field(default=None, repr=False)
    caller_key: NumberKey | None = None
    dialled_number: str = ""
    origin_hotline: str = ""
    agent: AgentNo | None = None
    agent_name: str = ""
    seat: SeatId | None = None
    queue: QueueName | None = None
    skill: str = ""
    transferred_from: TransferredFrom | None = None
    external_ref: str = Field(default="", max_length=64)

    @property
    def number_known(self) -> bool:
        return self.caller_number is not None and not self.caller_number.is_withheld

    def frame(self) -> dict[str, JsonValue]:
        """C1 as plain JSON, without the number: that one is stored encrypted."""
        whole: dict[str, JsonValue] = self.model_dump(
            mode="json", exclude={"caller_number", "caller_key"}, exclude_none=True
        )
        return whole


def check_identity(identity: Identity) -> Iterator[FieldError]:
    """C1's conditions: a call brings its id, its time, the number dialled and who answered."""
    if identity.source_channel is Channel.PHONE:
        for field in ("call", "call_time", "dialled_number", "agent", "caller_number"):
            if not getattr(identity, field):
                yield FieldError(
                    field=field,
                    code="call-fact-missing",
                    problem=f"A ticket from a call lacks {field}.",
                    remedy="File it from the call's own form, or choose another channel.",
                )
    if identity.transferred_from is TransferredFrom.POLICE_110 and not identity.external_ref:
        yield FieldError(
            field="external_ref",
            code="external-ref-missing",
            problem="A request handed over by 110 lacks the police incident number.",  # EMG-02
            remedy="Ask 110 for it.",
        )
