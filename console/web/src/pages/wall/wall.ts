// What the wall computes from the live floor and from /api/wall. Pure: no clock, no socket.
import type { Schemas } from '@/api/client'
import type { QueueRow, SeatRow } from '@/stores/floor'

export type WallNow = Schemas['WallNow']
export const ACTIVITIES = ['idle', 'ringing', 'talking', 'wrap_up', 'paused'] as const
export type Shown = (typeof ACTIVITIES)[number]

/** What a seat counts as: whoever is idle and paused is paused; a paused one who still talks talks, and so does one who helps a colleague. */
export const shownAs = (seat: SeatRow): Shown => (seat.lent && seat.activity === 'idle' ? 'talking' : seat.activity === 'idle' && seat.presence === 'paused' ? 'paused' : (seat.activity as Shown))

export function seatsBy(seats: Iterable<SeatRow>): Record<Shown, number> {
  const found: Record<Shown, number> = { idle: 0, ringing: 0, talking: 0, wrap_up: 0, paused: 0 }
  for (const seat of seats) found[shownAs(seat)] += 1
  return found
}

export const waitingIn = (queues: Iterable<QueueRow>): number => [...queues].reduce((sum, queue) => sum + queue.waiting, 0)

/** Since when whoever waits longest has waited; null when nobody waits. */
export function longestSince(queues: Iterable<QueueRow>): string | null {
  const all = [...queues].map((queue) => queue.longest_since).filter((at): at is string => at !== null)
  return all.length ? all.reduce((a, b) => (a < b ? a : b)) : null
}

export const figure = (wall: WallNow | null, id: string): { value: number | null; n: number } => {
  const found = wall?.figures.find((one) => one.id === id && one.queue === null)
  return { value: found?.value ?? null, n: found?.n ?? 0 }
}

/** 0.95312 -> "95.3%"; never rounds up to a target that is not reached. */
export const percent = (value: number | null): string => (value === null ? '—' : `${(Math.floor(value * 1000 + 1e-9) / 10).toFixed(1)}%`)

/** The largest first, at most `most`, what is left over as one row without a name. */
export function ranked(counts: Record<string, number>, most: number): [string, number][] {
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const rest = rows.slice(most).reduce((sum, [, n]) => sum + n, 0)
  return rest ? [...rows.slice(0, most), ['…', rest]] : rows.slice(0, most)
}
