"""Every alarm of the house: how grave it is, after how long it counts, its words and its remedy.

critical    citizens notice it, or will within a minute: somebody must come now
warning     nobody notices it yet: somebody must look today
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from hotline.watch.alarm_kind import AlarmKind
from hotline.watch.staffing_words import STAFFING_ALARMS
from hotline.watch.surge_words import SURGE_ALARMS

_MOMENT: Final = timedelta(seconds=2)
_A_WHILE: Final = timedelta(seconds=30)
_TWO_MINUTES: Final = timedelta(minutes=2)  # so long a supervisor sees it

ALARMS: Final[Mapping[str, AlarmKind]] = {
    "asterisk-away": AlarmKind(
        severity="critical",
        zh="与 Asterisk 的连接中断",
        en="No link to Asterisk",
        remedy_zh="查看 asterisk/log/messages;连接会自行恢复,其间新来电由备用队列接听",
        remedy_en="Read asterisk/log/messages; the link comes back by itself, the fallback queue "
        "takes new calls meanwhile.",
        after=_MOMENT,
    ),
    "asterisk-flapping": AlarmKind(
        severity="warning",
        zh="与 Asterisk 的连接反复中断",
        en="The link to Asterisk comes and goes",
        remedy_zh="检查网络、Asterisk 是否反复重启、AMI writetimeout",
        remedy_en="Look at the network, at Asterisk's restarts, at the AMI's writetimeout.",
        calm=_A_WHILE,
    ),
    "sip-stuck": AlarmKind(
        severity="critical",
        zh="Asterisk 的 SIP 端口不应答,电话打不进来",
        en="Asterisk's SIP side does not answer: nobody can ring in",
        remedy_zh="待通话结束后重启 Asterisk;检查 UDP 端口与防火墙",
        remedy_en="Restart Asterisk when the conversations are over; look at the firewall.",
    ),
    "database-away": AlarmKind(
        severity="critical",
        zh="PostgreSQL 不可用:不能登录、查询、提交工单",
        en="PostgreSQL is away: no logins, look-ups, filing",
        remedy_zh="启动 PostgreSQL;日志会从中断处继续上传",
        remedy_en="Start PostgreSQL; shipping goes on where it stopped.",
        after=_MOMENT,
    ),
    "valkey-away": AlarmKind(
        severity="warning",
        zh="Valkey 不可用:其他进程的看板不再更新",
        en="Valkey is away: boards of other processes stand still",
        remedy_zh="启动 Valkey;内容会自行重建",
        remedy_en="Start Valkey; its content is made again from the floor.",
        after=_MOMENT,
    ),
    "speech-away": AlarmKind(
        severity="warning",
        zh="语音识别不可用:只能按键作答",
        en="Speech recognition is away: answers by key only",
        remedy_zh="它会自行重启;若持续,查看 hotline.log 中的 speech worker",
        remedy_en="It is started again by itself; if it stays so, look for the speech worker in "
        "hotline.log.",
        after=_MOMENT,
    ),
    "journal-refused": AlarmKind(
        severity="critical",
        zh="日志无法写入:磁盘故障或已满,新来电转备用队列",
        en="The journal cannot be written: new calls go to the fallback queue",
        remedy_zh="释放或修复 var/ 所在磁盘",
        remedy_en="Free space on the disk of var/, or mend it.",
    ),
    "disk-full": AlarmKind(
        severity="critical",
        zh="磁盘已满:新来电转备用队列,进行中的通话继续",
        en="The disk is full: new calls go to the fallback queue, calls in progress go on",
        remedy_zh="释放 var/ 所在磁盘的空间;有空间后自动恢复",
        remedy_en="Free space on the disk of var/; all goes on by itself then.",
    ),
    "disk-low": AlarmKind(
        severity="warning",
        zh="磁盘空间不足",
        en="Little space is left on the disk",
        remedy_zh="释放 var/ 所在磁盘的空间(旧录音、旧日志)",
        remedy_en="Free space on the disk of var/ (old recordings, old logs).",
        calm=_A_WHILE,
    ),
    "shipping-stopped": AlarmKind(
        severity="critical",
        zh="日志停止上传到 PostgreSQL",
        en="Shipping of the journal to PostgreSQL has stopped",
        remedy_zh="按 hotline.log 中的说明处理;不要删除 var/ 下的日志文件",
        remedy_en="Do what hotline.log says; delete nothing under var/journal.",
    ),
    "projections-stopped": AlarmKind(
        severity="warning",
        zh="指标或回拨任务停止更新",
        en="Figures or duties stand still",
        remedy_zh="按 hotline.log 中的说明处理,再重启 hotline",
        remedy_en="Do what hotline.log says, then restart hotline.",
    ),
    "branch-late": AlarmKind(
        severity="warning",
        zh="分中心数据归集延迟超过 60 秒",
        en="A branch centre's data is more than 60 s late",
        remedy_zh="在 GET /api/branches 中查看是哪条线路;联系该分中心检查其推送程序、网络与时钟",
        remedy_en="See in GET /api/branches which line it is; ask the branch to look at its "
        "sender, its network and its clock.",
    ),
    "clock-jumped": AlarmKind(
        severity="warning",
        zh="系统时钟与本程序时钟不一致",
        en="The machine's clock has run away from ours",
        remedy_zh="修复 NTP;在空闲时重启 hotline 以采用新时间",
        remedy_en="Mend NTP; restart hotline at a quiet hour, it then takes the new time.",
        after=timedelta(seconds=3),
    ),
    "overload": AlarmKind(
        severity="critical",
        zh="过载:新来电转备用队列,进行中的通话继续",
        en="Overload: new calls go to the fallback queue, calls in progress go on",
        remedy_zh="等待恢复;查看 /metrics 中的 ami_backlog、desk_late_seconds 和 CPU",
        remedy_en="Wait; look at ami_backlog and desk_late_seconds in /metrics, and at the CPU.",
        calm=timedelta(seconds=10),
    ),
    "calls-refused": AlarmKind(
        severity="critical",
        zh="新来电被拒绝(503):市民线路名额、maxcalls 或 maxload 已满",
        en="New calls are refused (503): the room for citizens, maxcalls or maxload is full",
        remedy_zh="等待恢复;长期如此则提高 max_calls 或增加 Asterisk",
        remedy_en="Wait; if it stays so, raise max_calls or add an Asterisk.",
        calm=_A_WHILE,
    ),
    "desk-late": AlarmKind(
        severity="critical",
        zh="分配台停滞:心跳停止,来电转备用队列",
        en="The desk does not decide: no heartbeat, callers go to the fallback queue",
        remedy_zh="查看 hotline.log;必要时重启 hotline",
        remedy_en="Read hotline.log; restart hotline if it stays so.",
    ),
    "desk-surprised": AlarmKind(
        severity="warning",
        zh="分配台遇到不应发生的情况",
        en="The desk met what should not happen",
        remedy_zh="在 hotline.log 中查找 the floor was surprised,报告开发者",
        remedy_en="Find 'the floor was surprised' in hotline.log and report it.",
        calm=timedelta(minutes=10),
    ),
    "no-agents": AlarmKind(
        severity="critical",
        zh="无人值守:没有示闲的话务员(CH-01)",
        en="Nobody is there to answer: no agent is signed in and available (CH-01)",
        remedy_zh="立即通知值班班长安排人员签入;来电仍在排队",
        remedy_en="Have somebody sign in at once; callers go on waiting in line.",
    ),
    "answer-rate": AlarmKind(
        severity="critical",
        zh="接通率低于目标",
        en="The answer rate is below its target",
        remedy_zh="增派座席、启用应急预案或溢出;查看看板中的排队与小休",
        remedy_en="Call in seats, switch on a surge plan or overflow; look at line and breaks.",
        calm=_A_WHILE,
    ),
    "wait-long": AlarmKind(
        severity="critical",
        zh="有来电等待过久",
        en="Somebody has waited too long",
        remedy_zh="查看该队列的座席与小休;可调整其优先级或移入其他队列",
        remedy_en="Look at the seats and breaks of that queue; move him, or give him a priority.",
        calm=timedelta(seconds=10),
    ),
    "call-long": AlarmKind(
        severity="warning",
        zh="有通话时间过长",
        en="A conversation lasts very long",
        remedy_zh="查看该座席;需要时监听或协助",
        remedy_en="Look at that seat; listen in or help if needed.",
    ),
    "phone-away": AlarmKind(
        severity="warning",
        zh="已签入座席的话机失联(SEAT-04)",
        en="The phone of a seat in use cannot be reached (SEAT-04)",
        remedy_zh="检查该话机的网线、电源与注册;让话务员换座席",
        remedy_en="Look at its cable, power and registration; let the agent take another seat.",
    ),
    "trunk-away": AlarmKind(
        severity="critical",
        zh="中继无应答(SEAT-04)",
        en="A trunk's far side does not answer (SEAT-04)",
        remedy_zh="检查中继线路与对端设备;通知运营商",
        remedy_en="Look at the line and the far side; tell the carrier.",
        after=timedelta(seconds=15),
    ),
    "skill-empty": AlarmKind(
        severity="warning",
        zh="稀缺技能无人示闲",
        en="Nobody is there for a rare skill",
        remedy_zh="请具备该技能的话务员签入,或开启溢出",
        remedy_en="Have somebody with that skill sign in, or open its overflow.",
        after=_A_WHILE,
    ),
    "burst": AlarmKind(
        severity="warning",
        zh="同一区域同一类别的诉求激增",
        en="Many requests of one category come from one district",
        remedy_zh="查看这些工单;可能是停水停电等突发事件,考虑启用事件模式",
        remedy_en="Read those tickets: it may be an incident; consider the incident mode.",
        calm=_TWO_MINUTES,
    ),
    "hand-off-failed": AlarmKind(
        severity="critical",
        zh="紧急电话转接失败:对方未接通",
        en="An emergency line was not reached",
        remedy_zh="查看 GET /api/hand-offs;由话务员再次转接或用另一电话通知对方;检查中继",
        remedy_en="See GET /api/hand-offs; let the agent try again, or ring them from another "
        "phone; look at the trunks.",
        calm=_TWO_MINUTES,
    ),
    "hand-off-slow": AlarmKind(
        severity="critical",
        zh="紧急电话 5 秒内未振铃",
        en="An emergency line did not ring within 5 s",
        remedy_zh="检查出中继与对端;持续出现时通知运营商",
        remedy_en="Look at the trunk out and its far side; tell the carrier if it goes on.",
        calm=_TWO_MINUTES,
    ),
    "hand-off-rejected": AlarmKind(
        severity="critical",
        zh="接收方系统退回了移交信息",
        en="The receiving system rejected a hand-off",
        remedy_zh="查看 GET /api/hand-offs 中 answer 为 reject 的记录;话务员与对方电话核实",
        remedy_en="See the record with the answer reject in GET /api/hand-offs; the agent asks "
        "them by phone.",
        calm=_TWO_MINUTES,
    ),
    **STAFFING_ALARMS,
    **SURGE_ALARMS,
}
