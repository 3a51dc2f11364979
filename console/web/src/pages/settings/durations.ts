// ISO 8601 durations in words: PT2H30M is 2 小时 30 分钟. Pure.
const RULE = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/
const ZH = ['天', '小时', '分钟', '秒'] as const
const EN = ['d', 'h', 'min', 's'] as const

/** Empty for what is no duration. */
export function durationText(text: string, locale: string): string {
  const found = RULE.exec(text)
  if (!found) return ''
  const words = locale === 'zh' ? ZH : EN
  const parts = found.slice(1).flatMap((one, n) => (one && Number(one) ? [`${one} ${words[n]}`] : []))
  return parts.length ? parts.join(' ') : `0 ${words[3]}`
}
