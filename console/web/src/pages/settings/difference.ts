// Two documents, told apart place by place. Pure.
import { isTable, type Path } from './shape'

export interface Change {
  path: string
  was?: unknown
  is?: unknown
  kind: 'added' | 'removed' | 'changed'
}

const parts = (value: unknown): [string, unknown][] | null => (isTable(value) ? Object.entries(value) : Array.isArray(value) ? value.map((one, n) => [String(n), one]) : null)

/** Every place where `b` differs from `a`, in the order of `b`, what is gone last. */
export function difference(a: unknown, b: unknown, path: Path = []): Change[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return []
  const [old, now] = [parts(a), parts(b)]
  if (!old || !now || Array.isArray(a) !== Array.isArray(b)) return [{ path: path.join('.'), was: a, is: b, kind: 'changed' }]
  const [before, after] = [new Map(old), new Map(now)]
  const found: Change[] = []
  for (const [key, value] of now) {
    if (before.has(key)) found.push(...difference(before.get(key), value, [...path, key]))
    else found.push({ path: [...path, key].join('.'), is: value, kind: 'added' })
  }
  for (const [key, value] of old) if (!after.has(key)) found.push({ path: [...path, key].join('.'), was: value, kind: 'removed' })
  return found
}

export const told = (value: unknown): string => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))
