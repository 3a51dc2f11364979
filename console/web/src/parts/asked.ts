// What a page asks for again and again, and what it may do without.
import { onBeforeUnmount, onMounted } from 'vue'
import { ApiProblem } from '@/api/client'

/** Asks when the component is shown and then every so often; a failed round is no end. Gives the way to ask at once. */
export function everySoOften(ms: number, ask: () => Promise<void>): () => Promise<void> {
  let timer = 0
  let isGone = false
  async function round(): Promise<void> {
    clearTimeout(timer)
    try {
      await ask()
    } catch (fault) {
      if (!(fault instanceof ApiProblem)) throw fault // what was shown stays; the next round asks again
    } finally {
      if (!isGone) timer = window.setTimeout(() => void round(), ms)
    }
  }
  onMounted(() => void round())
  onBeforeUnmount(() => {
    isGone = true
    clearTimeout(timer)
  })
  return round
}

/** Null where this login may not, or where it is not there. */
export async function orNothing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (fault) {
    if (fault instanceof ApiProblem) return null
    throw fault
  }
}
