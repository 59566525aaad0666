import { transportCompliance } from '@sealpost/host/compliance'
import { createTransport, generateNodeSeed, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { systemClock } from './support/system-clock.ts'
import { turn, World } from './support/world.ts'

/** A port of this machine on which nobody listens. */
const EMPTY_PORT = 9

describe('The libp2p transport', () => {
  const suite = transportCompliance({
    hasBytes: true,
    prepare: async (onStream) => {
      const world = await World.create({ onStream })
      const seed = generateNodeSeed()
      const strangerKey = await nodeKeyOfSeed(generateNodeSeed())
      const transport = await createTransport({ clock: systemClock, seed })
      return {
        transport,
        listener: world.listener,
        transportKey: await nodeKeyOfSeed(seed),
        strangerKey,
        emptyAddress: {
          nodeKey: strangerKey,
          addresses: [`/ip4/127.0.0.1/tcp/${EMPTY_PORT}/ws`]
        },
        dialBytes: async () => {
          const connection = await world.connectRaw()
          const stream = await connection.newStream(['/sealpost/mailbox/1.0.0'])
          return { send: (bytes) => stream.send(bytes), close: async () => connection.close() }
        },
        newAbort: () => new AbortController(),
        turn,
        cleanUp: async () => {
          await transport.close()
          await world[Symbol.asyncDispose]()
        }
      }
    }
  })
  for (const test of suite) {
    it(test.title, test.run)
  }
})
