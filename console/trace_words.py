"""What each fact of a call says to a person: one sentence in Chinese, one in English.

Fields of the fact stand in braces. Only kinds that name a call. For the page of calls and for
`hotline trace`.
"""

from collections.abc import Mapping
from typing import Any, Final

# kind -> (zh, en)
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "call-arrived": (
        "来电 {caller} 拨打 {dialled}, 中继 {trunk}",
        "{caller} rang {dialled} by {trunk}",
    ),
    "stage-entered": ("进入阶段 {stage}", "entered the stage {stage}"),
    "way-in": ("由线路 {line} 进入（{why}）", "came in by the line {line} ({why})"),
    "level-asked": (
        "转往 {level}, 原因 {reason} ({how})",
        "on his way to {level}, because {reason} ({how})",
    ),
    "came-from-level": (
        "由 {level} 转来, 原因 {reason}, 工单 {ticket_no}",
        "handed over by {level}, because {reason}, ticket {ticket_no}",
    ),
    "utility-asked": (
        "转往公共事业 {utility} ({district}) {number}",
        "on his way to {utility} of {district}, {number}",
    ),
    "utility-ticket-begun": (
        "{utility} ({district}) 无人接听时段, 登记加急工单",
        "nobody answers at {utility} of {district} now: an urgent ticket instead",
    ),
    "passing-refused": ("转接未能进行: {why}", "could not be passed on: {why}"),
    "step-asked": (
        "工号 {agent} 要求 {step} {to} {to_agent}: {reason}",
        "agent {agent} asked for {step} {to} {to_agent}: {reason}",
    ),
    "third-party-ended": (
        "第三方 {leg} 结束: {why}",
        "the third party {leg} ended: {why}",
    ),
    "call-held": ("座席保持通话", "put on hold"),
    "call-resumed": ("恢复通话", "taken off hold"),
    "consult-started": ("向 {target} 咨询", "consultation with {target} began"),
    "consult-ended": ("咨询结束", "consultation ended"),
    "call-transferred": ("已转接至 {to} ({how})", "transferred to {to} ({how})"),
    "transfer-failed": ("转接失败 ({how}): {why}", "transfer failed ({how}): {why}"),
    "conference-joined": ("加入三方通话", "joined a conference"),
    "conference-left": ("离开三方通话", "left a conference"),
    "call-fell-back": (
        "拨号方案转入应急队列: {reason}",
        "the dialplan took it to fallback: {reason}",
    ),
    "fallback-talk": ("应急队列中有人接听", "a member of the fallback queue answered"),
    "call-returned": ("从应急队列收回", "came back from the fallback queue"),
    "picture-mended": ("与 Asterisk 核对后更正: {how}", "put right after Asterisk: {how}"),
    "survey-asked": (
        "回访提问 {question} (第 {asked} 次)",
        "survey asks {question} (time {asked})",
    ),
    "survey-ended": (
        "回访结束 {ending}, 满意度 {level}, 是否解决 {solved}",
        "survey ended {ending}, level {level}, solved {solved}",
    ),
    "call-hung-up": ("挂机 (由 {by}, 原因码 {cause})", "hung up (by {by}, cause {cause})"),
    "call-cut-off": ("Asterisk 中止, 通话被切断", "cut off: asterisk died in the conversation"),
    "recording-started": ("开始录音 {path}", "recording began: {path}"),
    "recording-kept": ("录音已保存 {path}, {seconds} 秒", "recording kept: {path}, {seconds} s"),
    "recording-lost": ("录音丢失: {why}", "recording lost: {why}"),
    "service-rated": ("服务评价 {level} (话务员 {agent})", "service rated {level} (agent {agent})"),
    "hand-off-asked": ("转接 {code} (工号 {agent})", "{code} is to be rung (agent {agent})"),
    "hand-off-rung": (
        "紧急电话振铃, {after} 秒, 中继 {trunk}",
        "the emergency line rings after {after} s by {trunk}",
    ),
    "hand-off-tried": ("中继 {trunk} 未接通: {why}", "in vain by {trunk}: {why}"),
    "hand-off-answered": ("紧急电话接听", "the emergency line answered"),
    "hand-off-not-ours": (
        "对方称不属其受理, 商定归属 {owner}, 由 {keeper} 办理",
        "the far end says not theirs: owner {owner}, kept by {keeper}",
    ),
    "hand-off-noted": (
        "接警员 {receiver_no}, 警情编号 {incident_no}",
        "receiver {receiver_no}, incident {incident_no}",
    ),
    "hand-off-agent-left": ("话务员退出 (已接通 {joined})", "the agent left (joined {joined})"),
    "hand-off-failed": ("紧急电话未接通: {why}", "the emergency line was not reached: {why}"),
    "hand-off-ended": (
        "紧急转接结束 (由 {by}), {talked} 秒",
        "the hand-off ended (by {by}) after {talked} s",
    ),
    "hand-off-told": ("接收系统答复 {answer}", "the receiving system said {answer}"),
    "incident-told": ("警情编号 {incident_no} ({by})", "incident {incident_no} ({by})"),
    "supervision-asked": (
        "班长 {by} ({supervisor}) 对工号 {agent} 的通话要求 {step}: {reason}",
        "supervisor {by} ({supervisor}) asked for {step} of agent {agent}'s talk: {reason}",
    ),
    "supervision-started": ("班长开始旁听 ({mode})", "a supervisor hears the talk ({mode})"),
    "supervision-switched": ("班长切换为 {mode}", "the supervisor switched to {mode}"),
    "supervision-ended": ("班长退出: {why}", "the supervisor hears it no longer: {why}"),
    "call-queued": ("请求人工, 进入队列 {queue}", "asked for a person, joined the line {queue}"),
    "call-moved": ("由队列 {queue} 移入 {to}: {why}", "moved from {queue} to {to}: {why}"),
    "call-moved-by-order": (
        "班长 {by} 由队列 {queue} 移入 {to}: {reason}",
        "supervisor {by} moved it from {queue} to {to}: {reason}",
    ),
    "call-prioritised": (
        "班长 {by} 调整优先级为 {priority}: {reason}",
        "supervisor {by} gave it the priority {priority}: {reason}",
    ),
    "needs-relaxed": ("放宽技能要求, 第 {stage} 级", "skill needs relaxed, stage {stage}"),
    "sticky-grace-over": ("不再等待熟悉的话务员", "no longer waits for the agent he knows"),
    "seat-rung": ("座席 {seat} (工号 {agent}) 振铃", "seat {seat} (agent {agent}) rings"),
    "seat-answered": (
        "座席 {seat} (工号 {agent}) 接听, 等待 {waited} 秒",
        "seat {seat} (agent {agent}) answered after {waited} s",
    ),
    "seat-let-it-ring": (
        "座席 {seat} (工号 {agent}) 未接: {why}",
        "seat {seat} (agent {agent}) did not take it: {why}",
    ),
    "leg-dropped": ("撤回振铃 {leg}: {why}", "ring {leg} withdrawn: {why}"),
    "seat-lent": (
        "工号 {by} 请座席 {seat} (工号 {agent}) 协助, 呼叫腿 {leg}",
        "agent {by} asks seat {seat} (agent {agent}) for help, leg {leg}",
    ),
    "loan-ended": (
        "座席 {seat} (工号 {agent}) 协助结束",
        "seat {seat} (agent {agent}) helps no longer",
    ),
    "talk-ended": (
        "与座席 {seat} 的通话结束, {talked} 秒",
        "talk with seat {seat} ended, {talked} s",
    ),
    "call-abandoned": ("放弃等待, {waited} 秒", "gave up after {waited} s"),
    "call-overflowed": ("溢出至 {to}: {why}", "overflowed to {to}: {why}"),
    "call-sent-over": (
        "溢出: 转往 {to} 振铃 ({why}), 已等待 {waited} 秒",
        "overflow: rings at {to} ({why}) after {waited} s",
    ),
    "overflow-ended": ("溢出结束 {to} (已接听 {answered})", "is at {to} no longer ({answered})"),
    "incident-call": ("与突发事件 {incident} 关联 ({by})", "is about incident {incident} ({by})"),
    "notice-told": ("播报通知 {phrase}: {why}", "was told {phrase}: {why}"),
    "callback-offered": ("提供回拨", "a callback was offered"),
    "callback-promised": (
        "约定回拨, 已等待 {waited} 秒",
        "a callback was promised after {waited} s",
    ),
    "callback-number-given": ("约定回拨另一号码 {caller}", "to be called back at {caller}"),
    "callback-queued": ("回拨进入队列 {queue}", "the callback joined the line {queue}"),
    "callback-near-due": ("回拨临近时限, 按先后排位", "near its due time: in line by its age"),
    "callback-turn": ("轮到回拨, 先拨来电人", "its turn: the citizen is rung first"),
    "callback-dropped": ("回拨离开队列: {why}", "the callback left the line: {why}"),
    "call-blocked": ("被 {by} 拦截: {reason}", "blocked by {by}: {reason}"),
    "call-failed": ("未能受理: {why}", "turned away: {why}"),
    "call-sent-to-fallback": ("转入应急队列", "sent to the fallback queue"),
    "fallback-answered": ("应急队列接听", "answered in the fallback queue"),
    "fallback-lost": ("应急队列中未接", "lost in the fallback queue"),
    "reentry-ended": ("再次排队结束: {how}", "second wait ended: {how}"),
    "announcement-due": ("播报排位: 第 {position} 位", "told the position: {position}"),
    "wrap-up-started": ("话务员 {agent} 开始话后处理", "agent {agent} began wrap-up"),
    "wellbeing-break-taken": (
        "话务员 {agent} 话后申请心理调适 ({why})",
        "agent {agent} took a break for his wellbeing after it ({why})",
    ),
    "ticket-drafted": ("开始填写工单", "a ticket was begun"),
    "ticket-filed": (
        "工单 {ticket_no} 已提交 (工号 {agent})",
        "ticket {ticket_no} filed by {agent}",
    ),
    "relay-begun": (
        "{login} (工号 {work_no}) 要求与来电人 {caller} 通话, 工单 {ticket_no}",
        "{login} ({work_no}) asks to speak with {caller} about ticket {ticket_no}",
    ),
    "relay-stepped": ("外呼进入 {step}", "the call we make has come to {step}"),
    "relay-ended": ("外呼结束 {outcome}, {talked} 秒", "ended {outcome}, {talked} s"),
    "progress-asked": (
        "查询办理进度 {ticket_no}: {answer} ({way})",
        "asked for the progress of {ticket_no}: {answer} ({way})",
    ),
    "inspection-scored": (
        "{login} 质检评分 {total} (工号 {agent})",
        "{login} inspected agent {agent}'s talk: {total} of 100",
    ),
    "inspection-appealed": (
        "工号 {agent} 对质检评分提出申诉",
        "agent {agent} appealed against the inspection",
    ),
    "inspection-decided": (
        "{login} 裁定申诉, 维持 {upheld}, 评分 {total}",
        "{login} decided on the appeal: upheld {upheld}, {total} of 100",
    ),
    "greeting-told": ("工号 {agent} 已按开头语键", "agent {agent} pressed the greeting key"),
    "agent-marked": (
        "{by} 登记 {what} (工号 {agent})",
        "{by} wrote down {what} about agent {agent}",
    ),
    "recording-heard": ("{login} 听取录音: {why}", "{login} heard the recording: {why}"),
    "recording-held": ("{login} 冻结录音", "{login} put the recording on hold"),
    "recording-released": ("{login} 解冻录音", "{login} released the recording"),
    "recording-erased": ("录音到期删除", "the recording was erased when its time was over"),
    "number-revealed": ("{login} 查看号码: {why}", "{login} saw the number: {why}"),
}
OTHER: Final = ("{kind} {rest}", "{kind} {rest}")
SUMMARY: Final = ("来电 {call}: {count} 条记录", "call {call}: {count} facts")


def sentence(kind: str, body: Mapping[str, Any], lang: str) -> str:
    """What the fact says; a kind without words shows its fields."""
    words = SENTENCES.get(kind, OTHER)[0 if lang == "zh" else 1]
    rest = " ".join(f"{k}={_shown(v)}" for k, v in body.items() if k not in ("at", "call"))
    shown = {key: _shown(value) for key, value in body.items()}
    return words.format_map(_Fields(shown | {"kind": kind, "rest": rest}))


class _Fields(dict[str, str]):
    """An old fact may lack a field of today's sentence."""

    def __missing__(self, key: str) -> str:
        return "?"


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
