// The call at this agent's seat: who it is, who is on it, and what may be done with it. The seat's row of the live floor
// says which call; the offer comes with the ring; everything else is asked once and heard from then on.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { api, ApiProblem, type Schemas } from '@/api/client'
import { complain } from '@/parts/say'
import { useFloor } from './floor'
import { useSession } from './session'
import { useSoftphone } from './softphone'

export type Caller = Schemas['CallerShown']
export type PartyRow = Schemas['PartyRow']
export interface Offer {
  call: string
  queue: string
  caller: string
  waited_s: number | null
  menu_path: string[]
  auto_answer: boolean
  ring_until: string
  from_level: string
  level_reason: string
  callback: { duty?: string; kind?: string } | null
}

export const useContact = defineStore('contact', () => {
  const floor = useFloor()
  const softphone = useSoftphone()
  const session = useSession()
  const offer = shallowRef<Offer | null>(null)
  const card = shallowRef<Schemas['CallRow'] | null>(null)
  const caller = shallowRef<Caller | null>(null)
  const parties = shallowRef<PartyRow[]>([])
  const handOff = shallowRef<Schemas['HandOffShown'] | null>(null)
  const number = ref('')
  const greeted = ref('') // the call in which he has told that he greeted
  const busy = ref('')
  let withdrawn = false // the consultation that was asked for

  const seat = computed(() => floor.mySeat)
  const call = computed(() => seat.value?.call ?? null)
  const activity = computed(() => seat.value?.activity ?? 'idle')
  const isTalking = computed(() => activity.value === 'talking')
  const citizen = computed(() => parties.value.find((one) => one.kind === 'citizen'))
  const others = computed(() => parties.value.filter((one) => one.kind === 'third' || one.kind === 'colleague'))
  const held = computed(() => citizen.value?.where === 'held' && !consulting.value)
  const consulting = computed(() => others.value.some((one) => one.where === 'consult' || one.where === 'rings'))
  const asked = computed(() => others.value.some((one) => one.where === 'consult'))
  const conference = computed(() => parties.value.some((one) => one.where === 'conference'))

  function clear(): void {
    card.value = caller.value = handOff.value = null
    parties.value = []
    number.value = ''
  }

  async function load(id: string): Promise<void> {
    const mine = <T>(put: (found: T) => void) => (found: T) => call.value === id && put(found)
    const quietly = (fault: unknown): void => {
      if (!(fault instanceof ApiProblem)) throw fault
    }
    await Promise.all([
      api.get('/api/calls/{call}', { path: { call: id } }).then(mine((found) => (card.value = found.call)), quietly),
      api.get('/api/calls/{call}/caller', { path: { call: id } }).then(mine((found) => (caller.value = found)), quietly),
      api.get('/api/calls/{call}/parties', { path: { call: id } }).then(mine((found) => (parties.value = found.parties)), quietly),
      api.get('/api/calls/{call}/hand-off', { path: { call: id } }).then(mine((found) => (handOff.value = found.hand_off ?? null)), quietly),
    ])
  }

  watch(
    call,
    (id, before) => {
      if (id === before) return
      clear()
      if (offer.value && offer.value.call !== id) offer.value = null
      if (id) void load(id)
    },
    { immediate: true },
  )
  watch(activity, (now) => {
    if (now === 'talking' && call.value) void load(call.value)
  })
  floor.on('offer', (message) => (offer.value = message as unknown as Offer))
  floor.on('parties', (message) => {
    if (message.call === call.value) parties.value = message.parties as PartyRow[]
    if (message.call === call.value && handOff.value) void refreshHandOff()
  })
  // After a lost socket what was said meanwhile is asked for.
  floor.on('snapshot', () => call.value && void load(call.value))
  softphone.answerByItselfWhen(() => Boolean(seat.value?.auto_answer))

  let looks = 0 // only the latest answer counts, whichever comes first
  async function refreshHandOff(): Promise<void> {
    if (!call.value) return
    const look = ++looks
    const found = await api.get('/api/calls/{call}/hand-off', { path: { call: call.value } }).catch(() => null)
    if (found && look === looks) handOff.value = found.hand_off ?? null
  }

  /** One thing at a time; what goes wrong is told with its remedy. True: done. */
  async function act(name: string, step: (call: string) => Promise<unknown>): Promise<boolean> {
    if (!call.value || busy.value) return false
    busy.value = name
    try {
      await step(call.value)
      return true
    } catch (fault) {
      if (!(name === 'consult' && withdrawn)) complain(fault)
      return false
    } finally {
      if (busy.value === name) busy.value = ''
    }
  }

  const hold = () => act('hold', (id) => api.post('/api/calls/{call}/hold', { path: { call: id } }))
  const resume = () => act('hold', (id) => api.post('/api/calls/{call}/resume', { path: { call: id } }))
  const toggleHold = () => (held.value ? resume() : hold())
  const hangUp = async (): Promise<void> => {
    if (!isTalking.value) return softphone.hangUp() // what rings, or a conversation of somebody else's
    await act('hang-up', (id) => api.post('/api/calls/{call}/hang-up', { path: { call: id } }))
  }
  const greet = async (): Promise<void> => {
    const now = call.value ?? ''
    if (greeted.value !== now && (await act('greet', () => api.post('/api/seat/greeting')))) greeted.value = now
  }
  /** Also while the other's phone rings: until he answers, the order to ask him stands open. */
  const cancelConsult = () => {
    withdrawn = busy.value === 'consult'
    if (withdrawn) busy.value = ''
    return act('cancel', (id) => api.post('/api/calls/{call}/consult/cancel', { path: { call: id } }))
  }
  const completeConsult = () => act('complete', (id) => api.post('/api/calls/{call}/consult/complete', { path: { call: id } }))
  const threeWay = (to: { to?: string; agent?: string } = {}) => act('three-way', (id) => api.post('/api/calls/{call}/three-way', { path: { call: id }, body: { reason: '', ...to } }))
  const leave = () => act('leave', (id) => api.post('/api/calls/{call}/leave-conference', { path: { call: id } }))
  const partWith = (leg: string) => act('part', (id) => api.post('/api/calls/{call}/parties/{leg}/leave', { path: { call: id, leg } }))
  const consult = (to: { to?: string; agent?: string }) => {
    withdrawn = false
    return act('consult', (id) => api.post('/api/calls/{call}/consult', { path: { call: id }, body: { reason: '', ...to } }))
  }
  const transfer = (to: { to?: string; agent?: string }) => act('transfer', (id) => api.post('/api/calls/{call}/transfer', { path: { call: id }, body: { reason: '', ...to } }))
  const toLine = (queue: string, skill = '') => act('to-line', (id) => api.post('/api/calls/{call}/to-line', { path: { call: id }, body: { queue: queue || null, skills: skill ? { [skill]: 1 } : {}, reason: '' } }))
  const emergency = (code: string) =>
    act('emergency', async (id) => {
      handOff.value = await api.post('/api/calls/{call}/hand-off', { path: { call: id }, body: { code } })
      await refreshHandOff() // what came of it may have been told before the answer was here
    })
  const letGo = () => act('let-go', (id) => api.post('/api/calls/{call}/hand-off/let-go', { path: { call: id } }).then(refreshHandOff))
  const leaveHandOff = () => act('leave', (id) => api.post('/api/calls/{call}/hand-off/leave', { path: { call: id } }))
  async function showNumber(): Promise<void> {
    await act('number', async (id) => {
      number.value = (await api.get('/api/calls/{call}/number', { path: { call: id } })).number
    })
  }
  const me = computed(() => session.me?.agent ?? '')
  return {
    seat, call, activity, isTalking, offer, card, caller, parties, others, held, consulting, asked, conference, handOff, number, greeted, busy, me,
    act, greet, hold, resume, toggleHold, hangUp, cancelConsult, completeConsult, threeWay, leave, partWith, consult, transfer, toLine, emergency, letGo, leaveHandOff, showNumber, load,
  }
})
