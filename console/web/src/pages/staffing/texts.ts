import { defineTexts } from '@/i18n'

defineTexts('staffing', {
  zh: {
    parts: '人员测算', tab: { day: '按时段', roster: '排班表', shifts: '排班建议', months: '月度预测', people: '工作强度', merging: '合并测算' },
    day: '日期', now: '现在', needed: '需要', rostered: '排班', signedIn: '签入', gap: '缺口', calls: '预测来电', slot: '时段', peak: '峰值 {n} 席，全天 {hours} 席时', learned: '学自 {n} 天', typical: '按典型日估算（历史不足）', basis: '处理 {aht} 秒（{ahtOf}），耐心 {patience} 秒（{patienceOf}）', measured: '实测', set: '设定', provisional: '节假日未核定', curve: '各时段需要与排班', due: '应到', missing: '未到', extra: '计划外',
    file: '排班文件（CSV 或 XLSX，列：日期、工号、开始、结束）', take: '导入', taken: '已导入 {n} 班，替换 {old} 班', tooBig: '文件超过 180 KB，请用命令行导入：hotline staffing roster --import', noRoster: '这一天没有排班', agent: '工号', from: '开始', to: '结束', rest: '休息', leader: '值班长',
    way: '方法', plain: '快速', optimal: '最优（需 OR-Tools）', propose: '计算', shift: '班次', people: '人数', hours: '工时', result: '共 {heads} 人，{worked} 工时，需要 {needed}，富余 {surplus}',
    category: '类别', perDay: '日均', measuredYear: '本地实测', known: '按季节设定', peakFrom: '{month} 起约 {times} 倍，{by} 前备好预案', allCalls: '全部来电',
    occupancy: '最近一小时利用率', since: '持续超限自 {at}', patience: '来电人耐心', queue: '队列', mean: '平均', gaveUp: '放弃', callers: '来电人', unknown: '样本不足',
    centres: '两个以上中心，用逗号分开：区划代码或 名称:日来电量', compute: '测算', centre: '中心', peakSeats: '峰值席位', seatHours: '席时', saves: '合并可省 {seats} 席、{hours} 席时', together: '合并',
  },
  en: {
    parts: 'Staffing', tab: { day: 'Half hours', roster: 'Roster', shifts: 'Shifts', months: 'Months', people: 'People', merging: 'Merging' },
    day: 'Day', now: 'now', needed: 'Needed', rostered: 'Rostered', signedIn: 'Signed in', gap: 'Missing', calls: 'Calls expected', slot: 'Half hour', peak: 'peak {n} seats, {hours} seat hours', learned: 'learned of {n} days', typical: 'by a typical day (too little history)', basis: 'handling {aht} s ({ahtOf}), patience {patience} s ({patienceOf})', measured: 'measured', set: 'set', provisional: 'holidays not certified', curve: 'Needed and rostered by half hour', due: 'Due', missing: 'Missing', extra: 'Not planned',
    file: 'Roster file (CSV or XLSX; columns date, agent, start, end)', take: 'Take over', taken: '{n} shifts taken over, {old} replaced', tooBig: 'Larger than 180 KB: use hotline staffing roster --import', noRoster: 'No roster for this day', agent: 'Agent', from: 'From', to: 'To', rest: 'Break', leader: 'leader',
    way: 'Way', plain: 'quick', optimal: 'optimal (needs OR-Tools)', propose: 'Propose', shift: 'Shift', people: 'Agents', hours: 'Hours', result: '{heads} agents, {worked} hours worked, {needed} needed, surplus {surplus}',
    category: 'Category', perDay: 'A day', measuredYear: 'measured here', known: 'by the season', peakFrom: 'about {times} times from {month}; plan by {by}', allCalls: 'All calls',
    occupancy: 'Occupancy of the last hour', since: 'above the limit since {at}', patience: "Callers' patience", queue: 'Queue', mean: 'Mean', gaveUp: 'Gave up', callers: 'Callers', unknown: 'too few',
    centres: 'Two centres or more, with commas: a district code, or name:calls a day', compute: 'Reckon', centre: 'Centre', peakSeats: 'Peak seats', seatHours: 'Seat hours', saves: 'Merging saves {seats} seats, {hours} seat hours', together: 'Together',
  },
})
