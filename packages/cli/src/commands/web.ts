import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { ConfigError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { wait } from '../deadline.ts'
import { errorSentence } from '../failure.ts'
import { readPort } from '../flag-values.ts'
import { ownRelays } from '../home/own-relays.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { untilAborted } from '../until-aborted.ts'

/** Beside those of a relay. It must stay: what a browser keeps belongs to the port. */
const PORT = 7702
/** The link is printed after so long, whether or not the home has said its relays. */
const RELAYS_MS = 3_000
/** `localhost` is both; another program on the second would be taken for this one. */
const HOSTS = ['127.0.0.1', '::1'] as const
const ABSENT: readonly string[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT']

/** Serves the web client to browsers on this machine. */
export const web: Command = {
  name: 'web',
  sentence: 'serves the web client to browsers on this machine, until it is ended',
  arguments: [],
  flags: [
    {
      name: '--port',
      value: 'PORT',
      sentence: 'on this port, 7702 if not given; on another, a browser begins anew',
      read: readPort
    },
    {
      name: '--files',
      value: 'DIR',
      sentence: 'another build than the one that came with sealpost'
    }
  ],
  notes: [
    'The messenger in the browser is an account of its own, or another device of yours. Its code comes',
    'from this machine, not from whoever runs a relay; the relays of this home are suggested to it.'
  ],
  place: 'none',
  run
}

async function run(context: Context): Promise<number> {
  const { values, signal } = context
  const { builtWebClient, isLoopbackHost, loadWebClient, serveWebClient } =
    await import('@sealpost/web-files')
  const folder = values.optionalText('--files') ?? builtWebClient()
  if (folder === undefined) {
    throw new ConfigError('SEALPOST_CONFIG_INVALID', sentences.web.noBuild)
  }
  const client = await loadWebClient(folder)
  let relays: readonly string[] = []
  const serve = serveWebClient(client, { relays: () => relays })
  const listener: RequestListener = (request, response) => {
    if (isLoopbackHost(request.headers.host)) {
      serve(request, response)
    } else {
      response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(sentences.web.notHere)
    }
  }
  const { servers, port } = await listen(listener, values.number('--port') ?? PORT)
  try {
    await Promise.race([
      homeRelays(context).then((found) => {
        relays = found
      }),
      wait(context, RELAYS_MS)
    ])
    const link = `http://localhost:${String(port)}/`
    await show(context, { isReady: true, link, relays }, sentences.web.ready(link))
    await untilAborted(signal)
  } finally {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  return 0
}

/** What cannot be known is not suggested. */
async function homeRelays(context: Context): Promise<readonly string[]> {
  const { clock, home, passphrase, signal } = context
  try {
    return await ownRelays(home, { clock, signal, passphrase: passphrase.given })
  } catch (error) {
    await remark(context, sentences.web.relaysUnknown(errorSentence(error)))
    return []
  }
}

interface Listening {
  readonly servers: readonly Server[]
  readonly port: number
}

/** @throws ConfigError `SEALPOST_LISTEN_FAILED` */
async function listen(listener: RequestListener, wanted: number): Promise<Listening> {
  const servers: Server[] = []
  let port = wanted
  for (const host of HOSTS) {
    const server = createServer(listener)
    try {
      server.listen(port, host)
      await once(server, 'listening')
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (servers.length > 0 && ABSENT.includes(code)) {
        break
      }
      for (const other of servers) {
        other.close()
      }
      throw new ConfigError('SEALPOST_LISTEN_FAILED', sentences.web.portTaken(port), {
        cause: error
      })
    }
    servers.push(server)
    const address = server.address()
    port = typeof address === 'object' && address ? address.port : port
  }
  return { servers, port }
}
