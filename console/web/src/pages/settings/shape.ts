// A rule file's JSON schema, read for a form: what a place holds, in which kind of field, and what a new one starts as. Pure.
export interface Shape {
  $ref?: string
  $defs?: Record<string, Shape>
  type?: string
  title?: string
  title_zh?: string
  title_en?: string
  description?: string
  properties?: Record<string, Shape>
  required?: string[]
  additionalProperties?: boolean | Shape
  patternProperties?: Record<string, Shape>
  propertyNames?: Shape
  items?: Shape
  prefixItems?: Shape[]
  anyOf?: Shape[]
  oneOf?: Shape[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  default?: unknown
}
export type Kind = 'object' | 'map' | 'list' | 'tuple' | 'enum' | 'number' | 'boolean' | 'text' | 'date' | 'time' | 'duration' | 'any'
export interface Field {
  kind: Kind
  shape: Shape
  /** It may be null: "none". */
  nullable: boolean
}
export type Holder = Record<string | number, unknown>
export type Path = (string | number)[]

export const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const copyOf = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T))
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
export const dotted = (path: Path): string => path.join('.')

/** `$ref` followed, with what stands beside it kept. */
export function resolved(shape: Shape, root: Shape): Shape {
  const found: Shape[] = []
  let at = shape
  while (at.$ref) {
    found.push(at)
    at = root.$defs?.[at.$ref.replace('#/$defs/', '')] ?? {}
  }
  return Object.assign({}, at, ...found.reverse().map(({ $ref: _, ...beside }) => beside)) as Shape
}

/** The field for a place; of several possible shapes the one that fits what stands there. */
export function fieldOf(given: Shape, root: Shape, value?: unknown): Field {
  const shape = resolved(given, root)
  const choices = shape.anyOf ?? shape.oneOf
  if (choices) {
    const kept = choices.map((one) => resolved(one, root)).filter((one) => one.type !== 'null')
    const nullable = kept.length < choices.length
    const fits = kept.find((one) => value !== undefined && value !== null && holds(one, value)) ?? kept[0] ?? {}
    const { anyOf: _any, oneOf: _one, ...beside } = shape
    const inner = fieldOf({ ...fits, ...beside, description: beside.description ?? fits.description }, root, value)
    return { ...inner, nullable: nullable || inner.nullable }
  }
  const kind = kindOf(shape, value)
  if (value !== undefined && value !== null && !hasParts(kind, value)) return { kind: kindOf(shapeOfValue(value), value), shape: shapeOfValue(value), nullable: false }
  return { kind, shape, nullable: shape.type === 'null' }
}

/** A file may say in short ("21:00-09:00") what its schema knows by parts: then it is drawn as it is written. */
function hasParts(kind: Kind, value: unknown): boolean {
  if (kind === 'object' || kind === 'map') return isTable(value)
  if (kind === 'list' || kind === 'tuple') return Array.isArray(value)
  return kind === 'any' || typeof value !== 'object'
}

function holds(shape: Shape, value: unknown): boolean {
  switch (shape.type) {
    case 'object': return isTable(value)
    case 'array': return Array.isArray(value)
    case 'integer':
    case 'number': return typeof value === 'number'
    case 'boolean': return typeof value === 'boolean'
    case 'string': return typeof value === 'string'
    default: return shape.enum?.includes(value) ?? shape.const === value
  }
}

function kindOf(shape: Shape, value: unknown): Kind {
  if (shape.enum || shape.const !== undefined) return 'enum'
  switch (shape.type) {
    case 'object': return shape.properties ? 'object' : entryShape(shape) ? 'map' : 'any'
    case 'array': return shape.prefixItems ? 'tuple' : 'list'
    case 'integer':
    case 'number': return 'number'
    case 'boolean': return 'boolean'
    case 'string': return shape.format === 'date' || shape.format === 'time' || shape.format === 'duration' ? shape.format : 'text'
    default: return inferred(value)
  }
}

function inferred(value: unknown): Kind {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'string' ? 'text' : 'any'
}

/** What each row of a map holds. */
export function entryShape(shape: Shape): Shape | undefined {
  if (isTable(shape.additionalProperties)) return shape.additionalProperties
  return shape.patternProperties ? Object.values(shape.patternProperties)[0] : undefined
}
/** What a key of a map may be: one of some, or of a pattern. */
export function keyRule(shape: Shape, root: Shape): { choices?: string[]; pattern?: string } {
  const names = shape.propertyNames ? resolved(shape.propertyNames, root) : {}
  return { choices: names.enum?.map(String), pattern: names.pattern ?? (shape.patternProperties ? Object.keys(shape.patternProperties)[0] : undefined) }
}

/** What a place holds when it is newly set. */
export function blank(given: Shape, root: Shape): unknown {
  const { kind, shape, nullable } = fieldOf(given, root)
  if (shape.default !== undefined) return copyOf(shape.default)
  if (nullable && kind !== 'object') return null
  switch (kind) {
    case 'object': return Object.fromEntries((shape.required ?? []).map((key) => [key, blank(shape.properties?.[key] ?? {}, root)]))
    case 'map': return {}
    case 'list': return shape.minItems && shape.items ? Array.from({ length: shape.minItems }, () => blank(shape.items as Shape, root)) : []
    case 'tuple': return (shape.prefixItems ?? []).map((one) => blank(one, root))
    case 'enum': return shape.enum?.[0] ?? shape.const
    case 'number': return shape.minimum ?? (shape.exclusiveMinimum !== undefined ? shape.exclusiveMinimum + 1 : 0)
    case 'boolean': return false
    case 'any': return null
    default: return ''
  }
}

/** A shape for what the schema does not name, after what stands there. */
export function shapeOfValue(value: unknown): Shape {
  if (isTable(value)) return { type: 'object', properties: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOfValue(one)])) }
  if (Array.isArray(value)) return { type: 'array', items: value.length ? shapeOfValue(value[0]) : { type: 'string' } }
  return { type: typeof value === 'object' ? undefined : typeof value }
}

/** "30 s .. 600", what a number or a text must be. */
export function bounds(shape: Shape): { min?: number; max?: number } {
  return { min: shape.minimum ?? shape.exclusiveMinimum, max: shape.maximum ?? shape.exclusiveMaximum }
}

/** Does `problem` belong to this place, or lie in it? */
export const liesIn = (key: string, place: string): boolean => place === '' || key === place || key.startsWith(`${place}.`)
