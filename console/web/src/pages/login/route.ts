import type { Page } from '@/pages'

export default {
  path: '/login',
  name: 'login',
  open: true,
  bare: true,
  title: { zh: '登录', en: 'Sign in' },
  load: () => import('./LoginPage.vue'),
} satisfies Page
