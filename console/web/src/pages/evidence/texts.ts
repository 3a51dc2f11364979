import { defineTexts } from '@/i18n'

defineTexts('evidence', {
  zh: {
    suspects: '疑似恶意来电（近七天）', flag: '仅作标记：不会自动限制任何来电。', none: '没有疑似恶意来电', calls: '来电', busiest: '单日最多', minutes: '通话分钟', abusive: '辱骂标记', without: '无诉求', last: '最近', 
    take: '采取措施', end: '解除', stands: '{what}，至 {until}（{by}）', what: '措施', days: '天数（最多 30）', reason: '原因', confirm: '确认', show: '来电明细', choose: '选入证据', chosen: '已选', more: '已对此号码采取措施，但近七天不再疑似：',
    whats: { announcement: '接入前播报', lower_priority: '降低优先级' },
    why: { calls_a_day: '单日来电过多', calls_in_7_days: '七天来电过多', minutes_in_7_days: '占用时间过长', abusive_in_7_days: '多次辱骂', without_request_in_7_days: '多次无诉求' },
    builder: '证据打包', pick: '从左侧来电明细中选择，或填写通话编号。', call: '通话编号', add: '加入', remove: '移除 {call}', listen: '核听', notes: '情况说明（只写入证据包，不进日志）', sealReason: '封存原因（记入日志）', review: '复核', approve: '批准并封存', back: '返回修改',
    check: '将封存 {n} 通来电的全部记录和录音。封存后任何人不能更改。批准人：{by}。', recorded: '有录音', unrecorded: '无录音', 
    packages: '证据包', noPackages: '还没有证据包', seal: '封存校验值', bytes: '{n} KB', download: '下载', by: '{by} 批准', receipt: '移送回执', unit: '接收单位', officer: '警号', handed: '移送时间', note: '登记回执', given: '{unit} {officer}，{at}', audited: '每次下载都会记录',
  },
  en: {
    suspects: 'Suspects (seven days)', flag: 'A flag only: no call is barred by it.', none: 'No suspects', calls: 'Calls', busiest: 'Busiest day', minutes: 'Minutes', abusive: 'Abusive', without: 'No request', last: 'Last', 
    take: 'Take a measure', end: 'End it', stands: '{what} until {until} ({by})', what: 'Measure', days: 'Days (30 at most)', reason: 'Why', confirm: 'Take it', show: 'Calls', choose: 'As evidence', chosen: 'chosen', more: 'A measure stands, but he is no suspect by now:',
    whats: { announcement: 'announcement first', lower_priority: 'lower priority' },
    why: { calls_a_day: 'calls a day', calls_in_7_days: 'calls in seven days', minutes_in_7_days: 'minutes', abusive_in_7_days: 'abusive', without_request_in_7_days: 'without request' },
    builder: 'Evidence', pick: "Choose from a suspect's calls, or give a call's id.", call: 'Call', add: 'Add', remove: 'Remove {call}', listen: 'Listen', notes: 'What happened (into the archive only, never the journal)', sealReason: 'Why it is sealed (journaled)', review: 'Review', approve: 'Approve and seal', back: 'Change it',
    check: 'All facts and recordings of {n} calls will be sealed; nobody changes them any more. Approved by {by}.', recorded: 'recorded', unrecorded: 'no recording', 
    packages: 'Archives', noPackages: 'None yet', seal: 'Seal', bytes: '{n} KB', download: 'Download', by: 'approved by {by}', receipt: 'Receipt', unit: 'Unit', officer: 'Officer no.', handed: 'Handed over', note: 'Note the receipt', given: '{unit} {officer}, {at}', audited: 'each download is written down',
  },
})
