import { Calendar } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/staffing',
  name: 'staffing',
  scope: 'plan-staff',
  order: 55,
  icon: Calendar,
  title: { zh: '排班', en: 'Staffing' },
  load: () => import('./StaffingPage.vue'),
} satisfies Page
