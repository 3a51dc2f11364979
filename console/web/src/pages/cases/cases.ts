// How a case's course is told. Pure.
export function momentText(at: string, locale: string): string {
  return new Date(at).toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: 'Asia/Shanghai', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
}

/** The plain parts of an event's body, as "name: value"; what is nested or empty is left out. */
export function partsOf(body: Record<string, unknown>): [string, string][] {
  return Object.entries(body)
    .filter(([, value]) => (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean')
    .map(([name, value]) => [name, String(value)])
}
