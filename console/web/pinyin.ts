// The readings of all 6,763 characters of GB 2312, made at build time (pinyin-pro), for searches by pinyin and initials:
// `import { readings } from 'virtual:pinyin'` is "a阿啊…|ai哀…", some 15 kB gzipped, loaded with the form.
import { pinyin } from 'pinyin-pro'
import type { Plugin } from 'vite'

function characters(): string[] {
  const found: string[] = []
  const decoder = new TextDecoder('gb2312')
  for (let high = 0xb0; high <= 0xf7; high++)
    for (let low = 0xa1; low <= 0xfe; low++) {
      const text = decoder.decode(new Uint8Array([high, low]))
      if (/^\p{Script=Han}$/u.test(text)) found.push(text)
    }
  return found
}

function table(): string {
  const by = new Map<string, string>()
  for (const character of characters())
    for (const reading of new Set(pinyin(character, { toneType: 'none', type: 'array', multiple: true, v: true }))) by.set(reading, (by.get(reading) ?? '') + character)
  return [...by].sort().map(([reading, all]) => reading + all).join('|')
}

export function pinyinTable(): Plugin {
  return {
    name: 'pinyin-table',
    resolveId: (id) => (id === 'virtual:pinyin' ? '\0virtual:pinyin' : null),
    load: (id) => (id === '\0virtual:pinyin' ? `export const readings = ${JSON.stringify(table())}` : null),
  }
}
