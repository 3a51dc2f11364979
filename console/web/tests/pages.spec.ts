import { describe, expect, it } from 'vitest'
import { flagsOf, partsOf, roundOf, unitOf } from '../src/pages/cases/cases'
import { shownValue } from '../src/pages/figures/figures'
import { totalOf } from '../src/pages/inspection/inspection'
import { dayAfter, dayOf, spanOf, timeText } from '../src/parts/moments'
import { peaks } from '../src/parts/peaks'

describe('days and moments are those of China', () => {
  it('a day begins there', () => {
    expect(dayOf(Date.parse('2026-11-22T15:59:59Z'))).toBe('2026-11-22')
    expect(dayOf(Date.parse('2026-11-22T16:00:00Z'))).toBe('2026-11-23')
    expect(timeText('2026-11-23T01:00:00Z')).toBe('09:00')
  })
  it('a span ends with its last day', () => {
    expect(spanOf('2026-02-27', '2026-02-28')).toEqual({ from: '2026-02-27T00:00:00+08:00', to: '2026-03-01T00:00:00+08:00' })
    expect(dayAfter('2026-01-01', -1)).toBe('2025-12-31')
  })
})

describe('a value', () => {
  it('never rounds up to a target that is not reached', () => expect(shownValue(0.949999, 'share')).toBe('94.99%'))
  it('says nothing where there is nothing to count', () => expect(shownValue(null, 'share')).toBe('—'))
  it('has its unit', () => expect([shownValue(12.34, 'seconds'), shownValue(1.5, 'number')]).toEqual(['12.3 s', '1.50']))
})

describe('a scorecard', () => {
  const items = [
    { id: 'manner', name_zh: '', name_en: '', points: 95, fatal: false },
    { id: 'abuse', name_zh: '', name_en: '', points: 5, fatal: true },
  ]
  it('adds up', () => expect(totalOf(items, { manner: 80, abuse: 5 })).toBe(85))
  it('is 0 when a fatal item has no points', () => expect(totalOf(items, { manner: 95, abuse: 0 })).toBe(0))
})

describe('a case', () => {
  const told = [
    { kind: 'case-dispatched', body: { unit: '环保局' } },
    { kind: 'case-flagged', body: { flag: 'crisis', on: true } },
    { kind: 'case-flagged', body: { flag: 'minor', on: true } },
    { kind: 'case-flagged', body: { flag: 'crisis', on: false } },
    { kind: 'case-rehandled', body: { round: 2 } },
  ]
  it('stands as the last word on each thing says', () => {
    expect([flagsOf(told), unitOf(told), roundOf(told)]).toEqual([['minor'], '环保局', 2])
    expect([flagsOf([]), unitOf([]), roundOf([])]).toEqual([[], '', 1])
  })
  it('shows plain parts only', () => expect(partsOf({ a: 'x', b: '', c: null, d: { e: 1 }, f: 0, g: false })).toEqual([['a', 'x'], ['f', '0'], ['g', 'false']]))
})

describe('a wave', () => {
  const wav = (...samples: number[]): DataView => {
    const file = new DataView(new ArrayBuffer(44 + 2 * samples.length))
    samples.forEach((sample, n) => file.setInt16(44 + 2 * n, sample, true))
    return file
  }
  it('is the loudest of each stretch, of either sign', () => expect(peaks(wav(0, 16384, -32768, 100), 2)).toEqual([0.5, 1]))
  it('of nothing is flat', () => expect(peaks(wav(), 3)).toEqual([0, 0, 0]))
})
