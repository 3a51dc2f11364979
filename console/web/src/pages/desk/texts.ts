import { defineTexts } from '@/i18n'

const types = { consult: '咨询', help: '求助', complaint: '投诉', report: '举报', suggestion: '意见建议' }
const exclusions = {
  litigation: '诉讼', arbitration: '仲裁', discipline_inspection: '纪检监察', admin_reconsideration: '行政复议', info_disclosure: '政府信息公开', in_petition: '已进入信访渠道',
  state_secret: '国家秘密', work_secret: '工作秘密', trade_secret: '商业秘密', privacy: '个人隐私', personal_info: '个人信息', illegal_or_immoral: '违反法律法规或公序良俗',
}
const scripts = {
  litigation: '您反映的事项已经或者应当通过诉讼途径解决，热线不能受理。请您向有管辖权的人民法院咨询或提起诉讼，也可以拨打 12368 诉讼服务热线。',
  arbitration: '您反映的事项应当通过仲裁途径解决，热线不能受理。请您向劳动人事争议仲裁委员会或约定的仲裁机构申请仲裁。',
  discipline_inspection: '您反映的是党员干部或公职人员的违纪违法问题，请您拨打 12388 或登录 12388 举报网站，向纪检监察机关反映。',
  admin_reconsideration: '您对行政行为不服，可以自知道之日起六十日内向行政复议机关申请行政复议，热线不能代替这一程序。',
  info_disclosure: '您申请公开政府信息，请向对应行政机关的政府信息公开工作机构提出书面申请。',
  in_petition: '您反映的事项已经进入信访渠道，请您向受理的信访部门查询办理情况，热线不重复受理。',
  state_secret: '您反映的内容涉及国家秘密，电话不能传递和记录。请您通过机要渠道向有关单位反映。请不要继续说明内容。',
  work_secret: '您反映的内容涉及工作秘密，电话不能传递和记录，请您直接向有关单位反映。',
  trade_secret: '您反映的内容涉及他人的商业秘密，热线不能受理，请您通过法定途径主张权利。',
  privacy: '您询问的内容涉及他人隐私，热线不能提供，请您谅解。',
  personal_info: '您询问的内容属于他人的个人信息，依法不能提供，请您谅解。',
  illegal_or_immoral: '您的要求不符合法律法规或者违背公序良俗，热线不能受理，请您谅解。',
}

