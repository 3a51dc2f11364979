// What has to be done before somebody signs out (a page that holds a phone adds itself).
const before = new Set<() => Promise<void>>()
export const leaving = {
  add(step: () => Promise<void>): () => void {
    before.add(step)
    return () => void before.delete(step)
  },
  async run(): Promise<void> {
    for (const step of before) await step().catch(() => undefined)
  },
}
