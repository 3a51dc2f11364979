import { defineTexts } from '@/i18n'

defineTexts('figures', {
  zh: {
    from: '开始日期', to: '结束日期', by: '粒度', quarter: '15分钟', hour: '小时', day: '日', month: '月', span: '合计',
    show: '查询', csv: '导出 CSV', xlsx: '导出 Excel', site: '全部', queue: '队列', period: '时段', all: '全部队列',
    n: '基数', formula: '公式', definitions: '指标口径', table: '明细', noData: '该时段没有数据', asked: '人工请求', answered: '接听', abandoned: '放弃',
    bad: '开始日期必须早于结束日期。', trend: '接通率走势',
  },
  en: {
    from: 'From', to: 'To', by: 'By', quarter: '15 minutes', hour: 'Hour', day: 'Day', month: 'Month', span: 'Whole span',
    show: 'Show', csv: 'CSV', xlsx: 'Excel', site: 'All', queue: 'Queue', period: 'Period', all: 'All queues',
    n: 'n', formula: 'Formula', definitions: 'What each figure is', table: 'Rows', noData: 'No data in this span', asked: 'Asked', answered: 'Answered', abandoned: 'Abandoned',
    bad: 'The first day must lie before the last.', trend: 'Answer rate',
  },
})
