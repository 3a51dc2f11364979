import { defineTexts } from '@/i18n'

defineTexts('surveys', {
  zh: {
    campaign: '今日回访任务', paused: '已暂停（{by}）', running: '进行中', pause: '暂停外呼', resume: '恢复外呼', up: '正在通话', free: '还可拨打', rate: '接通率', wait: '最长排队 {n} 秒', voice: '语音识别可用', keysOnly: '仅按键',
    byState: '按状态', byResult: '按结果', judge: '待判定的不满意件', reasonable: '合理', unreasonable: '不合理', ground: '理由', words: '原话', noJudge: '没有待判定的回访', judged: '已判定', plan: '接下来的拨打', when: '时间', caller: '号码', rule: '依据', figures: '本月指标', unit: '单位', all: '全部单位', level: '满意度 {n}',
    grounds: { not_handled: '未办理', not_solved: '未解决', poor_service: '服务态度差', no_room: '无解决空间', no_legal_basis: '于法无据', admin_mediation: '行政调解', enforcement_case: '执法办案中', suggestion_not_adopted: '建议未采纳', other: '其他' },
  },
  en: {
    campaign: "Today's surveys", paused: 'Paused by {by}', running: 'Running', pause: 'Stop dialling', resume: 'Dial again', up: 'On the phone', free: 'May be dialled', rate: 'Answer rate', wait: 'Longest wait {n} s', voice: 'voice understood', keysOnly: 'keys only',
    byState: 'By state', byResult: 'By result', judge: 'Dissatisfied, to be judged', reasonable: 'Reasonable', unreasonable: 'Not reasonable', ground: 'Ground', words: 'His words', noJudge: 'Nothing to judge', judged: 'Judged', plan: 'Next calls', when: 'When', caller: 'Number', rule: 'By', figures: 'This month', unit: 'Unit', all: 'All units', level: 'satisfaction {n}',
    grounds: { not_handled: 'not handled', not_solved: 'not solved', poor_service: 'poor service', no_room: 'no room', no_legal_basis: 'no legal basis', admin_mediation: 'mediation', enforcement_case: 'enforcement case', suggestion_not_adopted: 'not adopted', other: 'other' },
  },
})
