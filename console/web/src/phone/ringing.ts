// The ring in the headset: two soft notes, made here, so that no file has to be fetched while it rings.
let context: AudioContext | null = null
let timer = 0

function beep(at: AudioContext): void {
  for (const [n, hz] of [660, 880].entries()) {
    const start = at.currentTime + n * 0.22
    const tone = at.createOscillator()
    const level = at.createGain()
    tone.frequency.value = hz
    level.gain.setValueAtTime(0, start)
    level.gain.linearRampToValueAtTime(0.12, start + 0.02)
    level.gain.linearRampToValueAtTime(0, start + 0.2)
    tone.connect(level).connect(at.destination)
    tone.start(start)
    tone.stop(start + 0.21)
  }
}

export function startRinging(): void {
  stopRinging()
  context ??= new AudioContext()
  const at = context
  void at.resume().catch(() => undefined)
  beep(at)
  timer = window.setInterval(() => beep(at), 1600)
}

export function stopRinging(): void {
  clearInterval(timer)
}
