// Every text that a page asks for is there, in Chinese and in English, and no page keeps a text that nobody asks for.
import { beforeAll, describe, expect, it } from 'vitest'

const sources = import.meta.glob<string>(['../src/**/*.{ts,vue}', '!**/schema.d.ts'], { query: '?raw', import: 'default', eager: true })
const modules = import.meta.glob(['../src/**/*.{ts,vue}', '!**/schema.d.ts'])
const source = Object.values(sources).join('\n')
const texts: Record<'zh' | 'en', Set<string>> = { zh: new Set(), en: new Set() }

function flat(table: object, above = ''): string[] {
  return Object.entries(table).flatMap(([key, value]) => (typeof value === 'object' && !Array.isArray(value) ? flat(value as object, `${above}${key}.`) : [`${above}${key}`]))
}
const found = (rule: RegExp): string[] => [...source.matchAll(rule)].map((hit) => hit[1] ?? '')
const isGroup = (above: string): boolean => [...texts.zh].some((key) => key.startsWith(`${above}.`))

/** Of a component, which would want its styles if it ran. */
function read(text: string): void {
  for (const [, page, table] of text.matchAll(/^defineTexts\('([\w-]+)', (\{[\s\S]*?^\})\)/gm)) {
    const told = new Function(`return ${table}`)() as Record<'zh' | 'en', object>
    for (const language of ['zh', 'en'] as const) for (const key of flat(told[language])) texts[language].add(`${page}.${key}`)
  }
}

beforeAll(async () => {
  const kept = new Map<string, string>()
  Object.assign(globalThis, { localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) } })
  const { i18n } = await import('../src/i18n')
  for (const [name, text] of Object.entries(sources)) {
    if (!text.includes('defineTexts(') || name.endsWith('/i18n.ts')) continue
    if (name.endsWith('.vue') || text.includes("'element-plus")) read(text)
    else await modules[name]?.()
  }
  const messages = i18n.global.messages as unknown as { value: Record<'zh' | 'en', object> }
  for (const language of ['zh', 'en'] as const) for (const key of flat(messages.value[language])) texts[language].add(key)
}, 60_000)

describe('texts', () => {
  it('are there in both languages', () => {
    expect([...texts.zh].filter((key) => !texts.en.has(key))).toEqual([])
    expect([...texts.en].filter((key) => !texts.zh.has(key))).toEqual([])
  })
  it('are there when they are asked for', () => {
    const asked = new Set(found(/\b(?:t|tm)\('([\w.-]+)'/g))
    expect([...asked].filter((key) => !texts.zh.has(key) && !isGroup(key))).toEqual([])
  })
  it('are asked for when they are there', () => {
    const whole = new Set(found(/['"`]([\w-]+(?:\.[\w-]+)+)['"`]/g))
    const begun = found(/[`']([\w-]+\.[\w.-]*)\$\{/g)
    const dead = [...texts.zh].filter((key) => !whole.has(key) && ![...whole].some((one) => key.startsWith(`${one}.`)) && !begun.some((start) => key.startsWith(start)))
    expect(dead).toEqual([])
  })
})
