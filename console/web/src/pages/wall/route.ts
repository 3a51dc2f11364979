import { Monitor } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/wall',
  name: 'wall',
  scope: 'watch-wall',
  bare: true,
  order: 60,
  icon: Monitor,
  title: { zh: '大屏', en: 'Wall' },
  load: () => import('./WallPage.vue'),
} satisfies Page
