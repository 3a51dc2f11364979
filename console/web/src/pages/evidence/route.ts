import { Warning } from '@element-plus/icons-vue'
import type { Page } from '@/pages'

export default {
  path: '/evidence',
  name: 'evidence',
  scope: 'force-seats',
  order: 47,
  icon: Warning,
  title: { zh: '恶意来电', en: 'Malicious' },
  load: () => import('./EvidencePage.vue'),
} satisfies Page
