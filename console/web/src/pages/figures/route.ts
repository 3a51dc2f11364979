import { TrendCharts } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/figures',
  name: 'figures',
  scope: 'read-figures',
  order: 50,
  icon: TrendCharts,
  title: { zh: '报表', en: 'Figures' },
  load: () => import('./FiguresPage.vue'),
} satisfies Page
