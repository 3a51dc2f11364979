import { Medal } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/inspection/:inspection?',
  name: 'inspection',
  scope: 'watch-floor',
  order: 45,
  icon: Medal,
  title: { zh: '质检', en: 'Inspection' },
  load: () => import('./InspectionPage.vue'),
} satisfies Page
