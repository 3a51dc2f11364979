// A page is a folder pages/<name>/ with route.ts (this shape), texts.ts and its components. Nothing else is edited.
import type { Component } from 'vue'

export interface Page {
  path: string
  name: string
  /** Scope that the login needs (x-scope of the API); none: any login. */
  scope?: string
  /** Needs an agent behind the login. */
  agent?: boolean
  title: { zh: string; en: string }
  /** Name of an icon of @element-plus/icons-vue, given as a component. */
  icon?: Component
  /** Place in the navigation; none: not shown there. */
  order?: number
  /** Without the shell's frame (login, wall). */
  bare?: boolean
  /** No login needed (only the login page). */
  open?: boolean
  load: () => Promise<unknown>
}

const found = import.meta.glob<{ default: Page }>('./pages/*/route.ts', { eager: true })
export const pages: Page[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => (a.order ?? 999) - (b.order ?? 999))
