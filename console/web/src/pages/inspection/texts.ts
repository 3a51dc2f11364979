import { defineTexts } from '@/i18n'

defineTexts('inspection', {
  zh: {
    parts: '质检内容', tab: { list: '质检单', samples: '抽样', calibration: '校准', cards: '月度卡片' }, day: '日期', agent: '工号', ended: '结束', talked: '时长', silence: '静默', rated: '评价', drawn: '抽中原因', take: '质检', taken: '已质检', also: '校准', noSamples: '这一天没有抽中的通话。昨天及以前的抽样不再变化。', seconds: '{n} 秒',
    state: '状态', inspector: '质检员', total: '总分', none: '没有质检单', mine: '我的质检', opened: '开始', passed: '合格', failed: '不合格', was: '原 {n} 分', calibrates: '校准用', all: '全部', pick: '选择左侧一张质检单。',
    scorecard: '评分表', points: '满分 {n}', fatal: '一票否决', pass: '合格线 {n}', comment: '评语（话务员可见）', score: '提交评分', sum: '合计 {n}', scoredBy: '{by} 评分', errors: '工单差错数（不看留空）',
    errorsFound: '工单差错 {n} 处', cards: '月度卡片', month: '月份', csv: '导出 CSV', mark: '登记', marks: { praise: '表扬', complaint: '投诉' }, markWhy: '事由', markCall: '通话编号（可不填）', talks: '通话', praised: '好评', complained: '差评', noCards: '这个月没有数据', input: '仅供谈话参考，不产生任何自动后果。',
    appeal: '申诉', appealHint: '说明理由；自评分起 {n} 天内可申诉一次。', appealed: '{by} 申诉', decide: '裁定', uphold: '维持原评分', change: '改判', decision: '裁定理由', decided: '{by} 裁定', own: '自己评分的不能自己裁定。', late: '申诉期已过。',
    since: '自', until: '至', apart: '平均差（分）', pairs: '逐通对照', first: '先', second: '后', difference: '差', noPairs: '没有校准对照', item: '项目', sent: '已提交',
    states: { open: '待评分', scored: '已评分', appealed: '申诉中', upheld: '维持', changed: '改判' },
    why: { random: '随机', long_silence: '长时间静默', too_long: '通话过长', too_short: '通话过短', low_rating: '服务评价低', chosen: '人工指定' },
  },
  en: {
    parts: 'Inspection', tab: { list: 'Inspections', samples: 'Samples', calibration: 'Calibration', cards: 'Monthly cards' }, day: 'Day', agent: 'Agent', ended: 'Ended', talked: 'Talk', silence: 'Silence', rated: 'Rated', drawn: 'Drawn by', take: 'Inspect', taken: 'inspected', also: 'Calibrate', noSamples: 'Nothing was drawn of this day. The draw of a day that is over does not change.', seconds: '{n} s',
    state: 'State', inspector: 'Inspector', total: 'Points', none: 'No inspections', mine: 'My inspections', opened: 'Begun', passed: 'passed', failed: 'not passed', was: '{n} before', calibrates: 'calibrates', all: 'all', pick: 'Choose one on the left.',
    scorecard: 'Scorecard', points: 'of {n}', fatal: 'fatal', pass: 'passes from {n}', comment: 'Comment (the agent sees it)', score: 'Give these points', sum: 'Sum {n}', scoredBy: 'Scored by {by}', errors: 'Wrong fields of the ticket (empty: not looked at)',
    errorsFound: '{n} wrong fields in the ticket', cards: 'Monthly cards', month: 'Month', csv: 'CSV', mark: 'Note it', marks: { praise: 'praise', complaint: 'complaint' }, markWhy: 'Why', markCall: 'Call (may be empty)', talks: 'Talks', praised: 'Praised', complained: 'Complained', noCards: 'Nothing in this month', input: 'Inputs for a talk; nothing follows from them by itself.',
    appeal: 'Appeal', appealHint: 'Say why; once, within {n} days of the score.', appealed: 'Appeal of {by}', decide: 'Decision', uphold: 'The score stands', change: 'Change it', decision: 'Why', decided: 'Decided by {by}', own: 'Who scored does not decide.', late: 'The time for an appeal is over.',
    since: 'From', until: 'To', apart: 'Mean difference (points)', pairs: 'Pairs', first: 'First', second: 'Second', difference: 'Difference', noPairs: 'Nothing was calibrated', item: 'Item', sent: 'Given',
    states: { open: 'open', scored: 'scored', appealed: 'appealed', upheld: 'upheld', changed: 'changed' },
    why: { random: 'lot', long_silence: 'long silence', too_long: 'too long', too_short: 'too short', low_rating: 'low rating', chosen: 'chosen' },
  },
})
