/** Our call, by the client for browsers. */
import { openBoard } from '../../../client-sdk/web/src-ts/index.ts'

/** How high the pictures are wanted: in full size. */
const HEIGHT = 720

export async function join(parameters, play) {
  const { call } = await openBoard(parameters.get('board'))
  const shown = new Map()
  call.subscribe(({ type }) => {
    if (type === 'members') {
      const others = call.members().filter(({ own }) => !own)
      call.want(others.map(({ member }) => ({ member, source: 'camera', height: HEIGHT })))
    }
    if (type !== 'pictures') return
    const streams = new Set(call.pictures().filter(({ own }) => !own).map(({ stream }) => stream))
    for (const stream of streams) if (!shown.has(stream)) shown.set(stream, play(stream, 'video'))
    for (const [stream, element] of shown) {
      if (streams.has(stream)) continue
      element.remove()
      shown.delete(stream)
    }
  })
  await call.join({ microphone: true, camera: true, devices: { microphone: '', camera: '', speaker: '' } })
}
