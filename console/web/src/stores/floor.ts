// The floor as the live channel shows it. Rows are plain objects in shallow maps: a delta costs what has changed.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import type { Schemas } from '@/api/client'
import { LiveFeed, type LiveMessage } from '@/live/feed'
import { useClock } from './clock'
import { useSession } from './session'

export type SeatRow = Schemas['SeatRow']
export type QueueRow = Schemas['QueueRow']
export type WaitingRow = Schemas['WaitingRow']
export type AlarmRow = Schemas['AlarmRow']
export type CallbackRow = Schemas['CallbackRow']
type Row = Record<string, unknown>

/** Section -> the field that names a row. A section that is new in the API is one line here. */
const KEYS: Record<string, string> = { seats: 'seat', queues: 'queue', waiting: 'call', alarms: 'name', callbacks: 'duty' }
const AS_OF_AFTER_MS = 6_000 // so old, a page says "as of"

export const useFloor = defineStore('floor', () => {
  const feed = new LiveFeed()
  const sections = Object.fromEntries(Object.keys(KEYS).map((name) => [name, shallowReactive(new Map<string, Row>())]))
  const open = ref(false)
  const at = ref<string | null>(null) // the floor's own time of the last frame
  const closedAt = ref(0)
  const clock = useClock()

  function put(section: string, rows: unknown): void {
    const map = sections[section]
    const key = KEYS[section]
    if (!map || !key) return
    for (const row of rows as Row[]) map.set(String(row[key]), row)
  }
  feed.on('snapshot', (message) => {
    clock.set(message.at as string)
    closedAt.value = 0
    for (const [name, map] of Object.entries(sections)) {
      map.clear()
      put(name, message[name] ?? [])
    }
    at.value = message.at as string
  })
  feed.on('delta', (message) => {
    clock.set(message.at as string)
    for (const [section, gone] of Object.entries((message.gone ?? {}) as Record<string, string[]>)) for (const key of gone) sections[section]?.delete(key)
    for (const section of Object.keys(KEYS)) if (message[section]) put(section, message[section])
    at.value = message.at as string
  })
  feed.onState = (isOpen) => {
    open.value = isOpen
    if (!isOpen && !closedAt.value) closedAt.value = Date.now() // a socket that opens and says nothing is no feed
  }
  feed.onSessionOver = () => useSession().lose()

  const table = <T>(name: string) => computed(() => sections[name] as unknown as Map<string, T>)
  const seats = table<SeatRow>('seats')
  const queues = table<QueueRow>('queues')
  const waiting = table<WaitingRow>('waiting')
  const alarms = table<AlarmRow>('alarms')
  const callbacks = table<CallbackRow>('callbacks')
  /** The seat of whoever is signed in here, or null. */
  const mySeat = computed<SeatRow | null>(() => {
    const agent = useSession().me?.agent
    if (agent) for (const seat of seats.value.values()) if (seat.agent === agent) return seat
    return null
  })
  /** Set when the channel has been away so long that the page must say of when it is. */
  const asOf = computed(() => (closedAt.value && clock.tick - closedAt.value > AS_OF_AFTER_MS ? at.value : null))
  const on = (type: string, listener: (message: LiveMessage) => void): (() => void) => feed.on(type, listener)
  return { open, at, asOf, seats, queues, waiting, alarms, callbacks, mySeat, on, start: () => feed.open(), stop: () => feed.close() }
})
