// What is said of calls passed between levels and on to utilities: which way, why, what came of it.
import { defineTexts } from '@/i18n'

defineTexts('passing', {
  zh: {
    direction: { in: '转来', out: '转出' },
    reason: { province_matter: '省本级诉求', unresolved: '市级未能解决', cross_city: '跨市州', city_matter: '市级诉求' },
    result: { under_way: '进行中', reached: '已接通', failed: '未接通', refused: '被拒绝', kept: '咨询后自留', given_up: '市民挂机', taken: '已受理', sent_back: '退回', ticket: '转为紧急工单' },
  },
  en: {
    direction: { in: 'in', out: 'out' },
    reason: { province_matter: "The province's matter", unresolved: 'Not solved in the city', cross_city: 'Across cities', city_matter: "The city's matter" },
    result: { under_way: 'under way', reached: 'reached', failed: 'failed', refused: 'refused', kept: 'kept after asking', given_up: 'hung up', taken: 'taken', sent_back: 'sent back', ticket: 'urgent ticket' },
  },
})
