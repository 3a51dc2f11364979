import { defineTexts } from '@/i18n'

defineTexts('figures', {
  zh: {
    from: '开始日期', to: '结束日期', by: '粒度', quarter: '15分钟', hour: '小时', day: '日', month: '月', span: '合计',
    show: '查询', site: '全部', queue: '队列', period: '时段', all: '全部队列',
    n: '基数', formula: '公式', definitions: '指标口径', table: '明细', noData: '该时段没有数据', asked: '人工请求', answered: '接听', abandoned: '放弃',
    source: '依据', more: '其他指标', kinds: { lines: '线路', missed: '漏接回拨 D-10', surveys: '回访 D-20～24', levels: '省市互转', ratio: '座席配置 D-09' }, lineCsv: '导出线路 CSV', line: '线路', tickets: '工单', moved: '转入 / 转出', failed: '失败 {n}', sum: '12345 合计', city: '全市合计',
    date: '日期', owed: '应回拨', self: '自行来电', uncallable: '无法回拨', back: '已回拨', inTime: '按时', reached: '接通', median: '中位时长', minutes: '{n} 分', d10: '回拨率 = 已回拨 ÷ 应回拨（当日漏接，去掉自行再来电已接听和无法回拨的）；n = 应回拨数。', shortSpan: '最多 31 天',
    target: '对象', reason: '原因', district: '区域', result: '结果', calls: '通数', level: '层级', own: '本级', below: '含下级', district_name: '地区', population: '人口', need: '应配席位', have: '现有', gap: '缺', agents: '人员', ratio: '配置率', asOf: '截至', rule: '每百万人 15 席，每席 3 人（SEAT-01）；配置率 = 现有 ÷ 应配。',
    bad: '开始日期必须早于结束日期。', trend: '接通率走势',
  },
  en: {
    from: 'From', to: 'To', by: 'By', quarter: '15 minutes', hour: 'Hour', day: 'Day', month: 'Month', span: 'Whole span',
    show: 'Show', site: 'All', queue: 'Queue', period: 'Period', all: 'All queues',
    n: 'n', formula: 'Formula', definitions: 'What each figure is', table: 'Rows', noData: 'No data in this span', asked: 'Asked', answered: 'Answered', abandoned: 'Abandoned',
    source: 'By', more: 'Other figures', kinds: { lines: 'Lines', missed: 'Missed calls D-10', surveys: 'Surveys D-20 to 24', levels: 'Between levels', ratio: 'Seats D-09' }, lineCsv: 'Lines as CSV', line: 'Line', tickets: 'Tickets', moved: 'Moved in / out', failed: '{n} failed', sum: '12345 together', city: 'The city together',
    date: 'Day', owed: 'Owed', self: 'Rang again', uncallable: 'Uncallable', back: 'Called back', inTime: 'In time', reached: 'Reached', median: 'Median', minutes: '{n} min', d10: 'Share = called back ÷ owed (missed that day, without those who rang again and were answered, and those who cannot be rung); n = owed.', shortSpan: 'at most 31 days',
    target: 'To or from', reason: 'Reason', district: 'District', result: 'Result', calls: 'Calls', level: 'Level', own: 'Own', below: 'With below', district_name: 'District', population: 'Population', need: 'Seats due', have: 'There', gap: 'Missing', agents: 'Agents', ratio: 'Ratio', asOf: 'as of', rule: '15 seats a million inhabitants, 3 agents a seat (SEAT-01); ratio = there ÷ due.',
    bad: 'The first day must lie before the last.', trend: 'Answer rate',
  },
})
