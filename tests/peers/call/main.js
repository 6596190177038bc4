/**
 * A bare page in a call, for `cargo xtask bench media`: camera and microphone go out, everybody else is seen and heard.
 * The address says by which server: `?peer=kakehashi&board=ID` or `?peer=janus&room=NUMBER`. What is sent, and in which
 * sizes, is the same for both, and so is what is counted.
 */

/** Four of them have to be encoded on the machine that is measured; lower ones have no three sizes. */
const CAMERA = { width: 960, height: 540, frameRate: 15 }

/** @type {RTCPeerConnection[]} */
const connections = []
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  /** @param {RTCConfiguration} [configuration] */
  constructor(configuration) {
    super(configuration)
    connections.push(this)
  }
}

const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = (wish) => open({ ...wish, video: wish?.video && CAMERA })

/** Plays what comes. */
function play(stream, kind) {
  const element = document.createElement(kind)
  element.autoplay = true
  element.srcObject = stream
  document.body.append(element)
  return element
}

/** What has gone and come over all connections so far, and how high the pictures are that come now. */
async function counts() {
  const all = { sent: 0, wanted: 0, received: 0, bytes: 0, frames: 0, lost: 0, heights: [] }
  for (const connection of connections) {
    if (connection.connectionState === 'closed') continue
    for (const stats of (await connection.getStats()).values()) {
      if (stats.type === 'outbound-rtp') {
        all.sent += stats.packetsSent
        // The voice, and the camera in full size.
        if (stats.rid === undefined || stats.rid === 'f') all.wanted += stats.packetsSent
      }
      if (stats.type !== 'inbound-rtp') continue
      all.received += stats.packetsReceived
      all.bytes += stats.bytesReceived + stats.headerBytesReceived
      all.lost += stats.packetsLost
      if (stats.kind !== 'video' || stats.framesDecoded === 0) continue
      all.frames += stats.framesDecoded
      all.heights.push(stats.frameHeight)
    }
  }
  return all
}

const parameters = new URLSearchParams(location.search)
const peer = parameters.get('peer')
const { join } = peer === 'janus' ? await import('./janus.js') : await import('./kakehashi.js')
globalThis.bench = { counts, joined: join(parameters, play) }
