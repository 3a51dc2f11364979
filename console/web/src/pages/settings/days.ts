// A year as twelve months of days, and what each day is (节假日、调休、休息日). Days are ISO dates. Pure.
export interface Holiday {
  name: string
  first: string
  last: string
  work?: string[]
}
export type DayKind = 'workday' | 'restday' | 'holiday' | 'makeup'

const iso = (year: number, month: number, day: number): string => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
/** 0 Monday .. 6 Sunday. */
export const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

/** Rows of seven, Monday first; null before the first and after the last day. */
export function weeksOf(year: number, month: number): (string | null)[][] {
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const cells: (string | null)[] = Array.from({ length: weekday(iso(year, month, 1)) }, () => null)
  for (let day = 1; day <= days; day++) cells.push(iso(year, month, day))
  while (cells.length % 7) cells.push(null)
  return Array.from({ length: cells.length / 7 }, (_, n) => cells.slice(n * 7, n * 7 + 7))
}

export function kindOfDay(day: string, holidays: Holiday[]): { kind: DayKind; of?: Holiday } {
  const worked = holidays.find((one) => one.work?.includes(day))
  if (worked) return { kind: 'makeup', of: worked }
  const off = holidays.find((one) => one.first <= day && day <= one.last)
  if (off) return { kind: 'holiday', of: off }
  return { kind: weekday(day) > 4 ? 'restday' : 'workday' }
}

/** A click on a day: the span grows to it or starts anew; of make-up days it is put in or taken out. */
export function marked(holiday: Holiday, day: string, mark: 'off' | 'work'): Holiday {
  const work = holiday.work ?? []
  if (mark === 'work') return { ...holiday, work: work.includes(day) ? work.filter((one) => one !== day) : [...work, day].sort() }
  if (holiday.first !== holiday.last || day < holiday.first) return { ...holiday, first: day, last: day }
  return { ...holiday, last: day }
}
