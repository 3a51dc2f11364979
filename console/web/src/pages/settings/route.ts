import { Setting } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/settings/:section*',
  name: 'settings',
  scope: 'edit-directory',
  order: 90,
  icon: Setting,
  title: { zh: '设置', en: 'Settings' },
  load: () => import('./SettingsPage.vue'),
} satisfies Page
