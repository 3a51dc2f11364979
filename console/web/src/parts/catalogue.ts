// Search in the catalogue as it is typed: names of five levels, synonyms, pinyin and initials, mixed ("wy渣土", "jdgz").
// Pure; the readings of characters are handed in.
export interface Leaf {
  code: string
  path: string[]
  synonyms: string[]
  units: { id: string; name: string }[]
}
export interface Hit {
  leaf: Leaf
  score: number
}
type Readings = Map<string, string[]>

/** "a阿啊|ai哀" -> character -> its readings. */
export function readingsOf(table: string): Readings {
  const found: Readings = new Map()
  for (const part of table.split('|')) {
    const reading = /^[a-z]+/.exec(part)?.[0] ?? ''
    for (const character of part.slice(reading.length)) found.set(character, [...(found.get(character) ?? []), reading])
  }
  return found
}

/** Does `typed` (lower case, no blanks) lie in `name` from `at`: characters as they are, or by pinyin or its beginning? */
function liesAt(name: string[], at: number, typed: string, readings: Readings): boolean {
  if (!typed) return true
  const character = name[at]
  if (character === undefined) return false
  if (typed.startsWith(character)) return liesAt(name, at + 1, typed.slice(character.length), readings)
  return (readings.get(character) ?? []).some((reading) => {
    for (let length = Math.min(reading.length, typed.length); length > 0; length--)
      if (reading.startsWith(typed.slice(0, length)) && liesAt(name, at + 1, typed.slice(length), readings)) return true
    return false
  })
}

/** 100 the whole name or its beginning, 70 somewhere in it, 0 not. */
export function nearness(name: string, typed: string, readings: Readings): number {
  const letters = [...name.toLowerCase()]
  for (let at = 0; at < letters.length; at++)
    if (liesAt(letters, at, typed, readings)) return at ? 70 : 100
  return 0
}

export function search(leaves: Leaf[], text: string, readings: Readings, limit = 12): Hit[] {
  const words = text.toLowerCase().trim().split(/\s+/).filter(Boolean)
  if (!words.length) return []
  const hits: Hit[] = []
  for (const leaf of leaves) {
    const score = words.map((word) => wordScore(leaf, word, readings))
    if (score.every((one) => one > 0)) hits.push({ leaf, score: score.reduce((a, b) => a + b, 0) })
  }
  return hits.sort((a, b) => b.score - a.score || a.leaf.code.localeCompare(b.leaf.code)).slice(0, limit)
}

function wordScore(leaf: Leaf, word: string, readings: Readings): number {
  if (/^\d+$/.test(word)) return leaf.code.startsWith(word) ? 90 : 0
  const own = leaf.path.at(-1) ?? ''
  const best = Math.max(nearness(own, word, readings), ...leaf.synonyms.map((one) => nearness(one, word, readings) * 0.85), 0)
  return Math.max(best, ...leaf.path.slice(0, -1).map((one) => nearness(one, word, readings) * 0.3))
}