export const zh = {
  seat: { title: '签入座席', choose: '座席', phone: '话机', inPage: '网页话机（耳麦）', onTable: '桌面话机', enter: '签入', taken: '已有人', noPhone: '没有话机', secure: '浏览器只允许在 https 或本机地址使用麦克风，请改用 https 地址打开工作台。' },
  bar: {
    available: '示闲', pause: '小休', pauseReason: '小休原因', signOutSeat: '签出', answer: '接听', greet: '已问候', greeted: '已记录问候', reject: '拒接', hold: '保持', resume: '取回', mute: '静音', unmute: '取消静音', keys: '按键', move: '转接 / 咨询',
    hangUp: '挂断', dial: '外呼', dialNumber: '号码', auto: '自动应答', wrapUp: '话后', moreTime: '延长', finish: '结束话后', complete: '转给对方', cancel: '取消咨询', three: '三方', leave: '退出通话',
    emergency: '紧急转接', waitingCalls: '排队 {n}', help: '快捷键', afterCall: '通话后', lent: '协助同事',
  },
  phone: { off: '话机未连接', connecting: '话机连接中', registered: '话机就绪', lost: '话机断线，正在恢复', refused: '话机登录被拒绝', elsewhere: '话机在另一窗口', signed_out: '话机已签出', useHere: '在此窗口使用', table: '桌面话机', unreachable: '座席话机不可达' },
  handOff: { asked: '正在呼叫 {code}…', ringing: '{code} 振铃', answered: '{code} 已接通，三方通话中', joined: '{code} 已接通，三方通话中', failed: '{code} 未接通：{why}', ended: '{code} 已结束', gone: '{code} 已结束', letGo: '收回（挂断 {code}）', leave: '退出，由其继续' },
  caller: {
    title: '来电', none: '没有来电', number: '号码', show: '显示完整号码', district: '归属', mobile: '手机', queue: '队列', waited: '已等待', path: '导航', tags: '标签', openCases: '在办诉求', lastCalls: '近期来电', never: '首次来电',
    withheld: '未显示号码', parties: '通话各方', from: '来自', callback: '回拨', unknown: '暂时查不到来电人资料', line: '热线', part: '请出',
    tag: { elderly: '老年人', disabled: '残疾人', dialect: '方言', minority_lang: '少数民族语言', frequent: '多次来电', crisis: '情绪危机', malicious_suspect: '疑似恶意' },
    stage: { menu: '语音导航' },
    way: { list: '名单', area: '区号', language: '语种' },
    kind: { citizen: '来电人', agent: '话务员', colleague: '同事', third: '第三方' },
    where: { with_us: '系统中', talk: '通话', held: '保持', aside: '等候', rings: '振铃', consult: '咨询', conference: '三方' },
    fate: { answered: '已接', abandoned: '未接', overflowed: '转出', callback_promised: '约回拨', blocked: '拦截', failed: '失败', fallback_answered: '应急接听', fallback_lost: '应急未接' },
  },
  move: { title: '转接 / 咨询', colleague: '同事', number: '外部号码', queue: '队列', skill: '技能', blind: '直接转接', consult: '先咨询', three: '三方通话', toQueue: '转入队列', nobody: '没有空闲的同事', level: '省 / 市', utility: '公共事业', reason: '转接原因', district: '所在地区', closed: '非工作时间', urgentTicket: '对方现在无人接听，已起草加急工单，请补全后提交。' },
  form: {
    title: '工单', none: '接听来电后在此填写工单。', saved: '已保存', typing: '正在输入', saving: '保存中', away: '暂存本机，恢复后自动上传', loading: '打开中', submit: '提交工单', discard: '无诉求，作废', discardSure: '此通电话没有诉求，确定作废这张工单？',
    other: '未完成', filed: '工单已提交', ticketNo: '工单编号', queryCode: '查询码', sms: '短信内容', again: '此前已提交过', done: '完成',
    request_type: '诉求类型', urgency: '紧急程度', urgencies: { normal: '一般', urgent: '紧急', critical: '特急' }, subject: '标题', content: '诉求内容', category: '分类', categoryHint: '拼音、首字母、同义词或汉字', units: '建议承办单位',
    incident_address: '事发地址', incident_time: '事发时间', subject_name: '被反映对象', subject_phone: '对方电话', caller_name: '姓名', anonymous: '匿名', gender: '性别', genders: { m: '男', f: '女', unknown: '未知' },
    kind: '诉求主体', kinds: { person: '个人', enterprise: '企业', other_org: '其他组织' }, company_name: '企业名称', credit_code: '统一社会信用代码', contact_number: '其他电话', contact_address: '联系地址', reply: '需要回复',
    protection: '保密公开', confidential: '保密', whistleblower: '举报人保护', whistleYes: '保护', whistleNo: '不需要', publish: '同意公开', risks: '风险', risk: { crowd: '群体', self_harm: '自伤', safety: '安全', media: '媒体' }, tags: '涉及', tag: { tourism: '涉旅', enterprise: '涉企' }, callerTags: '来电人标签',
    outcome: '办理方式', outcomes: { accept: '转办', answer: '接诉即答', refuse: '不予受理' }, answer_text: '答复内容', exclusion: '不受理情形', script: '请向来电人告知', told: '已告知法定途径', guidance_text: '补充说明', merge: '并入在办诉求', mergeNone: '不合并，新诉求', noRepeats: '没有发现疑似重复的在办诉求', sameNumber: '同一来电号码', likePlace: '地点相近 {n}%', repeat: '重复诉求',
    types, exclusions, scripts,
  },
  lists: { missed: '漏接回拨', promised: '预约回拨', mine: '本人今日', call: '回拨', due: '时限', overdue: '已超时', none: '没有待回拨', urgent: '急', state: { open: '待回拨', claimed: '已领取', assigned: '已分配', dialling: '拨打中', reached: '已接通', unreached: '未接通' } },
  own: { answered: '接听', tickets: '工单', talked: '通话时长', meanTalk: '平均通话', meanWait: '来电平均等待', rating: '服务评价' },
  keys: { title: '快捷键', answer: '接听', greet: '通话中：已说开头语', hold: '保持 / 取回 · 取消咨询 · 延长话后', pad: '按键', move: '转接 / 咨询 · 转给对方', category: '分类搜索', mute: '静音', pause: '示闲 / 小休', hangUp: '挂断 · 拒接 · 结束话后', dial: '外呼', wrap: '结束话后', submit: '提交工单', emergency: '110 · 119 · 120 · 122', help: '本帮助' },
}

