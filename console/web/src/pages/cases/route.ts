import { Files } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/cases/:case?',
  name: 'cases',
  scope: 'read-cases',
  order: 30,
  icon: Files,
  title: { zh: '工单', en: 'Cases' },
  load: () => import('./CasesPage.vue'),
} satisfies Page
