import { Headset } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/desk',
  name: 'desk',
  scope: 'sit',
  agent: true,
  order: 10,
  icon: Headset,
  title: { zh: '座席工作台', en: 'Agent desk' },
  load: () => import('./DeskPage.vue'),
} satisfies Page