export const en: typeof zh = {
  seat: { title: 'Sign in at a seat', choose: 'Seat', phone: 'Phone', inPage: 'In this page (headset)', onTable: 'On the table', enter: 'Sign in', taken: 'taken', noPhone: 'no phone', secure: 'The browser gives the microphone to https or this machine only: open the desk at its https address.' },
  bar: {
    available: 'Available', pause: 'Pause', pauseReason: 'Reason', signOutSeat: 'Leave seat', answer: 'Answer', greet: 'Greeted', greeted: 'Greeting noted', reject: 'Reject', hold: 'Hold', resume: 'Resume', mute: 'Mute', unmute: 'Unmute', keys: 'Keys', move: 'Transfer / consult',
    hangUp: 'Hang up', dial: 'Dial', dialNumber: 'Number', auto: 'Auto-answer', wrapUp: 'Wrap-up', moreTime: 'More time', finish: 'Finish', complete: 'Hand over', cancel: 'Cancel consult', three: 'Three-way', leave: 'Leave call',
    emergency: 'Emergency', waitingCalls: '{n} waiting', help: 'Keys', afterCall: 'after the call', lent: 'Helping a colleague',
  },
  phone: { off: 'Phone off', connecting: 'Connecting', registered: 'Phone ready', lost: 'Phone lost, recovering', refused: 'Phone login refused', elsewhere: 'Phone is in another window', signed_out: 'Phone signed out', useHere: 'Use it here', table: 'Table phone', unreachable: "The seat's phone cannot be reached" },
  handOff: { asked: 'Calling {code}…', ringing: '{code} is ringing', answered: '{code} is on the call', joined: '{code} is on the call', failed: '{code} not reached: {why}', ended: '{code} has ended', gone: '{code} has ended', letGo: 'Hang {code} up', leave: 'Leave them to it' },
  caller: {
    title: 'Caller', none: 'No call', number: 'Number', show: 'Show whole number', district: 'From', mobile: 'Mobile', queue: 'Queue', waited: 'Waited', path: 'Menu', tags: 'Tags', openCases: 'Open cases', lastCalls: 'Last calls', never: 'First call',
    withheld: 'Withheld', parties: 'On the call', from: 'From', callback: 'Callback', unknown: 'The caller cannot be looked up now', line: 'Line', part: 'Part',
    tag: { elderly: 'Elderly', disabled: 'Disabled', dialect: 'Dialect', minority_lang: 'Minority language', frequent: 'Frequent', crisis: 'Crisis', malicious_suspect: 'Malicious?' },
    stage: { menu: 'menu' },
    way: { list: 'list', area: 'area code', language: 'language' },
    kind: { citizen: 'Citizen', agent: 'Agent', colleague: 'Colleague', third: 'Third party' },
    where: { with_us: 'in the system', talk: 'talks', held: 'on hold', aside: 'waits', rings: 'rings', consult: 'consulted', conference: 'three-way' },
    fate: { answered: 'answered', abandoned: 'abandoned', overflowed: 'overflowed', callback_promised: 'callback', blocked: 'blocked', failed: 'failed', fallback_answered: 'fallback', fallback_lost: 'lost' },
  },
  move: { title: 'Transfer / consult', colleague: 'Colleague', number: 'Number', queue: 'Queue', skill: 'Skill', blind: 'Transfer', consult: 'Consult first', three: 'Three-way', toQueue: 'To the queue', nobody: 'Nobody is idle', level: 'Level', utility: 'Utility', reason: 'Why', district: 'District', closed: 'closed now', urgentTicket: 'Nobody answers there now: an urgent ticket was begun, complete and file it.' },
  form: {
    title: 'Ticket', none: 'Answer a call to write its ticket here.', saved: 'Saved', typing: 'Typing', saving: 'Saving', away: 'Kept here, sent when the console is back', loading: 'Opening', submit: 'File the ticket', discard: 'No request, discard', discardSure: 'No request came of this call: discard its ticket?',
    other: 'Unfinished', filed: 'The ticket is filed', ticketNo: 'Ticket', queryCode: 'Query code', sms: 'Text message', again: 'had been filed before', done: 'Done',
    request_type: 'Type', urgency: 'Urgency', urgencies: { normal: 'Normal', urgent: 'Urgent', critical: 'Critical' }, subject: 'Title', content: 'Request', category: 'Category', categoryHint: 'Pinyin, initials, synonyms or characters', units: 'Suggested unit',
    incident_address: 'Where', incident_time: 'When', subject_name: 'Complained of', subject_phone: 'Their phone', caller_name: 'Name', anonymous: 'Anonymous', gender: 'Gender', genders: { m: 'male', f: 'female', unknown: 'unknown' },
    kind: 'For whom', kinds: { person: 'Person', enterprise: 'Enterprise', other_org: 'Other organisation' }, company_name: 'Enterprise', credit_code: 'Credit code', contact_number: 'Other number', contact_address: 'Address', reply: 'Wants a reply',
    protection: 'Protection', confidential: 'Confidential', whistleblower: 'Whistle-blower', whistleYes: 'protected', whistleNo: 'not needed', publish: 'May be published', risks: 'Risks', risk: { crowd: 'Crowd', self_harm: 'Self-harm', safety: 'Safety', media: 'Media' }, tags: 'About', tag: { tourism: 'Tourism', enterprise: 'Enterprises' }, callerTags: 'Caller tags',
    outcome: 'Outcome', outcomes: { accept: 'Dispatch', answer: 'Answered now', refuse: 'Not accepted' }, answer_text: 'Answer', exclusion: 'Why not', script: 'Tell the citizen', told: 'The legal way was told', guidance_text: 'Remarks', merge: 'Join an open case', mergeNone: 'No, a new request', noRepeats: 'No open case looks the same', sameNumber: 'same number', likePlace: 'like place {n}%', repeat: 'Repeated',
    types: { consult: 'Question', help: 'Help', complaint: 'Complaint', report: 'Report', suggestion: 'Suggestion' },
    exclusions: { litigation: 'Litigation', arbitration: 'Arbitration', discipline_inspection: 'Discipline inspection', admin_reconsideration: 'Administrative reconsideration', info_disclosure: 'Information disclosure', in_petition: 'Already a petition', state_secret: 'State secret', work_secret: 'Work secret', trade_secret: 'Trade secret', privacy: 'Privacy', personal_info: 'Personal information', illegal_or_immoral: 'Against law or morals' },
    scripts,
  },
  lists: { missed: 'Missed', promised: 'Promised', mine: 'My day', call: 'Call back', due: 'Due', overdue: 'overdue', none: 'Nothing owed', urgent: 'urgent', state: { open: 'open', claimed: 'claimed', assigned: 'assigned', dialling: 'dialling', reached: 'reached', unreached: 'not reached' } },
  own: { answered: 'Answered', tickets: 'Tickets', talked: 'Talk time', meanTalk: 'Mean talk', meanWait: 'Mean wait of callers', rating: 'Rating' },
  keys: { title: 'Keys', answer: 'Answer', greet: 'In a call: greeting told', hold: 'Hold / resume · cancel consult · more time', pad: 'Keys', move: 'Transfer / consult · hand over', category: 'Category', mute: 'Mute', pause: 'Available / pause', hangUp: 'Hang up · reject · finish wrap-up', dial: 'Dial', wrap: 'Finish wrap-up', submit: 'File the ticket', emergency: '110 · 119 · 120 · 122', help: 'This help' },
}
defineTexts('desk', { zh, en })
