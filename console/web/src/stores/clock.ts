// One tick a second for every running time on a page, corrected by the server's own clock.
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const useClock = defineStore('clock', () => {
  const tick = ref(Date.now()) // this machine's ms, once a second
  const skew = ref(0) // server minus this machine, ms
  window.setInterval(() => (tick.value = Date.now()), 1000)

  function set(serverTime: string): void {
    const now = Date.parse(serverTime) - Date.now()
    if (Math.abs(now - skew.value) > 300) skew.value = now
  }
  /** Seconds from a moment of the server until now, at least 0. Reactive. */
  function since(moment: string | null | undefined): number {
    return moment ? Math.max(0, Math.round((tick.value + skew.value - Date.parse(moment)) / 1000)) : 0
  }
  /** Seconds from now until a moment of the server, may be negative. Reactive. */
  function until(moment: string | null | undefined): number {
    return moment ? Math.round((Date.parse(moment) - tick.value - skew.value) / 1000) : 0
  }
  return { tick, skew, set, since, until }
})

/** 65 -> "1:05", 3700 -> "1:01:40". */
export function clockText(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
  const two = (n: number): string => String(n).padStart(2, '0')
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
