import { connect, createServer } from 'node:net'
import type { PortFacts } from '@sealpost/operator'
import type { ListenEndpoint } from '@sealpost/transport-libp2p'

const ANSWER_MS = 2_000
const FOREIGN: readonly string[] = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN']

/** Whether a relay can listen there, or is answered there where it runs. */
export async function tryPort(endpoint: ListenEndpoint, isRunning: boolean): Promise<PortFacts> {
  const { host, port } = endpoint
  const where = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`
  // Any free one: there is nothing to try.
  if (port === 0) {
    return { where, state: 'free' }
  }
  return { where, state: isRunning ? await answerAt(endpoint) : await listenAt(endpoint) }
}

async function listenAt(endpoint: ListenEndpoint): Promise<PortFacts['state']> {
  const { promise, resolve } = Promise.withResolvers<PortFacts['state']>()
  const server = createServer()
  server.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    resolve(FOREIGN.includes(code) ? 'foreign' : code === 'EACCES' ? 'forbidden' : 'taken')
  })
  server.listen(endpoint, () => {
    server.close(() => {
      resolve('free')
    })
  })
  return promise
}

async function answerAt({ host, port }: ListenEndpoint): Promise<PortFacts['state']> {
  const { promise, resolve } = Promise.withResolvers<PortFacts['state']>()
  const socket = connect({ host: HERE[host] ?? host, port, timeout: ANSWER_MS })
  const end = (state: PortFacts['state']): void => {
    socket.destroy()
    resolve(state)
  }
  socket.on('connect', () => {
    end('answered')
  })
  socket.on('timeout', () => {
    end('unanswered')
  })
  socket.on('error', () => {
    end('unanswered')
  })
  return promise
}

/** Where all addresses of a machine are reached from itself. */
const HERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
