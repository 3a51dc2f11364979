// The softphone. The only file that knows JsSIP (3.13.8); what it does beyond JsSIP's own API stands in resume.ts.
//
// One call at a time, always rung by Asterisk: a desk dials, holds, consults and transfers by our REST API, so here are
// only register, answer, hang up, mute, keys, and the way back after a lost socket or a reload.
import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRequest } from 'jssip/lib/SIPMessage'
import { OneWindow } from './one_window'
import { forget, keep, kept, resume, takeKept } from './resume'

export interface PhoneLogin {
  name: string
  password: string
  domain: string
  path: string
}
/** elsewhere: another window of this agent has the phone; refused: the login does not hold. */
export type PhoneState = 'off' | 'connecting' | 'registered' | 'lost' | 'refused' | 'elsewhere' | 'signed_out'
export interface PhoneEars {
  onState(state: PhoneState): void
  /** A call rings; `wantsAnswer`: the sender asks for it to be taken at once. */
  onRing(wantsAnswer: boolean): void
  onTalk(): void
  onOver(cause: string): void
  onMicrophoneRefused(why: string): void
  /** The login does not hold any more: ask for a new one and hand it to `renew`. */
  onLoginNeeded(): void
}

const ANOTHER_WINDOW = 4409
const SIGNED_OUT = 4410
const MEDIA = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [], bundlePolicy: 'max-bundle' as const } }

export class SipPhone {
  private ua: InstanceType<typeof JsSIP.UA> | null = null
  private session: RTCSession | null = null
  private readonly sound: HTMLAudioElement
  private muted = false
  private resuming = false
  private readonly window = new OneWindow(kept, () => this.givenUp('elsewhere'))

  constructor(private readonly ears: PhoneEars) {
    this.sound = document.createElement('audio')
    this.sound.id = 'phone-sound'
    this.sound.autoplay = true
    document.body.append(this.sound)
  }

  get hasCall(): boolean {
    return this.session !== null
  }

  /** May this window have the phone? `over`: from another window, with the call that is there. */
  async claim(over: boolean): Promise<boolean> {
    if (!over) return this.window.take()
    const call = await this.window.takeOver()
    if (call) keep(call)
    return true
  }

