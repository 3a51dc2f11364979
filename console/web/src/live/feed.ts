// The live channel (/api/live): one WebSocket a window, a snapshot and then numbered deltas. A gap in the numbers asks
// for a new snapshot; a lost socket comes back by itself with growing pauses. What it shows is in stores/floor.ts.
export type LiveMessage = { type: string } & Record<string, unknown>
export type Listener = (message: LiveMessage) => void

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000
export const SESSION_OVER = 4401

export class LiveFeed {
  private socket: WebSocket | null = null
  private pause = FIRST_PAUSE_MS
  private timer = 0
  private wanted = false
  private seq: number | null = null
  private readonly listeners = new Map<string, Set<Listener>>()
  /** ms since 1970 of the last thing heard (also of an opened socket); 0: never. */
  heardAt = 0
  onState: (open: boolean) => void = () => undefined
  onSessionOver: () => void = () => undefined

  constructor(private readonly path = '/api/live') {}

  /** Hear every message of one type; `delta` and `snapshot` too. Returns what ends it. */
  on(type: string, listener: Listener): () => void {
    const all = this.listeners.get(type) ?? new Set()
    this.listeners.set(type, all.add(listener))
    return () => all.delete(listener)
  }

  open(): void {
    this.wanted = true
    if (!this.socket) this.connect()
  }

  close(): void {
    this.wanted = false
    clearTimeout(this.timer)
    this.socket?.close()
    this.socket = null
  }

  private connect(): void {
    const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${this.path}`
    const socket = new WebSocket(address)
    this.socket = socket
    this.seq = null
    socket.onopen = () => {
      this.pause = FIRST_PAUSE_MS
      this.heardAt = Date.now()
      this.onState(true)
    }
    socket.onmessage = (event) => this.take(JSON.parse(event.data as string) as LiveMessage)
    socket.onclose = (event) => {
      if (this.socket !== socket) return
      this.socket = null
      this.onState(false)
      if (event.code === SESSION_OVER) this.onSessionOver()
      if (!this.wanted) return
      this.timer = window.setTimeout(() => this.connect(), this.pause * (0.7 + Math.random() * 0.6))
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS)
    }
  }

  private take(message: LiveMessage): void {
    this.heardAt = Date.now()
    if (message.type === 'snapshot') this.seq = message.seq as number
    if (message.type === 'delta') {
      if (this.seq !== null && message.seq !== this.seq + 1) {
        this.seq = null
        this.socket?.send('snapshot')
        return
      }
      if (this.seq === null) return // a snapshot is under way
      this.seq = message.seq as number
    }
    for (const listener of this.listeners.get(message.type) ?? []) listener(message)
  }
}
