// Who is signed in to the console, and what he may do.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { api, ApiProblem, type Schemas } from '@/api/client'

export type Me = Schemas['Me']

export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const known = ref(false) // have we asked yet?
  const lost = ref(false) // it ended while a page was open

  async function look(): Promise<Me | null> {
    try {
      me.value = await api.get('/api/me')
      lost.value = false
    } catch (fault) {
      if (!(fault instanceof ApiProblem) || fault.status !== 401) throw fault
      me.value = null
    }
    known.value = true
    return me.value
  }
  async function signIn(name: string, password: string): Promise<void> {
    me.value = await api.post('/api/login', { body: { name, password } })
    known.value = true
    lost.value = false
  }
  async function signOut(): Promise<void> {
    await api.post('/api/logout')
    me.value = null
  }
  function lose(): void {
    if (me.value) lost.value = true
  }
  const scopes = computed(() => new Set(me.value?.scopes ?? []))
  const may = (scope: string | undefined): boolean => !scope || scopes.value.has(scope)
  const isAgent = computed(() => Boolean(me.value?.agent) && scopes.value.has('sit'))
  return { me, known, lost, look, signIn, signOut, lose, may, isAgent }
})
