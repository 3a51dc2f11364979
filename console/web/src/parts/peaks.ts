// The loudest of each stretch of a WAV file (16 bits, linear, mono), 0 to 1. Pure.
const HEADER = 44

export function peaks(wav: DataView, bars: number): number[] {
  const samples = Math.max(0, Math.floor((wav.byteLength - HEADER) / 2))
  const found = new Array<number>(bars).fill(0)
  for (let n = 0; n < samples; n++) {
    const bar = Math.min(bars - 1, Math.floor((n * bars) / samples))
    found[bar] = Math.max(found[bar] ?? 0, Math.abs(wav.getInt16(HEADER + 2 * n, true)) / 32768)
  }
  return found
}
