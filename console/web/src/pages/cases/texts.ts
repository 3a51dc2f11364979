import { defineTexts } from '@/i18n'

defineTexts('cases', {
  zh: {
    status: '状态', kind: '类型', ticket: '工单号', region: '区域', title: '标题', opened: '受理时间', updated: '更新时间', calls: '通话', tickets: '工单', more: '更多', any: '不限', none: '没有符合条件的工单',
    pick: '选择左侧一件工单，查看完整过程。', timeline: '办理过程', protected: '受保护', urgent: '紧急', content: '内容', needsReveal: '以下内容已脱敏：{fields}', recording: '录音', seconds: '{n} 秒', talks: '联系市民', noRecording: '无录音',
    surveys: '回访', level: '满意度 {n}', contacted: '是否联系', solved: '是否解决', dispatch: '派单', unit: '承办单位', close: '办结', closeSure: '确认办结？办结后将安排回访。', done: '已完成', speak: '联系市民', speaking: '正在呼叫您的话机',
    reveal: '查看完整信息', category: '类别代码', truth: { true: '是', false: '否' }, agent: '工号', from: '自', until: '至', flags: '标记', round: '第 {n} 轮',
    field: { caller_name: '姓名', caller_number: '来电号码', caller_gender: '性别', caller_kind: '身份', company_name: '企业名称', credit_code: '信用代码', id_no: '证件号', contact_number: '联系电话', contact_address: '联系地址', language: '语言', is_anonymous: '匿名', is_confidential: '保密', is_whistleblower: '举报人保护', publish_consent: '同意公开', reply_needed: '需要回复', survey_preference: '回访方式', request_type: '类型', title: '标题', content: '诉求内容', incident_address: '事发地址', incident_time: '事发时间', subject_name: '被反映对象', subject_phone: '对象电话', category_code: '类别代码', urgency: '紧急程度', is_repeat: '重复诉求', incident_id: '突发事件', answered_on_call: '当场答复', answer_text: '答复内容', exclusion_code: '不予受理依据', guidance_given: '已引导', guidance_text: '引导内容', catalogue_version: '目录版本', lat: '纬度', lon: '经度', ticket_no: '工单号', nth: '第几次', status: '状态', outcome: '结果', unit: '承办单位', round: '轮次', flag: '标记', on: '开启' },
    event: { 'ticket-filed': '受理', 'request-repeated': '再次来电并单', 'case-dispatched': '派单', 'case-closed': '办结', 'case-rehandled': '重办', 'case-flagged': '标记' },
    flag: { confidential: '保密', whistleblower: '举报人保护', minor: '未成年人', crisis: '危机干预', in_appeal: '申诉中', withdrawn: '已撤销', satisfaction_excluded: '不计满意度' },
    state: { submitted: '已提交', answered_on_call: '当场答复', not_accepted: '不予受理', pending_dispatch: '待派单', dispatched: '已派单', closed: '已办结' },
    type: { consult: '咨询', help: '求助', complaint: '投诉', report: '举报', suggestion: '意见建议' },
  },
  en: {
    status: 'Status', kind: 'Kind', ticket: 'Ticket', region: 'Region', title: 'Title', opened: 'Opened', updated: 'Changed', calls: 'Calls', tickets: 'Tickets', more: 'More', any: 'any', none: 'No case fits',
    pick: 'Choose a case on the left to see its whole course.', timeline: 'Course', protected: 'protected', urgent: 'urgent', content: 'Content', needsReveal: 'Masked: {fields}', recording: 'Recording', seconds: '{n} s', talks: 'Calls to the citizen', noRecording: 'no recording',
    surveys: 'Surveys', level: 'satisfaction {n}', contacted: 'contacted', solved: 'solved', dispatch: 'Dispatch', unit: 'Unit', close: 'Close', closeSure: 'Close the case? A survey will follow.', done: 'Done', speak: 'Ring the citizen', speaking: 'Your phone is being rung',
    reveal: 'Show it whole', category: 'Category', truth: { true: 'yes', false: 'no' }, agent: 'Agent', from: 'From', until: 'To', flags: 'Flags', round: 'round {n}',
    field: { caller_name: 'Name', caller_number: 'Number', caller_gender: 'Gender', caller_kind: 'Caller', company_name: 'Company', credit_code: 'Credit code', id_no: 'Identity number', contact_number: 'Contact number', contact_address: 'Address', language: 'Language', is_anonymous: 'Anonymous', is_confidential: 'Confidential', is_whistleblower: 'Whistle-blower', publish_consent: 'May be published', reply_needed: 'Wants a reply', survey_preference: 'Survey by', request_type: 'Kind', title: 'Title', content: 'Content', incident_address: 'Place', incident_time: 'Time', subject_name: 'About whom', subject_phone: 'Their number', category_code: 'Category code', urgency: 'Urgency', is_repeat: 'Repeated', incident_id: 'Incident', answered_on_call: 'Answered on call', answer_text: 'Answer', exclusion_code: 'Why not accepted', guidance_given: 'Guided elsewhere', guidance_text: 'Guidance', catalogue_version: 'Catalogue version', lat: 'Latitude', lon: 'Longitude', ticket_no: 'Ticket', nth: 'Times', status: 'Status', outcome: 'Outcome', unit: 'Unit', round: 'Round', flag: 'Flag', on: 'On' },
    event: { 'ticket-filed': 'filed', 'request-repeated': 'rang again', 'case-dispatched': 'dispatched', 'case-closed': 'closed', 'case-rehandled': 'handled again', 'case-flagged': 'flagged' },
    flag: { confidential: 'confidential', whistleblower: 'whistle-blower', minor: 'minor', crisis: 'crisis', in_appeal: 'in appeal', withdrawn: 'withdrawn', satisfaction_excluded: 'not counted' },
    state: { submitted: 'submitted', answered_on_call: 'answered on call', not_accepted: 'not accepted', pending_dispatch: 'to dispatch', dispatched: 'dispatched', closed: 'closed' },
    type: { consult: 'question', help: 'help', complaint: 'complaint', report: 'report', suggestion: 'suggestion' },
  },
})
