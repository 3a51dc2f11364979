// What an agent orders for his seat. The live floor shows what comes of it; what is refused is told.
import { api } from '@/api/client'
import { complain } from '@/parts/say'

async function told(step: Promise<unknown>): Promise<boolean> {
  try {
    await step
    return true
  } catch (fault) {
    complain(fault)
    return false
  }
}

export const order = {
  signIn: (seat: string) => told(api.post('/api/seat/sign-in', { body: { seat } })),
  signOut: () => told(api.post('/api/seat/sign-out')),
  available: () => told(api.post('/api/seat/available')),
  pause: (reason: string) => told(api.post('/api/seat/pause', { body: { reason } })),
  finishWrapUp: () => told(api.post('/api/seat/wrap-up/finish')),
  extendWrapUp: () => told(api.post('/api/seat/wrap-up/extend')),
  autoAnswer: (on: boolean) => told(api.post('/api/seat/auto-answer', { body: { on } })),
  dial: (to: string) => told(api.post('/api/seat/dial', { body: { to } })),
  callBack: (duty: string) => told(api.post('/api/duties/{duty}/call', { path: { duty } })),
}
