// What the ids on pages are called: asked when a page is opened and after each lost connection. An id unknown stays itself.
import { shallowRef } from 'vue'
import { api, type Schemas } from '@/api/client'
import { named } from '@/i18n'
import { orNothing } from './asked'

type Kind = Exclude<keyof Schemas['Names'], 'agents' | 'units'>
const known = shallowRef<Schemas['Names'] | null>(null)

export async function askNames(): Promise<void> {
  known.value = (await orNothing(api.get('/api/names'))) ?? known.value
}
const namesOf = (kind: Kind) => (id: string | null | undefined): string => (id ? named(known.value?.[kind][id]) || id : '')

export const queueName = namesOf('queues')
export const skillName = namesOf('skills')
export const pauseName = namesOf('pause_reasons')
export const areaName = namesOf('areas')
export const lineName = namesOf('lines')
/** Of a level or a utility, to which a call was passed on. */
export const targetName = namesOf('targets')
export const unitName = (id: string): string => known.value?.units[id] ?? id
/** "1001 王芳": numbers are what colleagues say, names what a page is read for. */
export const agentName = (no: string | null | undefined): string => (no ? [no, known.value?.agents[no]].filter(Boolean).join(' ') : '')
