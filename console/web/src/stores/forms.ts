// The forms beside the calls. What is typed is kept on this machine at once and at the console a moment later; neither a
// reload, nor a console that is away, nor the next call takes it away. Filed or discarded, it is erased here.
import { defineStore } from 'pinia'
import { computed, reactive, ref } from 'vue'
import { api, ApiProblem, type Answer, type Schemas } from '@/api/client'
import { complain } from '@/parts/say'

export type Form = Required<Schemas['TicketForm']>
export type Receipt = Answer<'post', '/api/tickets'>
export interface OpenForm {
  call: string
  caller: string
  form: Form
  version: number
  state: 'loading' | 'saved' | 'typing' | 'saving' | 'away'
  errors: Record<string, string>
  receipt: Receipt | null
}

const KEPT = 'hotline.form.'
const SAVE_AFTER_MS = 700
const AGAIN_AFTER_MS = 3_000

export const emptyForm = (): Form =>
  ({
    request_type: null, title: '', content: '', incident_address: '', lat: null, lon: null, incident_time: null, subject_name: '', subject_phone: '',
    category_code: '', category_path: [], urgency: 'normal', risk_flags: [], is_repeat: false, merge_into: '', incident_id: '', tags: [], attachments: [],
    kb_article_ids: [], answered_on_call: false, answer_text: '', exclusion_code: null, guidance_given: false, guidance_text: '', caller_name: '',
    caller_gender: 'unknown', caller_kind: 'person', company_name: '', credit_code: '', id_no: '', contact_number: '', contact_address: '', caller_tags: [],
    language: '', is_anonymous: false, is_confidential: false, is_whistleblower: null, publish_consent: false, reply_needed: true, survey_preference: null,
  }) as Form

interface Local {
  caller: string
  form: Form
  agent: string
  unsaved: boolean
}

export const useForms = defineStore('forms', () => {
  const open = reactive(new Map<string, OpenForm>())
  const shown = ref<string | null>(null)
  const timers = new Map<string, number>()
  let owner = ''

  const current = computed(() => (shown.value ? (open.get(shown.value) ?? null) : null))
  const unfinished = computed(() => [...open.values()].filter((one) => !one.receipt))

  function keepHere(one: OpenForm): void {
    const local: Local = { caller: one.caller, form: one.form, agent: owner, unsaved: one.state !== 'saved' }
    localStorage.setItem(KEPT + one.call, JSON.stringify(local))
  }

  /** Those of this agent that were not filed, from before a reload; another agent's are not his. */
  function recall(agent: string): void {
    owner = agent
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(KEPT))) {
      const local = JSON.parse(localStorage.getItem(key) ?? '{}') as Local
      if (local.agent === agent) void show(key.slice(KEPT.length), local.caller, false)
    }
  }

  async function show(call: string, caller = '', bring = true): Promise<void> {
    if (bring) shown.value = call
    const known = open.get(call)
    if (known) {
      if (caller) known.caller = caller
      return
    }
    const text = localStorage.getItem(KEPT + call)
    const local = text ? (JSON.parse(text) as Local) : null
    const one = reactive<OpenForm>({ call, caller: caller || local?.caller || '', form: local?.form ?? emptyForm(), version: 0, state: 'loading', errors: {}, receipt: null })
    open.set(call, one)
    shown.value ??= call
    await load(one, local?.unsaved ?? false)
  }

  async function load(one: OpenForm, unsaved: boolean): Promise<void> {
    try {
      const draft = await api.get('/api/drafts/{call}', { path: { call: one.call } })
      if (draft.state !== 'draft') return drop(one.call)
      one.version = draft.version
      if (unsaved) return touch(one.call)
      if (draft.version > 1 || draft.form.title || draft.form.content) one.form = { ...emptyForm(), ...draft.form, caller_kind: draft.form.caller_kind ?? 'person' }
      one.state = 'saved'
      keepHere(one)
    } catch (fault) {
      if (fault instanceof ApiProblem && !fault.isAway) return fault.code === 'not-your-call' ? drop(one.call) : complain(fault)
      one.state = 'away'
      timers.set(one.call, window.setTimeout(() => void load(one, unsaved), AGAIN_AFTER_MS))
    }
  }

  /** Something was typed. */
  function touch(call: string): void {
    const one = open.get(call)
    if (!one || one.receipt) return
    if (one.state !== 'loading') one.state = 'typing'
    keepHere(one)
    clearTimeout(timers.get(call))
    timers.set(call, window.setTimeout(() => void save(call), SAVE_AFTER_MS))
  }

  async function save(call: string): Promise<void> {
    const one = open.get(call)
    if (!one || one.receipt || one.state === 'saving') return
    clearTimeout(timers.get(call))
    one.state = 'saving'
    const sent = JSON.stringify(one.form)
    try {
      const draft = await api.put('/api/drafts/{call}', { path: { call }, body: one.form, headers: { 'If-Match': `"${one.version}"` } })
      one.version = draft.version
      one.state = 'saved'
      keepHere(one)
      if (JSON.stringify(one.form) !== sent) touch(call)
    } catch (fault) {
      if (!(fault instanceof ApiProblem)) throw fault
      one.state = 'away'
      if (fault.status === 409) return again(one, fault)
      if (fault.isAway || fault.status === 401) timers.set(call, window.setTimeout(() => void save(call), AGAIN_AFTER_MS))
      else note(one, fault)
    }
  }

  /** Saved elsewhere meanwhile (another window of ours): what is typed here counts. */
  async function again(one: OpenForm, fault: ApiProblem): Promise<void> {
    const draft = await api.get('/api/drafts/{call}', { path: { call: one.call } }).catch(() => null)
    if (!draft) return complain(fault)
    if (draft.state !== 'draft') return drop(one.call)
    one.version = draft.version
    touch(one.call)
  }

  function note(one: OpenForm, fault: ApiProblem): void {
    one.errors = Object.fromEntries(fault.fields.map((field) => [field.field, `${field.problem}${field.remedy}`]))
    if (!fault.fields.length) complain(fault)
  }

  /** A form that the console has begun (an urgent ticket to a utility that is closed). */
  async function take(call: string, form: Schemas['TicketForm'] | null, version: number | null): Promise<void> {
    await show(call)
    const one = open.get(call)
    if (!one || !form) return
    one.form = { ...one.form, ...(form as Form) }
    if (version !== null) one.version = version
    touch(call)
  }

  async function submit(call: string): Promise<boolean> {
    const one = open.get(call)
    if (!one || one.receipt) return false
    clearTimeout(timers.get(call))
    one.errors = {}
    try {
      one.receipt = await api.post('/api/tickets', { body: { call, form: one.form } })
      localStorage.removeItem(KEPT + call)
      return true
    } catch (fault) {
      if (!(fault instanceof ApiProblem)) throw fault
      note(one, fault)
      if (fault.isAway) complain(fault)
      return false
    }
  }

  async function discard(call: string): Promise<void> {
    try {
      await api.delete('/api/drafts/{call}', { path: { call } })
      drop(call)
    } catch (fault) {
      complain(fault)
    }
  }

  function drop(call: string): void {
    clearTimeout(timers.get(call))
    timers.delete(call)
    open.delete(call)
    localStorage.removeItem(KEPT + call)
    if (shown.value === call) shown.value = [...open.keys()].at(-1) ?? null
  }

  return { open, shown, current, unfinished, recall, show, take, touch, save, submit, discard, drop }
})
