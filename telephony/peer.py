"""A centre of another level, rung by its own trunk, and told by SIP headers whom it gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """`trunk` "": the trunk out. `shows`: the citizen's number; "": our own. `carried`: the headers
    as the dialplan's [carry] takes them."""

    name: str
    number: str
    trunk: str
    shows: str = field(repr=False)
    headers: Mapping[str, str]
    carried: str

    def masked(self) -> str:
        return self.name

    @property
    def variables(self) -> dict[str, str]:
        """For an Originate: headers of its INVITE."""
        return {f"PJSIP_HEADER(add,{name})": value for name, value in self.headers.items()}
