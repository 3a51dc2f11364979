import { Headset } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/surveys',
  name: 'surveys',
  scope: 'run-surveys',
  order: 40,
  icon: Headset,
  title: { zh: '回访', en: 'Surveys' },
  load: () => import('./SurveysPage.vue'),
} satisfies Page
