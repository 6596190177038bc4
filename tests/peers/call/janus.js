/** Janus's video room: a connection that publishes and one that subscribes, as its own demo has them. */
import { encodingsOf, preferCodecs } from '../../../client-sdk/web/src-ts/call/codecs.ts'
import { sparingOpus } from '../../../client-sdk/web/src-ts/call/sdp.ts'

/** Janus ends a session that says nothing for a minute. */
const KEEPALIVE_MS = 25_000

/** Janus's own protocol over a WebSocket, as far as a room needs it. */
class Session {
  #socket = new WebSocket(`ws://${location.host}/`, 'janus-protocol')
  #waiting = new Map()
  #handles = new Map()
  #id

  static async open() {
    const session = new Session()
    session.#socket.onmessage = ({ data }) => session.#read(JSON.parse(data))
    await new Promise((resolve, reject) => {
      session.#socket.onopen = resolve
      session.#socket.onerror = reject
    })
    session.#id = (await session.ask({ janus: 'create' })).data.id
    setInterval(() => void session.ask({ janus: 'keepalive' }), KEEPALIVE_MS)
    return session
  }

  /** A handle to the video room; what it tells goes to the listener. */
  async attach(listener) {
    const { id } = (await this.ask({ janus: 'attach', plugin: 'janus.plugin.videoroom' })).data
    this.#handles.set(id, listener)
    return {
      /** Asks the room, and gives its event. */
      ask: (body, jsep) => this.ask({ janus: 'message', handle_id: id, body, ...(jsep && { jsep: { type: jsep.type, sdp: jsep.sdp } }) }),
      trickle: (candidate) => void this.ask({ janus: 'trickle', handle_id: id, candidate: candidate ?? { completed: true } }),
    }
  }

  ask(what) {
    const transaction = Math.random().toString(36).slice(2)
    this.#socket.send(JSON.stringify({ ...what, transaction, ...(this.#id && { session_id: this.#id }) }))
    return new Promise((resolve, reject) => this.#waiting.set(transaction, { resolve, reject, isMessage: what.janus === 'message' }))
  }

  #read(message) {
    const waiting = this.#waiting.get(message.transaction)
    const data = message.plugindata?.data
    // A message is acknowledged first and answered later.
    if (waiting !== undefined && !(waiting.isMessage && message.janus === 'ack')) {
      this.#waiting.delete(message.transaction)
      if (message.janus === 'error' || data?.error !== undefined) waiting.reject(new Error(data?.error ?? message.error.reason))
      else waiting.resolve({ data: message.data ?? data, jsep: message.jsep })
    } else if (message.janus === 'event') this.#handles.get(message.sender)?.(data)
  }
}

function connect(handle) {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  connection.onicecandidate = ({ candidate }) => handle.trickle(candidate)
  return connection
}

export async function join(parameters, play) {
  const room = Number(parameters.get('room'))
  const session = await Session.open()
  let subscribing = Promise.resolve()
  const publisher = await session.attach((data) => subscribe(data.publishers))
  const entered = await publisher.ask({ request: 'join', ptype: 'publisher', room })

  const subscriber = await session.attach(() => {})
  const receiving = connect(subscriber)
  receiving.ontrack = ({ track }) => play(new MediaStream([track]), track.kind)
  let isSubscribed = false
  function subscribe(publishers = []) {
    const streams = publishers.map(({ id }) => ({ feed: id }))
    if (streams.length === 0) return
    // One after the other: each is an offer of Janus's.
    subscribing = subscribing.then(async () => {
      const asked = isSubscribed ? { request: 'subscribe', streams } : { request: 'join', ptype: 'subscriber', room, streams }
      isSubscribed = true
      const { jsep } = await subscriber.ask(asked)
      await receiving.setRemoteDescription(jsep)
      await receiving.setLocalDescription()
      await subscriber.ask({ request: 'start' }, receiving.localDescription)
    })
  }

  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  const sending = connect(publisher)
  for (const track of stream.getTracks()) {
    // Janus takes the first for the largest.
    const sendEncodings = track.kind === 'video' ? encodingsOf('camera').reverse() : undefined
    const transceiver = sending.addTransceiver(track, { direction: 'sendonly', ...(sendEncodings && { sendEncodings }) })
    preferCodecs(transceiver, track.kind)
  }
  await sending.setLocalDescription()
  const { jsep } = await publisher.ask({ request: 'publish' }, sending.localDescription)
  await sending.setRemoteDescription({ type: 'answer', sdp: sparingOpus(jsep.sdp) })
  subscribe(entered.data.publishers)
  await subscribing
}
