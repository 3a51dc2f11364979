"""Alarms of a day on which too many call: what somebody must not forget to end."""

from collections.abc import Mapping
from typing import Final

from hotline.watch.alarm_kind import AlarmKind

SURGE_ALARMS: Final[Mapping[str, AlarmKind]] = {
    "surge-stands": AlarmKind(
        severity="warning",
        zh="话务高峰预案已启动",
        en="A surge plan stands",
        remedy_zh="查看 GET /api/surge;人工启动的预案须人工解除",
        remedy_en="See GET /api/surge; a plan that was activated by hand is returned by hand.",
    ),
    "incident-open": AlarmKind(
        severity="warning",
        zh="突发事件公告正在播报",
        en="An incident is open and announced",
        remedy_zh="事件处置完毕后在 /api/incidents 中关闭",
        remedy_en="Close it at /api/incidents when it is over.",
    ),
}
