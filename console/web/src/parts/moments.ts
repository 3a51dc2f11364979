// Moments and days as people of China read them. Pure.
const CHINA = 'Asia/Shanghai'

export function momentText(at: string | null | undefined, locale: string): string {
  if (!at) return ''
  return new Date(at).toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: CHINA, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
}

/** "09:30" of China. */
export const timeText = (at: string): string => new Date(at).toLocaleTimeString('en-GB', { timeZone: CHINA, hour: '2-digit', minute: '2-digit' })

/** The day in China as yyyy-mm-dd. */
export const dayOf = (at: number): string => new Date(at).toLocaleDateString('sv-SE', { timeZone: CHINA })

/** So many days after a day yyyy-mm-dd. */
export const dayAfter = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** First and last day, both inclusive, as moments for the API. */
export const spanOf = (first: string, last: string): { from: string; to: string } => ({ from: `${first}T00:00:00+08:00`, to: `${dayAfter(last, 1)}T00:00:00+08:00` })
