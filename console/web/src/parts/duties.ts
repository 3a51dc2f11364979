// What is said of the calls that we owe, on every page: states, kinds, outcomes of attempts, results.
import { defineTexts } from '@/i18n'

defineTexts('duty', {
  zh: {
    state: { open: '待回拨', claimed: '机器人已领取', assigned: '已分配', dialling: '拨打中', reached: '已接通', unreached: '未接通，待再拨', closed: '已办结', self_resolved: '已自行来电', uncallable: '无法回拨', unreached_exhausted: '多次未接通，已转短信', refused: '拒绝回访', withdrawn: '已撤销', by_sms: '改用短信' },
    kind: { missed: '漏接', promised: '预约', survey: '回访', follow_up: '跟踪回访' },
    outcome: { reached: '接通', no_answer: '无人接听', busy: '忙', rejected: '拒接', powered_off: '关机', empty_number: '空号', network_failure: '网络故障', voicemail: '语音信箱', wrong_person: '非本人', lost: '中断', not_dialled: '未拨出' },
    result: { complete: '完成', broken_off: '中途挂断', refused: '拒绝回访', never_again: '不再回访', handed_over: '转人工' },
  },
  en: {
    state: { open: 'open', claimed: 'claimed', assigned: 'assigned', dialling: 'dialling', reached: 'reached', unreached: 'unreached', closed: 'closed', self_resolved: 'rang again', uncallable: 'uncallable', unreached_exhausted: 'exhausted, SMS', refused: 'refused', withdrawn: 'withdrawn', by_sms: 'by SMS' },
    kind: { missed: 'missed', promised: 'promised', survey: 'survey', follow_up: 'follow-up' },
    outcome: { reached: 'reached', no_answer: 'no answer', busy: 'busy', rejected: 'rejected', powered_off: 'powered off', empty_number: 'empty number', network_failure: 'network failure', voicemail: 'voicemail', wrong_person: 'wrong person', lost: 'lost', not_dialled: 'not dialled' },
    result: { complete: 'complete', broken_off: 'broken off', refused: 'refused', never_again: 'never again', handed_over: 'handed over' },
  },
})
export const DUTY_STATES = ['open', 'claimed', 'assigned', 'dialling', 'reached', 'unreached', 'closed', 'self_resolved', 'uncallable', 'unreached_exhausted', 'refused', 'withdrawn', 'by_sms'] as const
