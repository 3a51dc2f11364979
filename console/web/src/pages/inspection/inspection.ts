// The sum of a scorecard as the API reckons it. Pure.
import type { Schemas } from '@/api/client'

/** A fatal item without points makes the whole 0 (一票否决). */
export function totalOf(items: Schemas['ScoreItem'][], points: Record<string, number>): number {
  const of = (one: Schemas['ScoreItem']): number => Number(points[one.id]) || 0
  return items.some((one) => one.fatal && of(one) === 0) ? 0 : items.reduce((sum, one) => sum + of(one), 0)
}
