import { describe, expect, it } from 'vitest'
import { nearness, readingsOf, search, type Leaf } from '../src/parts/catalogue'

const readings = readingsOf('guo过|qi期|shi食|pin品|bian变|zhi质|zao噪|yin音|zhong重|chong重|ju聚|zha渣|tu土|wu物|ye业')
const leaf = (code: string, path: string[], synonyms: string[] = []): Leaf => ({ code, path, synonyms, units: [] })
const leaves = [
  leaf('01', ['消费', '商品', '食品', '预包装', '食品过期变质'], ['过期食品']),
  leaf('02', ['环境', '噪音', '夜间', '工地', '施工噪音']),
  leaf('03', ['城建', '物业', '小区', '垃圾', '渣土堆放']),
]
const found = (text: string): string[] => search(leaves, text, readings).map((hit) => hit.leaf.code)

describe('a category is found', () => {
  it('by characters, pinyin, initials and a mix of them', () => {
    for (const text of ['过期', 'guoqi', 'gq', 'gqsp', 'guo期', 'spgq']) expect(found(text)[0], text).toBe('01')
  })
  it('by several words of several levels, each of which must fit', () => {
    expect(found('wy zhatu')).toEqual(['03'])
    expect(found('wy zaoyin')).toEqual([])
  })
  it('by its code', () => expect(found('02')).toEqual(['02']))
  it('by any reading of a character', () => {
    expect(nearness('重聚', 'chongju', readings)).toBe(100)
    expect(nearness('重聚', 'zj', readings)).toBe(100)
  })
  it('and nothing by nothing', () => expect(found('  ')).toEqual([]))
})
