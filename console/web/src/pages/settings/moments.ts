/** A moment of a release, Beijing time. */
export function momentText(at: string | null | undefined, locale: string): string {
  if (!at) return ''
  return new Date(at).toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false })
}
