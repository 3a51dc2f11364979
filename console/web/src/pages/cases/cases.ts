// How a case's course is told. Pure.

/** The plain parts of an event's body, as "name: value"; what is nested or empty is left out. */
export function partsOf(body: Record<string, unknown>): [string, string][] {
  return Object.entries(body)
    .filter(([, value]) => (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean')
    .map(([name, value]) => [name, String(value)])
}

type Told = { kind: string; body: Record<string, unknown> }
export const FLAGS = ['confidential', 'whistleblower', 'minor', 'crisis', 'in_appeal', 'withdrawn', 'satisfaction_excluded'] as const

/** Which flags stand, by the last word on each. */
export const flagsOf = (events: Told[]): string[] => FLAGS.filter((name) => events.filter((one) => one.body.flag === name).at(-1)?.body.on === true)
/** The unit that has it in hand, or "". */
export const unitOf = (events: Told[]): string => String(events.filter((one) => typeof one.body.unit === 'string').at(-1)?.body.unit ?? '')
/** 1: handled for the first time. */
export const roundOf = (events: Told[]): number => Math.max(1, ...events.map((one) => (typeof one.body.round === 'number' ? one.body.round : 1)))
