// Spans of days in China and how values are written. Pure.
import type { Schemas } from '@/api/client'

export type Step = 'quarter' | 'hour' | 'day' | 'month' | 'span'
export type Period = Schemas['Period']
export type Definition = Schemas['Definition']
export const STEPS: Step[] = ['quarter', 'hour', 'day', 'month', 'span']

export function shownValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '—'
  if (unit === 'share') return `${(Math.floor(value * 10000 + 1e-9) / 100).toFixed(2)}%`
  return unit === 'number' ? value.toFixed(2) : `${value.toFixed(1)} s`
}

export function periodText(start: string, step: Step, language: string): string {
  const at = new Date(start)
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const day: Intl.DateTimeFormatOptions = { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', ...(step === 'month' ? {} : { day: '2-digit' }) }
  const time: Intl.DateTimeFormatOptions = step === 'quarter' || step === 'hour' ? { hour: '2-digit', minute: '2-digit', hour12: false } : {}
  return at.toLocaleString(locale, { ...day, ...time })
}

export const figureOf = (row: Period, id: string): Schemas['Figure'] | undefined => row.figures.find((one) => one.id === id)
