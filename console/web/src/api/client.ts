// The one door to our REST API. Paths, bodies and answers have the types of our OpenAPI document (schema.d.ts, made
// by the build), so a page that asks for what the API does not offer does not compile.
import type { components, paths } from './schema'

export type Schemas = components['schemas']
type Method = 'get' | 'post' | 'put' | 'delete'
type PathsOf<M extends Method> = { [P in keyof paths]: paths[P][M] extends { responses: object } ? P : never }[keyof paths]
type OperationOf<M extends Method, P extends PathsOf<M>> = paths[P][M]
type Json<T> = T extends { content: { 'application/json': infer A } } ? A : undefined
type Good<R> = R extends { 200: infer A } ? Json<A> : R extends { 201: infer A } ? Json<A> : R extends { 202: infer A } ? Json<A> : undefined
export type Answer<M extends Method, P extends PathsOf<M>> = OperationOf<M, P> extends { responses: infer R } ? Good<R> : never
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? Q : undefined
type PlacesOf<O> = O extends { parameters: { path: infer P } } ? P : undefined
type Given<O> = {
  path?: PlacesOf<O>
  query?: QueryOf<O>
  /** Fields that have a default in the API may be left out, so none is demanded here. */
  body?: Partial<BodyOf<O>>
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** What the API answers when it refuses: `{code, problem, remedy}` in the language asked for. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly problem: string,
    readonly remedy: string,
    readonly fields: { field: string; code: string; problem: string; remedy: string }[] = [],
  ) {
    super(problem)
  }
  /** The network or the console is away: asking again may help. */
  get isAway(): boolean {
    return this.status === 0 || this.status >= 502
  }
}

let language = 'zh'
let onSessionLost: () => void = () => undefined

/** Told once by main.ts. */
export function tellClient(about: { language?: string; onSessionLost?: () => void }): void {
  language = about.language ?? language
  onSessionLost = about.onSessionLost ?? onSessionLost
}

const AWAY = {
  zh: ['连不上控制台。', '稍候会自动重试；若持续，请告知班长。'],
  en: ['The console cannot be reached.', 'It is tried again by itself; tell a supervisor if it lasts.'],
} as const

async function send(method: Method, path: string, given: Given<unknown> & { body?: unknown }): Promise<unknown> {
  let address = path as string
  for (const [name, value] of Object.entries((given.path ?? {}) as Record<string, string>))
    address = address.replace(`{${name}}`, encodeURIComponent(value))
  const wanted = Object.entries((given.query ?? {}) as Record<string, unknown>).filter(([, v]) => v !== undefined && v !== null && v !== '')
  if (wanted.length) address += `?${new URLSearchParams(wanted.map(([k, v]) => [k, String(v)]))}`
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language, ...given.headers }
  if (given.body !== undefined) headers['Content-Type'] = 'application/json'
  let answer: Response
  try {
    answer = await fetch(address, {
      method: method.toUpperCase(),
      headers,
      body: given.body === undefined ? undefined : JSON.stringify(given.body),
      signal: given.signal,
      credentials: 'same-origin',
    })
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'AbortError') throw fault
    const [problem, remedy] = AWAY[language === 'en' ? 'en' : 'zh']
    throw new ApiProblem(0, 'away', problem, remedy)
  }
  const text = await answer.text()
  if (answer.ok) return text ? JSON.parse(text) : undefined
  const found = parsed(text)
  if (answer.status === 401 && found.code === 'not-signed-in') onSessionLost()
  throw new ApiProblem(answer.status, found.code ?? 'unknown', found.problem ?? answer.statusText, found.remedy ?? '', found.fields ?? [])
}

function parsed(text: string): Partial<ApiProblem> & { fields?: ApiProblem['fields'] } {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** `api.get('/api/calls/{call}', { path: { call } })` and so on; throws ApiProblem. */
export const api = {
  get: <P extends PathsOf<'get'>>(path: P, given: Given<OperationOf<'get', P>> = {}) => send('get', path, given as Given<unknown>) as Promise<Answer<'get', P>>,
  post: <P extends PathsOf<'post'>>(path: P, given: Given<OperationOf<'post', P>> = {}) => send('post', path, given as Given<unknown>) as Promise<Answer<'post', P>>,
  put: <P extends PathsOf<'put'>>(path: P, given: Given<OperationOf<'put', P>> = {}) => send('put', path, given as Given<unknown>) as Promise<Answer<'put', P>>,
  delete: <P extends PathsOf<'delete'>>(path: P, given: Given<OperationOf<'delete', P>> = {}) => send('delete', path, given as Given<unknown>) as Promise<Answer<'delete', P>>,
}
