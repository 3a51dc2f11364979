// Names of the fields of the rule files, Chinese and English. `file.key` goes before `key`; a schema's own title before both.
type Pair = readonly [string, string]

export const FIELDS: Record<string, Pair> = {
  // queues
  default_queue: ['默认队列', 'Default queue'], priority_boost_s: ['各优先级提前量', 'Head start by priority'], ring_slack_s: ['振铃宽限', 'Slack after the ring limit'],
  return_grace_s: ['转接失败保留原话务员', 'Held for the agent after a failed transfer'], excluded_after_failed_ring_s: ['振铃未接后不再派同一来电', 'Not offered the same call again for'],
  on_busy: ['话机忙时', 'When the phone is busy'], on_rejected: ['拒接时', 'When rejected'], time_budget: ['每轮处理期限数', 'Deadlines in one turn'], estimate: ['预计等待', 'Wait estimate'],
  holding_s: ['平均占用时长', 'Ring, talk and wrap-up'], patience_s: ['平均耐心', 'Patience'], weight_of_start: ['初值折合通话数', 'Start counts as so many calls'],
  spare_specialists: ['保留稀缺技能', 'Spare specialists'], enabled: ['启用', 'In use'], scarcity: ['稀缺程度', 'Scarcity'], pause_reasons: ['小休原因', 'Reasons for a break'],
  max_minutes: ['最长', 'At most'], max_agents_at_once: ['同时最多人数', 'Agents at once'], minimums: ['技能底线', 'Minimums'], at_least: ['至少', 'At least'], at_most: ['至多', 'At most'],
  at_most_on_break: ['小休至多', 'On a break at most'], from: ['自', 'From'], to: ['至', 'To'], defaults: ['默认值', 'Defaults'], queues: ['队列', 'Queues'], queue: ['队列', 'Queue'],
  name_zh: ['中文名称', 'Name in Chinese'], name_en: ['英文名称', 'Name in English'], needs: ['所需技能', 'Skills needed'], must: ['不可放宽的技能', 'Skills that never relax'], priority: ['优先级', 'Priority'],
  head_start_s: ['排队提前量', 'Head start in line'], relaxation: ['逐步放宽', 'Relaxation'], after_s: ['之后', 'After'], lower_levels_by: ['等级降低', 'Levels lower by'], instead: ['改为', 'Instead'],
  sticky_grace_s: ['等原话务员', 'Wait for the agent who knows him'], sticky_head_start_s: ['原话务员处提前量', 'Head start at that agent'], ring_limit_s: ['振铃时限', 'Ring limit'], wrap_up: ['话后处理', 'Wrap-up'],
  limit_s: ['时限', 'Limit'], extension_s: ['每次延长', 'Extension'], extensions: ['可延长次数', 'Extensions'], max_waiting: ['排队上限', 'Waiting at most'], when_full: ['排队已满时', 'When full'], max_wait_s: ['等待上限', 'Longest wait'],
  when_too_long: ['等待过久时', 'When the wait is too long'], when_nobody: ['无人签入时', 'When nobody is signed in'], overflow: ['溢出', 'Overflow'], overflow_after_s: ['等待多久后溢出', 'Overflow after'], overflow_capacity: ['溢出容量', 'Overflow capacity'],
  target: ['外部目标', 'Outside target'], then: ['其后目标', 'Then'], callback: ['回电邀请', 'Offer of a callback'], again_every_s: ['再次提示间隔', 'Again every'], key: ['按键', 'Key'], announcements: ['排队播报', 'Announcements in line'],
  on_entry: ['进入时播报', 'On entry'], at_most_every_s: ['最短间隔', 'At most every'], places_gained: ['前进位数', 'Places gained'], seconds_gained_s: ['等待缩短', 'Wait shortened by'], round_to_s: ['取整到', 'Rounded to'],
  short_abandon_s: ['短时放弃', 'Short abandon'], whisper: ['接听前提示音', 'Whisper to the agent'], lowered_by_s: ['疑似恶意来电延后', 'Suspects stand later by'],
  // menus
  welcome: ['欢迎菜单', 'First menu'], dialled: ['按被叫号码', 'By number dialled'], menus: ['菜单', 'Menus'], menu: ['菜单', 'Menu'], say: ['播放语音', 'Says'], wrong_key: ['按错提示', 'Wrong key'], first_key_within_s: ['首次按键时限', 'First key within'],
  keys: ['按键', 'Keys'], person: ['人工 (0、无按键、按错两次)', 'A person (0, silence, two wrong keys)'], silence: ['无按键时', 'Silence'], skills: ['另需技能', 'More skills'], language: ['语言', 'Language'], level: ['层级', 'Level'], errand: ['自助事项', 'Errand'],
  // phrases
  phrases: ['语音', 'Phrases'], tones: ['提示音', 'Tones'], numbers: ['数字读法', 'Figures'], zh: ['中文 (播放内容)', 'Chinese (spoken)'], en: ['英文释义', 'English meaning'], ko: ['朝鲜语', 'Korean'], file: ['声音文件', 'Sound file'], hz: ['频率', 'Pitch'], ms: ['时长', 'Length'],
  // holidays
  years: ['年度', 'Years'], certified: ['已按国务院通知核定', 'Certified by the notice'], source: ['依据', 'Source'], holidays: ['节假日', 'Holidays'], name: ['名称', 'Name'], first: ['首日', 'First day'], last: ['末日', 'Last day'], work: ['调休上班', 'Make-up workdays'],
  // catalogue
  'emergency.lines': ['紧急电话', 'Emergency lines'], 'emergency.code': ['号码', 'Number'], ring_for_s: ['每条中继振铃', 'Rung on each trunk for'], tells: ['告知对方系统', 'Tells their system'],
  code: ['编码', 'Code'], synonyms: ['同义词', 'Synonyms'], units: ['承办单位', 'Units'], valid_from: ['启用日', 'Valid from'], valid_until: ['停用日', 'Valid until'], children: ['下级', 'Below'], version: ['版本', 'Version'], files: ['文件', 'Files'],
  by_region: ['各地区名称', 'Names by region'], unit: ['单位', 'Unit'], contents: ['目录', 'Contents'], trees: ['分类', 'Trees'], catalogue: ['分类目录', 'Catalogue'],
  // utilities
  zone: ['时区', 'Time zone'], utilities: ['公共事业', 'Utilities'], category_code: ['工单分类', 'Ticket category'], title_zh: ['工单标题', 'Ticket title'], districts: ['各区县', 'Districts'], number: ['号码', 'Number'], hours: ['服务时间', 'Hours'], start: ['开始', 'Start'], end: ['结束', 'End'],
  'utilities.instead': ['备用号码', 'Number instead'], elsewhere: ['其他地区', 'Elsewhere'],
  // levels and lines
  own: ['本级', 'Own level'], incoming: ['其他层级转来', 'From other levels'], inserts: ['本市插播', 'Own words'], levels: ['层级', 'Levels'], kind: ['类型', 'Kind'], parent: ['上级', 'Above'], region_code: ['行政区划代码', 'Region code'], address: ['SIP 地址', 'SIP address'],
  home: ['归属座席', 'Home seats'], areas: ['区号', 'Area codes'], trunks: ['中继', 'Trunks'], navigation: ['全省统一导航', 'Navigation of the province'], tree: ['导航标识', 'Mark of the tree'], lines: ['热线', 'Lines'], greeting: ['问候语', 'Greeting'], notice: ['提示语', 'Notice'],
  first_day: ['起始日', 'First day'], last_day: ['截止日', 'Last day'], hands_over_at: ['移交时间', 'Hands over at'], languages: ['语种', 'Languages'], lists: ['名单', 'Lists'], skips_menu: ['跳过菜单', 'Skips the menu'], straight: ['直接接入', 'Straight through'],
  // surge
  triggers: ['触发条件', 'Triggers'], actions: ['措施', 'Actions'], plans: ['预案', 'Plans'], incidents: ['突发事件', 'Incidents'], targets: ['溢出目标', 'Overflow targets'], announcement: ['播报', 'Announcement'], answer_rate_at_least: ['接通率至少', 'Answer rate at least'],
  answer_rate_below: ['接通率低于', 'Answer rate below'], answer_within_s: ['几秒内接听', 'Answered within'], arrivals_at_most: ['来电至多', 'Arrivals at most'], arrivals_over_forecast: ['来电超预测', 'Arrivals over forecast'], asks: ['询问', 'Asks'], back: ['恢复条件', 'Back when'],
  callback_after_s: ['多久后邀请回电', 'Callback offered after'], for_s: ['持续', 'For'], longest_wait_at_most_s: ['最长等待至多', 'Longest wait at most'], longest_wait_s: ['最长等待', 'Longest wait'], look_every_s: ['检查间隔', 'Looks every'], recall: ['召回', 'Recall'],
  rests_s: ['再次启动间隔', 'Rests'], stands_s: ['至少保持', 'Stands at least'], stop_surveys: ['暂停回访', 'Stops surveys'], takes_at_most: ['至多接纳', 'Takes at most'], waiting: ['排队人数', 'Waiting'], waiting_at_most: ['排队至多', 'Waiting at most'],
  window_s: ['统计窗口', 'Window'], wrap_up_limit_s: ['话后时限', 'Wrap-up limit'],
  // experts, districts, inspection, malicious, progress, rating
  duties: ['值班', 'Duties'], agent: ['工号', 'Agent'], days: ['日', 'Days'], not_on: ['除外', 'Not on'], flag_below: ['低于则提示', 'Flagged below'], seats_per_million: ['每百万人座席', 'Seats per million'], agents_per_seat: ['每座席人数', 'Agents per seat'],
  rounding: ['取整', 'Rounding'], area_code: ['区号', 'Area code'], population: ['人口', 'Population'], as_of: ['统计日期', 'As of'], scorecard: ['评分表', 'Scorecard'], pass_mark: ['合格线', 'Pass mark'], items: ['项目', 'Items'], id: ['标识', 'Id'], points: ['分值', 'Points'], fatal: ['一票否决', 'Fatal'],
  sampling: ['抽样', 'Sampling'], share: ['比例', 'Share'], seed: ['随机种子', 'Seed'], silence_s: ['静默', 'Silence'], too_long_s: ['过长', 'Too long'], too_short_s: ['过短', 'Too short'], low_rating: ['低满意度', 'Low rating'], listening: ['监听', 'Listening'],
  silent_below: ['静音阈值', 'Silent below'], at_work: ['占用时间比例', 'Share of the time'], appeal_days: ['申诉期限', 'Days to appeal'], suspect: ['疑似标准', 'Suspected from'], measure: ['措施', 'Measure'], calls_a_day: ['一天来电', 'Calls a day'],
  calls_in_7_days: ['七天来电', 'Calls in 7 days'], minutes_in_7_days: ['七天通话分钟', 'Minutes in 7 days'], abusive_in_7_days: ['七天辱骂', 'Abuse in 7 days'], without_request_in_7_days: ['七天无诉求', 'Without a request in 7 days'], at_most_days: ['至多天数', 'Days at most'],
  due_workdays: ['工作日期限', 'Workdays'], sms_text: ['短信内容', 'SMS text'], ask_at_most: ['至多询问次数', 'Asked at most'], answer_within: ['作答时限', 'Answer within'], again: ['再次提示', 'Again'], thanks: ['致谢', 'Thanks'],
  // callbacks
  missed: ['未接来电', 'Missed calls'], day_from: ['日间自', 'Day from'], day_until: ['日间至', 'Day until'], due_within: ['应在多久内回电', 'Due within'], night_due_at: ['夜间未接次日几点前', 'Missed at night: due at'], urgent_within: ['紧急的应在', 'Urgent: within'],
  urgent_priority: ['紧急优先级', 'Urgent from priority'], urgent_queues: ['紧急队列', 'Urgent queues'], owed_for: ['计入欠回电', 'Owed for'], schedule: ['回电时段', 'Schedule'], night: ['夜间', 'Night'], day_parts: ['时段划分', 'Parts of the day'], people: ['人工回电', 'By people'],
  survey: ['回访', 'Surveys'], tries: ['次数', 'Tries'], parts: ['时段数', 'Parts of a day'], retry_after: ['重拨间隔', 'Again after'], fresh_at_night: ['当日来电夜间可回', 'Fresh ones at night'], near_due: ['临近到期', 'Near its due time'], ring_for: ['振铃时长', 'Rings for'],
  verdict_within: ['结果填写时限', 'Verdict within'], windows: ['时间窗', 'Windows'], workday: ['工作日', 'Workday'], restday: ['休息日', 'Day of rest'], holiday: ['节假日', 'Holiday'], lunch: ['午休', 'Lunch'], gap: ['最短间隔', 'Gap'], per_day: ['每天', 'A day'],
  after_closing: ['办结之后', 'After closing'], cases_per_call: ['每通电话件数', 'Cases a call'], trunk_lines: ['中继路数', 'Trunk channels'], trunk_share: ['占中继比例', 'Share of the trunk'], wait_at_most: ['等待至多', 'Wait at most'], engine: ['外呼引擎', 'Engine'],
  claim_for: ['占用时长', 'Claimed for'], dial_for: ['呼叫时长', 'Dialled for'], attempts_at_most: ['至多尝试', 'Attempts at most'], network_retry: ['线路故障重试', 'After a network failure'], hopeless: ['不再尝试', 'No further try'], sms_valid_for: ['短信有效期', 'SMS valid for'],
  sms: ['短信', 'SMS'], send: ['发送方式', 'Sent by'], url: ['网址', 'Address'], secret: ['密钥', 'Secret'], batch: ['每批', 'Batch'], poll_every: ['检查间隔', 'Looks every'], give_up_after: ['放弃', 'Given up after'], retry_first: ['首次重试', 'First retry'], retry_at_most: ['重试上限', 'Longest retry'],
  // supervision, staffing
  alarms: ['告警', 'Alarms'], answer_rate: ['接通率', 'Answer rate'], after_min: ['持续', 'After'], again_min: ['再次告警', 'Again after'], below: ['低于', 'Below'], burst: ['突增', 'Burst'], escalation: ['升级', 'Escalation'], from_calls: ['来电数不少于', 'From calls'], host: ['主机', 'Host'], port: ['端口', 'Port'],
  long_call_min: ['长通话', 'Long call'], no_agents_s: ['无人在席', 'No agents for'], over_min: ['超过', 'Over'], phone_away_s: ['话机离线', 'Phone away for'], rare_skills: ['稀缺技能', 'Rare skills'], severities: ['严重程度', 'Severities'], tickets: ['工单', 'Tickets'], within_min: ['之内', 'Within'], beep: ['监听提示音', 'Beep'],
  retry_first_s: ['首次重试', 'First retry'], retry_at_most_s: ['重试上限', 'Longest retry'],
  goal: ['目标', 'Goal'], answered: ['接通率', 'Answered'], in_time: ['及时接听率', 'In time'], in_time_s: ['及时接听时限', 'In time within'], occupancy: ['繁忙度', 'Occupancy'], limit: ['上限', 'Limit'], least: ['下限', 'Least'], calm: ['平稳线', 'Calm below'],
  until_measured: ['尚无实测时', 'Until it is measured'], aht_s: ['平均处理时长', 'Handling time'], ring_s: ['平均振铃', 'Ring'], absent_share: ['缺勤率', 'Absent'], typical_day: ['典型日', 'A typical day'], calls_per_day: ['每天来电', 'Calls a day'], calls_per_thousand: ['每千人来电', 'Calls per thousand'],
  seats: ['座席', 'Seats'], forecast: ['预测', 'Forecast'], history_days: ['历史天数', 'Days of history'], fewest_days: ['至少天数', 'Fewest days'], alpha: ['平滑系数', 'Smoothing'], days_of_class: ['同类日数', 'Days of its kind'], seasons: ['季节', 'Seasons'], categories: ['类别', 'Categories'], weight: ['倍数', 'Weight'],
  prepare_days: ['提前准备', 'Prepare ahead'], shifts: ['班次', 'Shifts'], types: ['班次类型', 'Kinds of shift'], break_after_h: ['多少小时后休息', 'Break after (h)'], break_h: ['休息小时', 'Break (h)'], minutes: ['分钟数', 'Minutes'], understaffed: ['人手不足', 'Understaffed'], within_minutes: ['时间范围', 'Within'],
  wellbeing: ['心理关怀', 'Wellbeing'], window_minutes: ['统计窗口', 'Window'], at_work_minutes: ['在岗时长', 'At work'],
  // speech, inspection
  reached_at: ['识别服务地址', 'Reached at'], threads: ['线程数', 'Threads'], keep_days: ['保存天数', 'Kept for'], ear: ['听辨', 'Ear'], quiet_below: ['安静阈值', 'Quiet below'], over_noise: ['高于噪声', 'Over noise'], onset_ms: ['起始时长', 'Onset'], pause_ms: ['停顿', 'Pause'], comment_pause_ms: ['留言停顿', 'Pause in a comment'],
  shortest_ms: ['最短', 'Shortest'], longest_answer_ms: ['回答最长', 'Longest answer'], vosk: ['Vosk 识别', 'Vosk'], confidence: ['置信度', 'Confidence'], model: ['模型', 'Model'], margin: ['领先幅度', 'Margin'], closeness: ['相似度', 'Closeness'], 'speech.whisper': ['Whisper 识别', 'Whisper'],
  speech_above: ['有声阈值', 'Speech above'], talk_over_s: ['抢话时长', 'Talks over for'], greeting_within_s: ['开头语应在', 'Greeting within'],
  // surveys
  until: ['截止', 'Until'], questions: ['问题', 'Questions'], each: ['每件诉求', 'For each case'], commands: ['口令', 'Commands'], never: ['不再回访', 'Never again'], 'surveys.case_result.again': ['重听', 'Again'], deaf_at_most: ['连续未识别至多', 'Not understood at most'], value: ['取值', 'Value'], next: ['下一问题', 'Next'], words: ['说法', 'Words'],
  korean: ['朝鲜语', 'Korean'], record: ['录音', 'Record'], longest: ['最长', 'Longest'], farewell: ['结束语', 'Farewell'], complete: ['完成', 'Complete'], dissatisfied: ['不满意', 'Dissatisfied'], handed_over: ['转人工', 'Handed over'], never_again: ['不再打扰', 'Never again'], no_choice: ['无选择', 'No choice'], nobody: ['无人应答', 'Nobody'],
  refused: ['拒绝回访', 'Refused'], wrong_person: ['非本人', 'Wrong person'], sorry: ['未听清时', 'Not understood'], keys_only: ['只按键', 'Keys only'], not_understood: ['没听懂', 'Not understood'], silent: ['没有声音', 'Silent'], placeholder: ['占位录音', 'Placeholder'],
}

