import { transportCompliance } from '@sealpost/host/compliance'
import { ManualClock, MemoryNetwork, testNodeKey } from '@sealpost/host/testing'
import { setImmediate } from 'node:timers/promises'

describe('MemoryNetwork', () => {
  describe('keeps the contract of transports', () => {
    const suite = transportCompliance({
      hasBytes: true,
      prepare: (onStream) => {
        const clock = new ManualClock()
        const network = new MemoryNetwork(clock)
        const listener = network.listen({ nodeKey: testNodeKey(1), onStream })
        const transport = network.transport()
        return Promise.resolve({
          transport,
          listener,
          emptyAddress: { nodeKey: testNodeKey(1), addresses: ['/ip4/127.0.0.1/tcp/1/ws'] },
          strangerKey: testNodeKey(2),
          transportKey: transport.nodeKey,
          dialBytes: async () => {
            const [address] = listener.addresses
            if (address === undefined) {
              throw new Error('no address')
            }
            const stream = await transport.dial(address, new AbortController())
            stream.attach({ onFrames: () => undefined, onClose: () => undefined })
            return {
              send: (bytes) => {
                stream.sendBytes(bytes)
              },
              close: () => stream.close()
            }
          },
          newAbort: () => new AbortController(),
          turn: async () => {
            await setImmediate()
            clock.advance(1)
          },
          cleanUp: () => Promise.resolve()
        })
      }
    })
    for (const test of suite) {
      it(test.title, test.run)
    }
  })
})
