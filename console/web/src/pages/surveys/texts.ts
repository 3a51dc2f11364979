import { defineTexts } from '@/i18n'

defineTexts('surveys', {
  zh: {
    campaign: '今日回访任务', paused: '已暂停（{by}）', running: '进行中', pause: '暂停外呼', resume: '恢复外呼', up: '正在通话', free: '还可拨打', rate: '接通率', wait: '最长排队 {n} 秒', voice: '语音识别可用', keysOnly: '仅按键',
    byState: '按状态', byResult: '按结果', reasonable: '合理', unreasonable: '不合理', ground: '理由', words: '原话', noJudge: '没有待判定的回访', judged: '已判定', plan: '接下来的拨打', when: '时间', caller: '号码', rule: '依据', figures: '本月指标', unit: '单位', all: '全部单位', level: '满意度 {n}',
    byWord: '按判定（合理：未解决；不合理：于法无据）', pauseSure: '暂停后不再拨打新的回访，正在进行的通话不受影响。', windows: '外呼时段', parts: '回访明细', tab: { judge: '待判定', calls: '回访进度', answers: '回访结果', figures: '指标' }, dialled: '拨打', reached: '接通', byHour: '按小时拨打与接通',
    days: { workday: '工作日', restday: '休息日', holiday: '法定节假日' }, never: '不外呼', lunch: '午休', night: '夜间禁呼', limits: '次数', limitsOf: '每件 {tries} 次、跨 {days} 天；同号每天 {perDay} 次、间隔 {hours} 小时', share: '占线', shareOf: '最多 {lines}/{of} 线；接通率低于 {rate} 或等待超过 {wait} 秒即停', provisional: '（节假日未核定）',
    state: '状态', due: '时限', case: '工单', attempts: '拨打记录', round: '第 {n} 轮', stop: '不再回访', allow: '恢复回访', contacted: '是否联系', solved: '是否解决', first: '初次评价', final: '最终评价', judgement: '判定', since: '自', month: '月份', service: '接听服务评价', agent: '工号', asked: '邀请', rated: '评价', satisfied: '满意率',
    said: { yes: '是', no: '否', partly: '部分' },
    rules: { window: '时段', stopped: '停止名单', exhausted: '次数用尽', no_window: '无可用时段', confidential: '保密', whistleblower: '举报人保护', minor: '未成年人', crisis: '危机', in_appeal: '申诉中', withdrawn: '已撤回' },
    grounds: { not_handled: '未办理', not_solved: '未解决', poor_service: '服务态度差', no_room: '无解决空间', no_legal_basis: '于法无据', admin_mediation: '行政调解', enforcement_case: '执法办案中', suggestion_not_adopted: '建议未采纳', other: '其他' },
  },
  en: {
    campaign: "Today's surveys", paused: 'Paused by {by}', running: 'Running', pause: 'Stop dialling', resume: 'Dial again', up: 'On the phone', free: 'May be dialled', rate: 'Answer rate', wait: 'Longest wait {n} s', voice: 'voice understood', keysOnly: 'keys only',
    byState: 'By state', byResult: 'By result', reasonable: 'Reasonable', unreasonable: 'Not reasonable', ground: 'Ground', words: 'His words', noJudge: 'Nothing to judge', judged: 'Judged', plan: 'Next calls', when: 'When', caller: 'Number', rule: 'By', figures: 'This month', unit: 'Unit', all: 'All units', level: 'satisfaction {n}',
    byWord: 'by the judgement (not solved, or no legal basis)', pauseSure: 'No further survey is dialled; calls that are up are finished.', windows: 'When they are dialled', parts: 'Surveys in detail', tab: { judge: 'To judge', calls: 'Progress', answers: 'Results', figures: 'Figures' }, dialled: 'dialled', reached: 'reached', byHour: 'Dialled and reached by hour',
    days: { workday: 'Workdays', restday: 'Days of rest', holiday: 'Holidays' }, never: 'never', lunch: 'Lunch', night: 'Night', limits: 'Tries', limitsOf: '{tries} a case over {days} days; a number {perDay} times a day, {hours} h apart', share: 'Lines', shareOf: 'at most {lines} of {of}; stops below {rate} answered or when somebody waits {wait} s', provisional: '(holidays not certified)',
    state: 'State', due: 'Due', case: 'Case', attempts: 'Attempts', round: 'round {n}', stop: 'Never again', allow: 'Allow again', contacted: 'Contacted', solved: 'Solved', first: 'First', final: 'Final', judgement: 'Judged', since: 'Since', month: 'Month', service: 'Rating of the answering service', agent: 'Agent', asked: 'Asked', rated: 'Rated', satisfied: 'Satisfied',
    said: { yes: 'yes', no: 'no', partly: 'partly' },
    rules: { window: 'window', stopped: 'stop list', exhausted: 'tries used up', no_window: 'no window', confidential: 'confidential', whistleblower: 'whistle-blower', minor: 'minor', crisis: 'crisis', in_appeal: 'in appeal', withdrawn: 'withdrawn' },
    grounds: { not_handled: 'not handled', not_solved: 'not solved', poor_service: 'poor service', no_room: 'no room', no_legal_basis: 'no legal basis', admin_mediation: 'mediation', enforcement_case: 'enforcement case', suggestion_not_adopted: 'not adopted', other: 'other' },
  },
})
