// One window of this browser has the softphone. A second one leaves it alone until its agent takes it over; then the
// call goes along. (A window of another browser is told by the console, which keeps the newest.)
import type { Kept } from './resume'

const NAME = 'hotline.phone'
const HANDED_WITHIN_MS = 700
type Said = { what: 'wanted' } | { what: 'handed'; call: Kept | null }

export class OneWindow {
  private readonly others = new BroadcastChannel(NAME)
  private holds = false
  private letGo: () => void = () => undefined

  /** `hand`: the call that goes along, if there is one; `lost`: another window has taken the phone. */
  constructor(
    private readonly hand: () => Kept | null,
    private readonly lost: () => void,
  ) {
    this.others.addEventListener('message', (event: MessageEvent<Said>) => {
      if (event.data.what === 'wanted' && this.holds) this.say({ what: 'handed', call: this.hand() })
    })
  }

  /** False: another window has it. */
  async take(): Promise<boolean> {
    return this.holds || this.lock({ ifAvailable: true })
  }

  /** From whichever window has it, with its call. */
  async takeOver(): Promise<Kept | null> {
    if (this.holds) return null
    const call = await this.wanted()
    await this.lock({ steal: true })
    return call
  }

  /** Any window may take it now. */
  release(): void {
    this.holds = false
    this.letGo()
  }

  private wanted(): Promise<Kept | null> {
    return new Promise((done) => {
      const end = (call: Kept | null): void => {
        clearTimeout(timer)
        this.others.removeEventListener('message', hear)
        done(call)
      }
      const hear = (event: MessageEvent<Said>): void => void (event.data.what === 'handed' && end(event.data.call))
      const timer = window.setTimeout(() => end(null), HANDED_WITHIN_MS)
      this.others.addEventListener('message', hear)
      this.say({ what: 'wanted' })
    })
  }

  /** Held until this window closes or another one steals it. Where there are no locks, the console alone decides. */
  private lock(how: LockOptions): Promise<boolean> {
    if (!('locks' in navigator)) return Promise.resolve((this.holds = true))
    return new Promise((done) => {
      const held = navigator.locks.request(NAME, how, (lock) => {
        this.holds = lock !== null
        done(this.holds)
        return lock ? new Promise<void>((end) => (this.letGo = end)) : undefined
      })
      held.catch(() => {
        this.holds = false
        this.lost()
      })
    })
  }

  private say(message: Said): void {
    this.others.postMessage(message)
  }
}
