import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { FrameStream, Store } from '@sealpost/host'
import { storeCompliance, transportCompliance } from '@sealpost/host/compliance'
import { ManualClock, MemoryDisk, MemoryNetwork, testNodeKey } from '@sealpost/host/testing'
import { UnreachableError } from '@sealpost/protocol'

type Break = (store: Store) => Partial<Store>

/** Stores that break one promise each, and the test that must notice. */
const BROKEN_STORES: readonly (readonly [what: string, breakIt: Break, title: string])[] = [
  [
    'forgets that ranges have limits',
    (store) => ({ getRange: (range) => store.getRange({ ...range, limit: 1e6 }) }),
    'gives the first rows up to the limit, or the last ones where reversed'
  ],
  [
    'gives values in the order of its own',
    (store) => ({ getMany: async (keys) => [...(await store.getMany(keys))].reverse() }),
    'gives what was committed, in the order of the keys'
  ],
  [
    'mixes its tables up',
    (store) => ({
      commit: (mutations) => store.commit(mutations.map((m) => ({ ...m, table: 'message' })))
    }),
    'keeps every table apart from all others'
  ],
  [
    'includes the upper bound',
    (store) => ({ getRange: (range) => store.getRange({ ...range, to: `${range.to}\0` }) }),
    'gives rows from the first bound to before the second'
  ],
  [
    'acknowledges before it has written',
    (store) => ({
      commit: (mutations) => {
        void setImmediate().then(() => store.commit(mutations))
        return Promise.resolve()
      }
    }),
    'shows a commit to every later read'
  ],
  [
    'gives slices that are no copies',
    (store) => ({
      getMany: async (keys) =>
        (await store.getMany(keys)).map((value) => value && Buffer.from(value))
    }),
    'gives plain byte arrays'
  ]
]

async function titlesThatFail(
  suite: readonly { title: string; run: () => Promise<void> }[]
): Promise<readonly string[]> {
  const failing: string[] = []
  for (const test of suite) {
    await test.run().catch((error: unknown) => {
      assert.ok(error instanceof Error)
      failing.push(test.title)
    })
  }
  return failing
}

/** Streams that break one promise each, and the test that must notice. */
const BROKEN_STREAMS: readonly (readonly [
  what: string,
  breakIt: (stream: FrameStream) => Partial<FrameStream>,
  title: string
])[] = [
  [
    'never pauses',
    () => ({ setPaused: () => undefined }),
    'holds bytes back while the other side is paused, and then brings all'
  ],
  ['counts nothing unsent', () => ({ unsentBytes: 0 }), 'counts what was not sent yet'],
  [
    'drops what is queued when it closes',
    (stream) => ({
      close: () => {
        stream.abort(new UnreachableError('SEALPOST_REPLY_TIMEOUT'))
        return Promise.resolve()
      }
    }),
    'sends what is queued before it closes, then both sides end well'
  ],
  [
    'sends each frame twice',
    (stream) => ({
      send: (frame) => {
        stream.send(frame)
        stream.send(frame)
      }
    }),
    'brings frames whole and in order, both ways'
  ],
  [
    'does not know the other side',
    () => ({ remoteKey: testNodeKey(3) }),
    'proves who the other side is'
  ]
]

/** The object with some of it replaced, its methods still its own. */
function withBroken<Thing extends object>(thing: Thing, broken: Partial<Thing>): Thing {
  return new Proxy(thing, {
    get(target, name) {
      const source = name in broken ? broken : target
      const value: unknown = Reflect.get(source, name, source)
      return typeof value === 'function' ? (value.bind(source) as unknown) : value
    }
  })
}

describe('storeCompliance', () => {
  for (const [what, breakIt, title] of BROKEN_STORES) {
    it(`notices a store that ${what}`, async () => {
      const suite = storeCompliance({
        prepare: () => {
          const disk = new MemoryDisk()
          const open = async (): Promise<Store> => {
            const store = await disk.open()
            return withBroken<Store>(store, breakIt(store))
          }
          return Promise.resolve({ open, cleanUp: () => Promise.resolve() })
        }
      })
      const failing = await titlesThatFail(suite)
      assert.ok(failing.includes(title), `noticed by ${JSON.stringify(failing)}`)
      assert.ok(failing.length < suite.length, 'not everything fails')
    })
  }
})

describe('transportCompliance', () => {
  for (const [what, breakIt, title] of BROKEN_STREAMS) {
    it(`notices a stream that ${what}`, async () => {
      const suite = transportCompliance({
        hasBytes: false,
        prepare: (onStream) => {
          const clock = new ManualClock()
          const network = new MemoryNetwork(clock)
          const broken = (stream: FrameStream): FrameStream => withBroken(stream, breakIt(stream))
          const listener = network.listen({
            nodeKey: testNodeKey(1),
            onStream: (stream) => {
              onStream(broken(stream))
            }
          })
          const transport = network.transport()
          return Promise.resolve({
            transport: {
              dial: async (address, options) => broken(await transport.dial(address, options)),
              close: () => transport.close()
            },
            listener,
            emptyAddress: { nodeKey: testNodeKey(1), addresses: [] },
            strangerKey: testNodeKey(2),
            newAbort: () => new AbortController(),
            turn: async () => {
              await setImmediate()
              clock.advance(1)
            },
            cleanUp: () => Promise.resolve()
          })
        }
      })
      const only = suite.filter((test) => test.title === title)
      assert.deepEqual(await titlesThatFail(only), [title])
    })
  }
})
