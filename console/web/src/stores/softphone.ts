// The softphone of this window as the page sees it. Its login comes from POST /api/seat/phone, once a sign-in, and again
// whenever it does not hold any more (our restart, another window).
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, ApiProblem } from '@/api/client'
import type { PhoneState, SipPhone } from '@/phone/sip'
import { startRinging, stopRinging } from '@/phone/ringing'

const ORDERED_MS = 10_000
const HERE = 'hotline.phone.here' // this window has had the phone since its agent sat down

export const useSoftphone = defineStore('softphone', () => {
  const state = ref<PhoneState>('off')
  const ringing = ref(false)
  const talking = ref(false)
  const muted = ref(false)
  const microphone = ref('') // why it was refused
  const lastOver = ref('')
  let phone: SipPhone | null = null
  let asking = false
  let autoAnswer: () => boolean = () => false
  let orderedUntil = 0 // ms since 1970

  async function make(): Promise<SipPhone> {
    const { SipPhone: Phone } = await import('@/phone/sip')
    return new Phone({
      onState: (now) => (state.value = now),
      onRing: (wantsAnswer) => {
        ringing.value = true
        startRinging()
        if (wantsAnswer || Date.now() < orderedUntil || autoAnswer()) answer()
        orderedUntil = 0
      },
      onTalk: () => {
        ringing.value = false
        talking.value = true
        microphone.value = ''
        stopRinging()
      },
      onOver: (cause) => {
        ringing.value = talking.value = muted.value = false
        lastOver.value = cause
        stopRinging()
      },
      onMicrophoneRefused: (why) => (microphone.value = why),
      onLoginNeeded: () => void renew(),
    })
  }

  /** Registered, or on its way; does nothing where it is already, however many ask at once. `over`: from another window. */
  async function ensure(over = false): Promise<void> {
    if (asking || (phone && !['off', 'elsewhere', 'signed_out', 'refused'].includes(state.value))) return
    asking = true
    try {
      phone ??= await make()
      if (!(await phone.claim(over))) {
        state.value = 'elsewhere'
        return
      }
    } finally {
      asking = false
    }
    sessionStorage.setItem(HERE, '1')
    await ask((login) => phone?.start(login))
  }
  const wasHere = (): boolean => sessionStorage.getItem(HERE) !== null

  /** Until the console answers: a lost socket often means that it is away. */
  async function renew(): Promise<void> {
    if (asking) return
    await ask((login) => phone?.renew(login))
  }

  async function ask(then: (login: { name: string; password: string; domain: string; path: string }) => void): Promise<void> {
    asking = true
    try {
      for (let pause = 300; ; pause = Math.min(pause * 2, 4_000)) {
        try {
          then(await api.post('/api/seat/phone'))
          return
        } catch (fault) {
          if (!(fault instanceof ApiProblem) || !fault.isAway) {
            state.value = 'refused'
            if (fault instanceof ApiProblem) return
            throw fault
          }
          await new Promise((done) => window.setTimeout(done, pause))
        }
      }
    } finally {
      asking = false
    }
  }

  function answer(): void {
    stopRinging()
    phone?.answer()
  }
  /** His own order rings him before whom he dials: that ring he need not answer. */
  async function asOrdered(step: () => Promise<boolean>): Promise<boolean> {
    orderedUntil = Date.now() + ORDERED_MS
    const done = await step()
    if (!done) orderedUntil = 0
    return done
  }
  function hangUp(): void {
    phone?.hangUp()
  }
  function mute(on: boolean): void {
    phone?.mute(on)
    muted.value = on
  }
  const press = (digits: string): void => phone?.press(digits)
  function stop(): void {
    sessionStorage.removeItem(HERE)
    phone?.stop()
    state.value = 'off'
  }
  const ready = computed(() => state.value === 'registered')
  return {
    state, ringing, talking, muted, microphone, lastOver, ready, wasHere, ensure, answer, asOrdered, hangUp, mute, press, stop,
    answerByItselfWhen: (rule: () => boolean) => (autoAnswer = rule),
  }
})