  start(login: PhoneLogin): void {
    this.end()
    const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${login.path}`
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(address)],
      uri: `sip:${login.name}@${login.domain}`,
      password: login.password,
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      user_agent: 'hotline-desk',
    })
    this.ua = ua
    ua.on('connecting', () => this.ears.onState('connecting'))
    ua.on('registered', () => this.registered(ua))
    ua.on('registrationFailed', (event) => this.registrationFailed(event.response?.status_code))
    ua.on('disconnected', (event) => this.disconnected((event as { code?: number }).code))
    ua.on('newRTCSession', ((event: { originator: string; session: RTCSession; request: IncomingRequest }) => {
      if (event.originator === 'remote') this.rung(event.session, event.request)
    }) as never)
    ua.start()
  }

  /** A new password for the same phone. */
  renew(login: PhoneLogin): void {
    if (!this.ua) return this.start(login)
    this.ua.set('password', login.password)
    if (this.ua.isConnected()) this.ua.register()
  }

  stop(): void {
    this.end()
    this.window.release()
  }

  private end(): void {
    if (!this.ua) return
    const ua = this.ua
    this.ua = null
    this.over('stopped')
    ua.stop()
    this.ears.onState('off')
  }

  answer(): void {
    this.session?.answer(MEDIA)
  }

  /** Also refuses what rings: 603, for 486 says that the phone is busy. */
  hangUp(): void {
    if (!this.session) return
    this.session.terminate(this.session.isEstablished() ? undefined : { status_code: 603, reason_phrase: 'Decline' })
  }

  mute(on: boolean): void {
    this.muted = on
    if (on) this.session?.mute({ audio: true })
    else this.session?.unmute({ audio: true })
  }

  press(digits: string): void {
    this.session?.sendDTMF(digits, { transportType: 'RFC2833' as never, duration: 120, interToneGap: 100 })
  }

  private registered(ua: InstanceType<typeof JsSIP.UA>): void {
    this.ears.onState('registered')
    // A lost socket took the dialog's way back along: the far end's BYE would never come. A re-INVITE moves it.
    if (this.session?.isEstablished()) this.session.renegotiate({})
    else if (!this.session && !this.resuming) void this.takeUp(ua)
  }

  private registrationFailed(code: number | undefined): void {
    this.ears.onState('refused')
    if (code === undefined || code === 401 || code === 403 || code === 404 || code === 407) this.ears.onLoginNeeded()
  }

  private disconnected(code: number | undefined): void {
    if (code === ANOTHER_WINDOW || code === SIGNED_OUT) return this.givenUp(code === SIGNED_OUT ? 'signed_out' : 'elsewhere')
    if (!this.ua) return
    this.ears.onState('lost')
    this.ears.onLoginNeeded()
  }

  /** Another has the phone now, and with it the call: nothing is said to the far end. */
  private givenUp(why: 'elsewhere' | 'signed_out'): void {
    const ua = this.ua
    if (!ua) return
    this.ua = null
    this.session?.connection?.close()
    ;(ua as unknown as { _transport: { disconnect(): void } })._transport.disconnect()
    this.over(why)
    ua.stop()
    this.window.release()
    this.ears.onState(why)
  }

  /** After a reload: the call that this window had goes on. */
  private async takeUp(ua: InstanceType<typeof JsSIP.UA>): Promise<void> {
    const kept = takeKept()
    if (!kept) return
    this.resuming = true
    try {
      const session = await resume(ua, kept, MEDIA, (made) => this.own(made))
      this.session = session
      keep(kept)
      this.ears.onTalk()
    } catch (fault) {
      forget()
      this.session = null
      this.ears.onOver(String(fault))
    } finally {
      this.resuming = false
    }
  }

  private rung(session: RTCSession, request: IncomingRequest): void {
    if (this.session) {
      session.terminate({ status_code: 486, reason_phrase: 'Busy Here' })
      return
    }
    this.own(session)
    session.on('accepted', () => keep({ invite: (request as unknown as { data: string }).data, tag: (request as unknown as { to_tag: string }).to_tag }))
    session.on('confirmed', () => {
      if (this.muted) session.mute({ audio: true })
      this.ears.onTalk()
    })
    const asks = `${request.getHeader('Call-Info') ?? ''}${request.getHeader('Alert-Info') ?? ''}`
    this.ears.onRing(/answer-after=0|alert-autoanswer/.test(asks))
  }

  private own(session: RTCSession): void {
    this.session = session
    this.muted = false
    const listen = (connection: RTCPeerConnection): void => {
      // Chromium takes the track out of its stream on hold: keep the track, not the stream.
      connection.addEventListener('track', (event) => {
        this.sound.srcObject = new MediaStream([event.track])
        void this.sound.play().catch(() => undefined)
      })
    }
    if (session.connection) listen(session.connection)
    else session.on('peerconnection', (event) => listen(event.peerconnection))
    session.on('getusermediafailed', (fault) => this.ears.onMicrophoneRefused(String(fault)))
    session.on('icecandidate', (event) => {
      // With the first address of this machine there is a way; the rest only costs time.
      if (event.candidate.type === 'host' && event.candidate.protocol === 'udp') window.setTimeout(() => event.ready(), 40)
    })
    session.on('ended', (event) => this.over(event.cause, session))
    session.on('failed', (event) => this.over(event.cause, session))
  }

  private over(cause: string, of: RTCSession | null = this.session): void {
    if (!of || of !== this.session) return
    this.session = null
    this.sound.srcObject = null
    if (cause !== 'stopped') forget()
    this.ears.onOver(cause)
  }
}
