// The pure parts of the settings page: a schema read for a form, two documents told apart, a year's days, a tree's codes.
import { describe, expect, it } from 'vitest'
import { kindOfDay, marked, weeksOf } from '../src/pages/settings/days'
import { difference } from '../src/pages/settings/difference'
import { durationText } from '../src/pages/settings/durations'
import { blank, fieldOf, keyRule, liesIn, type Shape } from '../src/pages/settings/shape'
import { nextCode, placed } from '../src/pages/settings/tree'

const root: Shape = {
  $defs: {
    Kind: { type: 'string', enum: ['water', 'gas'] },
    Offer: { type: 'object', properties: { after_s: { type: 'number', minimum: 5 }, key: { type: 'string' }, more: { type: 'boolean', default: true } }, required: ['after_s', 'key'] },
  },
}

describe('a shape', () => {
  it('says which field a place is drawn as, references and null within', () => {
    const kinds: [Shape, string, boolean][] = [
      [{ $ref: '#/$defs/Kind' }, 'enum', false],
      [{ anyOf: [{ $ref: '#/$defs/Offer' }, { type: 'null' }] }, 'object', true],
      [{ type: 'object', additionalProperties: { type: 'integer' } }, 'map', false],
      [{ type: 'array', items: { type: 'string' } }, 'list', false],
      [{ type: 'array', prefixItems: [{ type: 'number' }] }, 'tuple', false],
      [{ type: 'string', format: 'duration' }, 'duration', false],
      [{ type: 'boolean' }, 'boolean', false],
    ]
    for (const [shape, kind, nullable] of kinds) expect(fieldOf(shape, root)).toMatchObject({ kind, nullable })
  })
  it('takes of several shapes the one that fits what stands there', () => {
    const either: Shape = { anyOf: [{ type: 'integer' }, { type: 'string' }] }
    expect([fieldOf(either, root, 'x').kind, fieldOf(either, root, 3).kind]).toEqual(['text', 'number'])
  })
  it('is drawn as it is written where a file says in short what the schema knows by parts', () => {
    const span: Shape = { $ref: '#/$defs/Offer' }
    expect([fieldOf(span, root, '21:00-09:00').kind, fieldOf(span, root, { after_s: 5 }).kind, fieldOf({ type: 'number' }, root, '').kind]).toEqual(['text', 'object', 'number'])
  })
  it('starts what is new with all that it must have, within its limits', () => {
    expect(blank({ $ref: '#/$defs/Offer' }, root)).toEqual({ after_s: 5, key: '' })
    expect(blank({ type: 'boolean', default: true }, root)).toBe(true)
  })
  it('says which keys a map may have', () => {
    expect(keyRule({ type: 'object', propertyNames: { $ref: '#/$defs/Kind' } }, root).choices).toEqual(['water', 'gas'])
    expect(keyRule({ type: 'object', patternProperties: { '^[1-9*]$': {} } }, root).pattern).toBe('^[1-9*]$')
  })
  it('finds a problem in what lies above it and nowhere else', () => {
    expect(['queues', 'queues.general', 'queues.general.key', 'queues.gen', ''].map((place) => liesIn('queues.general.key', place))).toEqual([true, true, true, false, true])
  })
})

describe('two documents', () => {
  it('differ in the places that were added, changed and removed', () => {
    const was = { a: { x: 1, y: 2 }, list: [1, 2], gone: 'g' }
    const is = { a: { x: 1, y: 3 }, list: [1, 2, 9], fresh: null }
    expect(difference(was, is).map((one) => `${one.kind} ${one.path}`)).toEqual(['changed a.y', 'added list.2', 'added fresh', 'removed gone'])
  })
})

describe('a year of days', () => {
  const spring = { name: '春节', first: '2026-02-15', last: '2026-02-23', work: ['2026-02-14'] }
  it('begins each month on its weekday and ends it on its last day', () => {
    expect(weeksOf(2026, 2)[0]).toEqual([null, null, null, null, null, null, '2026-02-01'])
    expect(weeksOf(2028, 2).flat().filter(Boolean)).toHaveLength(29)
  })
  it('knows holidays, days of rest, and days worked instead', () => {
    expect(['2026-02-14', '2026-02-16', '2026-02-28', '2026-02-25'].map((day) => kindOfDay(day, [spring]).kind)).toEqual(['makeup', 'holiday', 'restday', 'workday'])
  })
  it('grows a holiday by a click and puts a make-up day in and out', () => {
    const one = marked({ name: 'x', first: '2026-05-01', last: '2026-05-01' }, '2026-05-05', 'off')
    expect([one.first, one.last]).toEqual(['2026-05-01', '2026-05-05'])
    expect(marked(marked(one, '2026-05-09', 'work'), '2026-05-09', 'work').work).toEqual([])
  })
})

describe('a tree of categories', () => {
  it('names each place as the check does, and gives the first code that is free', () => {
    const tree = { code: '01', name: 'a', children: [{ code: '0101', name: 'b', children: [{ code: '010101', name: 'c' }] }, { code: '0103', name: 'd' }] }
    expect(placed(tree).map((one) => one.place)).toEqual(['', 'children.0', 'children.0.children.0', 'children.1'])
    expect(nextCode(tree)).toBe('0102')
  })
})

describe('a duration', () => {
  it('is told in words, and nothing is told of what is none', () => {
    expect([durationText('PT2H30M', 'zh'), durationText('P7D', 'en'), durationText('PT0S', 'zh'), durationText('30', 'zh')]).toEqual(['2 小时 30 分钟', '7 d', '0 秒', ''])
  })
})
