// Pages by role: whoever lacks the scope is shown his own first page, never a half-empty one.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import ShellFrame from './layout/ShellFrame.vue'
import { pages, type Page } from './pages'
import { useSession } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    page?: Page
  }
}

const record = (page: Page): RouteRecordRaw => ({ path: page.path, name: page.name, component: page.load as RouteRecordRaw['component'], meta: { page } }) as RouteRecordRaw

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...pages.filter((page) => page.bare).map(record),
    {
      path: '/',
      component: ShellFrame,
      children: [
        ...pages.filter((page) => !page.bare).map(record),
        { path: '', name: 'home', component: () => import('./layout/NotHere.vue') },
        { path: ':rest(.*)*', name: 'not-here', component: () => import('./layout/NotHere.vue') },
      ],
    },
  ],
})

export function mayOpen(page: Page): boolean {
  const session = useSession()
  return Boolean(page.open) || (session.may(page.scope) && (!page.agent || Boolean(session.me?.agent)))
}

/** The first page of the navigation that this login may open. */
export function firstPage(): Page | undefined {
  return pages.find((page) => page.order !== undefined && mayOpen(page))
}

router.beforeEach(async (to) => {
  const session = useSession()
  const page = to.meta.page
  if (page?.open) return true
  if (!session.known) await session.look()
  if (!session.me) return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (to.name === 'home') {
    const first = firstPage()
    return first ? { name: first.name } : { name: 'not-here', params: { rest: ['none'] } }
  }
  if (page && !mayOpen(page)) return { name: 'not-here', params: { rest: ['forbidden'] }, query: { page: page.name } }
  return true
})
