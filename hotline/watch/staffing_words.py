"""The alarms of staffing: too few people (SEAT-03), nobody leads the shift, no breath (HR-02)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from hotline.watch.alarm_kind import AlarmKind

_TWO_MINUTES: Final = timedelta(minutes=2)

STAFFING_ALARMS: Final[Mapping[str, AlarmKind]] = {
    "understaffed": AlarmKind(
        severity="warning",
        zh="签入人数少于排班或需要",
        en="Fewer people are signed in than rostered or needed",
        remedy_zh="查看 GET /api/staffing/today:谁未到岗、缺几人;通知值班长,召回备班",
        remedy_en="See GET /api/staffing/today: who is missing, how many are short; tell the duty "
        "leader, call in the reserve.",
        calm=_TWO_MINUTES,
    ),
    "no-duty-leader": AlarmKind(
        severity="warning",
        zh="本班没有值班长签入",
        en="No duty leader of this shift is signed in",
        remedy_zh="联系排班表上的值班长,或指定一人并更新排班",
        remedy_en="Reach the leader of the roster, or name another one and enter him.",
        after=timedelta(minutes=5),
        calm=_TWO_MINUTES,
    ),
    "agents-overworked": AlarmKind(
        severity="warning",
        zh="话务员连续高负荷",
        en="Agents work without a breath",
        remedy_zh="查看 GET /api/staffing/occupancy;安排小休或换岗",
        remedy_en="See GET /api/staffing/occupancy; give them a break or other work.",
        calm=_TWO_MINUTES,
    ),
}
