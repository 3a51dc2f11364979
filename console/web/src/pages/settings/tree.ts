// The tree of a catalogue file: its nodes in order, a node's way down, the next free code below it. Pure.
export interface Node {
  code: string
  name: string
  synonyms?: string[]
  units?: string[]
  valid_from?: string | null
  valid_until?: string | null
  children?: Node[]
}
export interface Placed {
  node: Node
  /** "children.0.children.2", as the check names it. */
  place: string
  depth: number
  names: string[]
}

export function placed(root: Node, place = '', depth = 0, above: string[] = []): Placed[] {
  const names = [...above, root.name]
  const own = { node: root, place, depth, names }
  return [own, ...(root.children ?? []).flatMap((child, n) => placed(child, `${place ? `${place}.` : ''}children.${n}`, depth + 1, names))]
}

/** Two digits below the parent's code, the first that no child has. */
export function nextCode(parent: Node): string {
  const used = new Set((parent.children ?? []).map((one) => one.code))
  for (let n = 1; n < 100; n++) {
    const code = parent.code + String(n).padStart(2, '0')
    if (!used.has(code)) return code
  }
  return ''
}

export const matches = (one: Placed, text: string): boolean => {
  const wanted = text.trim().toLowerCase()
  return !wanted || one.node.code.startsWith(wanted) || [one.node.name, ...(one.node.synonyms ?? [])].some((name) => name.toLowerCase().includes(wanted))
}
