/**
 * @y/websocket-server with a page of strokes in memory, and the page that shows it, on 127.0.0.1.
 * Arguments: port, folder of the built page. The strokes stand in its `strokes.bin`: their number, the
 * points of each, then x and y of every point, as 32-bit numbers.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { getYDoc, setupWSConnection } from '@y/websocket-server/utils'
import WebSocket from 'ws'
import * as Y from 'yjs'

const [port, folder] = process.argv.slice(2)
const TYPES = { '.html': 'text/html', '.js': 'text/javascript' }

const bytes = readFileSync(join(folder, 'strokes.bin'))
const [strokes, points] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)]
const doc = getYDoc('page')
const all = doc.getArray('strokes')
let at = 8
for (let stroke = 0; stroke < strokes; stroke++) {
  const map = new Y.Map()
  const chunks = new Y.Array()
  map.set('color', '#1f2937')
  map.set('points', chunks)
  all.push([map])
  for (let point = 0; point < points; point += 2) {
    const two = Buffer.alloc(12)
    for (let i = 0; i < 2; i++, at += 8) {
      two.writeInt16LE(Math.round(bytes.readFloatLE(at) * 8), i * 6)
      two.writeInt16LE(Math.round(bytes.readFloatLE(at + 4) * 8), i * 6 + 2)
      two.writeInt16LE(16384, i * 6 + 4)
    }
    // One at a time, as a hand writes them.
    chunks.push([new Uint8Array(two)])
  }
}

const server = createServer((request, response) => {
  const path = request.url === '/' ? '/index.html' : new URL(request.url, 'http://peer').pathname
  readFile(join(folder, path)).then(
    (body) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body),
    () => response.writeHead(404).end()
  )
})
const sockets = new WebSocket.Server({ server })
sockets.on('connection', setupWSConnection)
server.listen(Number(port), '127.0.0.1')
