import { View } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/supervisor',
  name: 'supervisor',
  scope: 'force-seats',
  order: 20,
  icon: View,
  title: { zh: '班长席', en: 'Supervisor' },
  load: () => import('./SupervisorPage.vue'),
} satisfies Page
