// A hocuspocus server on 127.0.0.1 that keeps documents in memory alone. Argument: its port.
import { Server } from '@hocuspocus/server'

const server = new Server({ address: '127.0.0.1', port: Number(process.argv[2]), quiet: true })
await server.listen()
process.stdout.write('ready\n')
