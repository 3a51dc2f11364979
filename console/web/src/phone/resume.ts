// A call survives the reload of its page: the dialog is kept for this tab (sessionStorage), taken up again with a new
// connection, and moved to it by a re-INVITE (new ICE, new DTLS). JsSIP offers no way to do that, so this file uses its
// inner parts; its version is pinned, and tests/browser/test_mid_call.py shows on a real Asterisk that it holds.
import type JsSIP from 'jssip'
import * as Parser from 'jssip/lib/Parser'
import RTCSessionClass from 'jssip/lib/RTCSession'
import type { RTCSession } from 'jssip/lib/RTCSession'

/** `invite`: as it came; `tag`: ours, as we answered it. */
export interface Kept {
  invite: string
  tag: string
}
type Ua = InstanceType<typeof JsSIP.UA>

const KEY = 'hotline.dialog'
const CONFIRMED = 9 // STATUS_CONFIRMED of JsSIP's RTCSession
const WITHIN_MS = 8_000

export const keep = (call: Kept): void => sessionStorage.setItem(KEY, JSON.stringify(call))
export const forget = (): void => sessionStorage.removeItem(KEY)

/** The call that this window has now, as it would have to be taken up. */
export function kept(): Kept | null {
  const text = sessionStorage.getItem(KEY)
  return text ? (JSON.parse(text) as Kept) : null
}

/** What the page before had; once. */
export function takeKept(): Kept | null {
  const found = kept()
  forget()
  return found
}

interface Inner {
  _status: number
  _is_confirmed: boolean
  _direction: string
  _request: unknown
  _from_tag: string
  _to_tag: string
  _id: string
  _contact: string
  _local_identity: unknown
  _remote_identity: unknown
  _dialog: { local_seqnum: number }
  _connection: RTCPeerConnection
  _localMediaStream: MediaStream
  _localMediaStreamLocallyGenerated: boolean
  _createDialog(request: unknown, type: 'UAS'): boolean
  _createRTCConnection(config: object): void
  _newRTCSession(originator: string, request: unknown): void
  _sendReinvite(options: { eventHandlers: { succeeded(): void; failed(answer?: { status_code: number }): void } }): void
}
interface Request {
  call_id: string
  from_tag: string
  to_tag: string
  from: unknown
  to: unknown
  ua: unknown
  transport: unknown
}

/** Has Asterisk begin DTLS anew. It forgets the old association only when its role changes, and a server cannot become
 * a client (OpenSSL); so its role is taken away for the session and given back for the sound. */
const anew = (sdp: string): string => sdp.replace(/^m=/m, 'a=setup:holdconn\r\nm=').replace(/a=setup:actpass/, 'a=connection:new\r\na=setup:active')

export async function resume(
  ua: Ua,
  kept: Kept,
  media: { mediaConstraints: { audio: boolean; video: boolean }; pcConfig: object },
  own: (session: RTCSession) => void,
): Promise<RTCSession> {
  const request = (Parser as unknown as { parseMessage(data: string, ua: Ua): Request }).parseMessage(kept.invite, ua)
  if (!request) throw new Error('the kept call cannot be read')
  request.ua = ua
  request.transport = (ua as unknown as { _transport: unknown })._transport
  request.to_tag = kept.tag
  const session = new (RTCSessionClass as unknown as new (ua: Ua) => RTCSession)(ua)
  const inner = session as unknown as Inner
  Object.assign(inner, {
    _direction: 'incoming',
    _request: request,
    _from_tag: request.from_tag,
    _id: request.call_id + request.from_tag,
    _contact: ua.contact.toString(),
    _local_identity: request.to,
    _remote_identity: request.from,
    _status: CONFIRMED,
    _is_confirmed: true,
  })
  if (!inner._createDialog(request, 'UAS')) throw new Error('the kept call has no dialog')
  inner._dialog.local_seqnum = Math.floor(Date.now() / 1000) // beyond whatever the page before has used
  own(session)
  inner._newRTCSession('local', request)
  inner._createRTCConnection(media.pcConfig)
  const stream = await navigator.mediaDevices.getUserMedia(media.mediaConstraints)
  inner._localMediaStream = stream
  inner._localMediaStreamLocallyGenerated = true
  for (const track of stream.getTracks()) inner._connection.addTrack(track, stream)
  // once: a second one would make Asterisk begin anew with a connection that stands
  const once = session as unknown as { once(name: 'sdp', then: (event: { originator: string; type: string; sdp: string }) => void): void }
  once.once('sdp', (event) => {
    if (event.originator === 'local' && event.type === 'offer' && !event.sdp.includes('a=connection:')) event.sdp = anew(event.sdp)
  })
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(() => fail(new Error('no answer')), WITHIN_MS)
    inner._sendReinvite({
      eventHandlers: {
        succeeded: () => (clearTimeout(timer), done()),
        failed: (answer) => (clearTimeout(timer), fail(new Error(`refused ${answer?.status_code ?? ''}`))),
      },
    })
  })
  return session
}
