// What the pages look like and how they are read aloud, as far as their sources tell.
/// <reference types="node" />
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const sources = import.meta.glob<string>('../src/**/*.vue', { query: '?raw', import: 'default', eager: true })
const base = readFileSync(new URL('../src/styles/base.css', import.meta.url), 'utf8')

const styleOf = (text: string): string => text.split('<style').slice(1).join('')
const rules = (css: string): [string, string][] => [...css.matchAll(/^([^\s@}/][^{}]*) \{\n([^{}]*)\}/gm)].map((hit) => [hit[1] ?? '', (hit[2] ?? '').replace(/\s+/g, ' ').trim()])
const tags = (text: string): string[] => (text.split('<style')[0] ?? '').match(/<[a-z][\w-]*(?:\s+[^<>\s=]+(?:="[^"]*")?)*\s*\/?>/g) ?? []
const inAll = (look: (text: string) => string[]): string[] => Object.entries(sources).flatMap(([name, text]) => look(text).map((what) => `${name}: ${what}`))

describe('a component', () => {
  it('does not repeat what base.css has', () => {
    // one declaration alone, and tables whose cells look otherwise, are their own
    const known = new Map(rules(base).filter(([, body]) => body.indexOf(';') < body.lastIndexOf(';')).map(([name, body]) => [body, name]))
    const again = inAll((text) => rules(styleOf(text)).filter(([name, body]) => name !== 'table' && known.has(body)).map(([name, body]) => `${name} is ${known.get(body)}`))
    expect(known.size).toBeGreaterThan(10)
    expect(again).toEqual([])
  })
  it('gives a role to what has a name and is reached by Tab, so that the name is read', () => {
    const reached = inAll((text) => tags(text).filter((tag) => /\stabindex="0"/.test(tag)))
    const mute = reached.filter((tag) => /\s:?aria-label(ledby)?=/.test(tag) && !/\s:?role=/.test(tag) && !tag.includes('<section'))
    expect(reached.length).toBeGreaterThan(5)
    expect(mute).toEqual([])
  })
})
