// One rule file being worked on: what stands, what is typed, what is wrong with it, and the names it may use.
import { computed, inject, provide, reactive, ref, shallowRef, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { api, type Schemas } from '@/api/client'
import { language } from '@/i18n'
import { difference, type Change } from './difference'
import { copyOf, liesIn, type Holder, type Shape } from './shape'
import { FIELDS, VALUES } from './words'

export type RuleFile = Schemas['RuleFileShown']
export type Problem = Schemas['RuleProblem']
/** What a field may be filled with, by what it is called. */
export type Names = Record<'queue' | 'skill' | 'phrase' | 'unit', Map<string, string>>

export interface Draft {
  file: Ref<RuleFile | null>
  doc: Holder
  root: ComputedRef<Shape>
  problems: Ref<Problem[]>
  changes: ComputedRef<Change[]>
  names: Names
  /** The place that was asked for: what is closed above it opens. */
  wanted: Ref<string>
  load(file: RuleFile, mine?: Record<string, unknown>): void
  problemsAt(place: string): Problem[]
  problemsIn(place: string): number
}
const KEY: InjectionKey<Draft> = Symbol('draft')

export function makeDraft(): Draft {
  const file = shallowRef<RuleFile | null>(null)
  const doc = reactive<Holder>({})
  const problems = ref<Problem[]>([])
  const draft: Draft = {
    file,
    doc,
    problems,
    root: computed(() => (file.value?.shape ?? {}) as Shape),
    changes: computed(() => (file.value ? difference(file.value.document, doc) : [])),
    names: reactive<Names>({ queue: new Map(), skill: new Map(), phrase: new Map(), unit: new Map() }) as Names,
    wanted: ref(''),
    load(given, mine) {
      file.value = given
      problems.value = []
      for (const key of Object.keys(doc)) delete doc[key]
      Object.assign(doc, copyOf(mine ?? given.document))
    },
    problemsAt: (place) => problems.value.filter((one) => one.key === place),
    problemsIn: (place) => problems.value.filter((one) => one.key !== '' && liesIn(one.key, place)).length,
  }
  provide(KEY, draft)
  return draft
}
export const useDraft = (): Draft => inject(KEY) as Draft

/** Queues, skills and phrases that fields may name; whoever cannot be asked leaves his list empty. */
export async function learnNames(names: Names): Promise<void> {
  const document = async (name: string): Promise<Record<string, Record<string, { name_zh?: string; name_en?: string; zh?: string; en?: string }>>> =>
    ((await api.get('/api/settings/{name}', { path: { name } })).document ?? {}) as never
  const [skills, queues, phrases, units] = await Promise.allSettled([api.get('/api/skills'), document('queues'), document('phrases'), document('catalogue.units')])
  const spoken = (one: { name_zh?: string; name_en?: string; zh?: string; en?: string }): string => (language.value === 'zh' ? (one.name_zh ?? one.zh) : (one.name_en ?? one.en)) ?? ''
  if (skills.status === 'fulfilled') names.skill = new Map(skills.value.skills.map((one) => [one.skill, spoken(one)]))
  if (queues.status === 'fulfilled') names.queue = new Map(Object.entries(queues.value.queues ?? {}).map(([key, one]) => [key, spoken(one)]))
  if (units.status === 'fulfilled') names.unit = new Map(Object.entries(units.value).map(([key, one]) => [key, String((one as { name?: unknown }).name ?? '')]))
  if (phrases.status === 'fulfilled') names.phrase = new Map(Object.entries({ ...phrases.value.phrases, ...phrases.value.tones }).map(([key, one]) => [key, spoken(one)]))
}

const NAMED: Record<string, keyof Names> = {
  queue: 'queue', default_queue: 'queue', urgent_queues: 'queue', skills: 'skill', needs: 'skill', instead: 'skill', must: 'skill', scarcity: 'skill', rare_skills: 'skill',
  say: 'phrase', wrong_key: 'phrase', announcement: 'phrase', greeting: 'phrase', notice: 'phrase', again: 'phrase', thanks: 'phrase', units: 'unit', unit: 'unit',
}
/** The list of names for a field, by its key or that of the list it stands in. */
export function namesFor(draft: Draft, path: string): Map<string, string> | undefined {
  const key = path.split('.').filter((part) => !/^\d+$/.test(part)).at(-1) ?? ''
  const kind = NAMED[key]
  return kind && draft.names[kind].size ? draft.names[kind] : undefined
}

const HAN = /[一-鿿]/
/** What a field is called: by its schema's title, by our words, else its key. */
export function titleOf(file: string, key: string, shape?: Shape): string {
  const zh = language.value === 'zh'
  if (zh && shape?.title_zh) return shape.title_zh
  if (!zh && shape?.title_en) return shape.title_en
  if (zh && shape?.title && HAN.test(shape.title)) return shape.title
  return (FIELDS[`${file}.${key}`] ?? FIELDS[key])?.[zh ? 0 : 1] ?? key
}
export function valueWord(value: unknown): string {
  return VALUES[value === null ? 'none' : String(value)]?.[language.value === 'zh' ? 0 : 1] ?? String(value)
}