export const VALUES: Record<string, Pair> = {
  wait: ['继续等待', 'go on waiting'], refuse: ['婉拒', 'refuse'], overflow: ['溢出', 'overflow'], offer_callback: ['邀请回电', 'offer a callback'], pause: ['置小休', 'pause'], keep: ['保持示闲', 'keep available'],
  '': ['无', 'none'], progress: ['办理进度查询', 'progress of a case'], water: ['供水', 'water'], power: ['供电', 'power'], gas: ['燃气', 'gas'], heat: ['供热', 'heat'], network: ['网络', 'network'], storm: ['恶劣天气', 'storm'], other: ['其他', 'other'],
  mon: ['周一', 'Mon'], tue: ['周二', 'Tue'], wed: ['周三', 'Wed'], thu: ['周四', 'Thu'], fri: ['周五', 'Fri'], sat: ['周六', 'Sat'], sun: ['周日', 'Sun'], ceil: ['进位', 'up'], round: ['四舍五入', 'nearest'],
  province: ['省', 'province'], city: ['市（州）', 'city'], county: ['县（市、区）', 'county'], department: ['部门', 'department'], own: ['本热线', 'own'], merged: ['整体并入', 'merged'], dual: ['双号并行', 'dual'], branch: ['设分中心', 'branch'], seated: ['设专席', 'seated'], emergency: ['紧急', 'emergency'],
  agent: ['先接话务员', 'the agent'], citizen: ['先接市民', 'the citizen'], off: ['不发送', 'off'], webhook: ['网络接口', 'webhook'], abandoned: ['放弃', 'abandoned'], failed: ['失败', 'failed'], fallback_lost: ['应急中丢失', 'lost in fallback'], promised: ['已承诺', 'promised'], cut_off: ['中断', 'cut off'],
  blocked: ['已限制', 'blocked'], overflowed: ['已溢出', 'overflowed'], busy: ['忙', 'busy'], no_answer: ['无人接听', 'no answer'], rejected: ['拒接', 'rejected'], powered_off: ['关机', 'powered off'], empty_number: ['空号', 'empty number'], network_failure: ['线路故障', 'network failure'],
  voicemail: ['语音信箱', 'voicemail'], wrong_person: ['非本人', 'wrong person'], not_dialled: ['未呼出', 'not dialled'], reached: ['已接通', 'reached'], complete: ['完成', 'complete'], no_choice: ['无选择', 'no choice'], nobody: ['无人应答', 'nobody'], refused: ['拒绝回访', 'refused'], workday: ['工作日', 'workday'], restday: ['休息日', 'day of rest'], holiday: ['节假日', 'holiday'], zh: ['中文', 'Chinese'], ko: ['朝鲜语', 'Korean'], lost: ['丢失', 'lost'], both: ['双方', 'both'], none: ['无', 'none'],
}

const UNITS: [RegExp, Pair][] = [
  [/_ms$|^ms$/, ['毫秒', 'ms']],
  [/_s$/, ['秒', 's']],
  [/_min$|minutes$/, ['分钟', 'min']],
  [/^hz$|_hz$/, ['赫兹', 'Hz']],
  [/days$/, ['天', 'days']],
  [/(^|_)(share|rate|below)(_|$)/, ['0–1', '0–1']],
  [/^points$|^pass_mark$/, ['分', 'points']],
]
export const unitOf = (key: string): Pair | undefined => UNITS.find(([rule]) => rule.test(key))?.[1]
