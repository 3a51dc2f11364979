// A list whose rows are edited one at a time: loaded, searched, saved under the version that was read. When somebody else saved
// meanwhile both are shown, and nothing is sent until one of them is chosen.
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiProblem } from '@/api/client'
import { complain, tell } from '@/parts/say'
import { copyOf, same } from './shape'

export interface Editing<Row extends object> {
  rows: ShallowRef<Row[]>
  text: Ref<string>
  withInactive: Ref<boolean>
  shown: ComputedRef<Row[]>
  /** What is typed; null while the drawer is closed. */
  form: Ref<Row | null>
  isNew: ComputedRef<boolean>
  theirs: ShallowRef<Row | null>
  conflicts: ComputedRef<{ field: string; mine: unknown; theirs: unknown }[]>
  faults: Ref<Record<string, string>>
  busy: Ref<boolean>
  load(): Promise<void>
  open(row: Row | null): void
  save(): Promise<void>
  take(mine: boolean): void
}
interface Source<Row extends object> {
  list: () => Promise<Row[]>
  key: (row: Row) => string
  searched: (row: Row) => string
  fresh: () => Row
  add: (row: Row) => Promise<unknown>
  change: (row: Row, headers: Record<string, string>) => Promise<unknown>
}
type Versioned = { version: number | string; active?: boolean; shut?: boolean }

export function useEditing<Row extends object>(source: Source<Row>): Editing<Row> {
  const { t } = useI18n()
  const rows = shallowRef([]) as ShallowRef<Row[]>
  const text = ref('')
  const withInactive = ref(false)
  const form = ref<Row | null>(null) as Ref<Row | null>
  const base = shallowRef(null) as ShallowRef<Row | null>
  const theirs = shallowRef(null) as ShallowRef<Row | null>
  const faults = ref<Record<string, string>>({})
  const busy = ref(false)
  const isOff = (row: Row): boolean => (row as Versioned).active === false || (row as Versioned).shut === true

  async function load(): Promise<void> {
    try {
      rows.value = await source.list()
    } catch (fault) {
      complain(fault)
    }
  }
  function open(row: Row | null): void {
    base.value = row
    form.value = copyOf(row ?? source.fresh())
    theirs.value = null
    faults.value = {}
  }
  async function save(): Promise<void> {
    const mine = form.value
    if (!mine) return
    busy.value = true
    faults.value = {}
    try {
      if (base.value) await source.change(mine, { 'If-Match': `"${(base.value as Versioned).version}"` })
      else await source.add(mine)
      form.value = null
      tell(t('settings.saved'))
      await load()
    } catch (fault) {
      if (!(fault instanceof ApiProblem)) throw fault
      faults.value = Object.fromEntries(fault.fields.map((one) => [one.field.split('.')[0] ?? '', `${one.problem} ${one.remedy}`]))
      if (fault.code === 'changed-meanwhile') await meet(mine)
      else if (!fault.fields.length) complain(fault)
    } finally {
      busy.value = false
    }
  }
  async function meet(mine: Row): Promise<void> {
    await load()
    theirs.value = rows.value.find((row) => source.key(row) === source.key(mine)) ?? null
  }
  function take(mine: boolean): void {
    const now = theirs.value
    if (!now) return
    const typed = form.value
    open(now)
    if (mine && typed) form.value = { ...typed, version: (now as Versioned).version }
  }
  return {
    rows, text, withInactive, form, theirs, faults, busy, load, open, save, take,
    isNew: computed(() => base.value === null),
    shown: computed(() => {
      const wanted = text.value.trim().toLowerCase()
      return rows.value.filter((row) => (withInactive.value || !isOff(row)) && source.searched(row).toLowerCase().includes(wanted))
    }),
    conflicts: computed(() => {
      const [mine, now] = [form.value as Record<string, unknown> | null, theirs.value as Record<string, unknown> | null]
      if (!mine || !now) return []
      return Object.keys(now).filter((field) => field !== 'version' && !same(mine[field], now[field])).map((field) => ({ field, mine: mine[field], theirs: now[field] }))
    }),
  }
}
