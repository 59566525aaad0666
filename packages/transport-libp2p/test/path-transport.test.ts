import assert from 'node:assert/strict'
import type { DirectTransport, FrameStream, NodeAddress, OfferedPath } from '@sealpost/host'
import { transportCompliance } from '@sealpost/host/compliance'
import { OFFERS_ADDRESS, UnreachableError } from '@sealpost/protocol'
import type { NodeKey, PathEnd } from '@sealpost/protocol'
import { createPathTransport, generateNodeSeed, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { MemoryWebRtc } from './support/memory-web-rtc.ts'
import { systemClock } from './support/system-clock.ts'
import { End, turn, until as untilSo } from './support/world.ts'

function until(isSo: () => boolean): Promise<void> {
  return untilSo(isSo, isSo.toString())
}

/** Two that offer each other paths, and what was told of each. */
class Two implements AsyncDisposable {
  readonly webRtc = new MemoryWebRtc()
  readonly alice: DirectTransport
  readonly bob: DirectTransport
  readonly failed: string[] = []

  private constructor(webRtc: MemoryWebRtc, alice: DirectTransport, bob: DirectTransport) {
    this.webRtc = webRtc
    this.alice = alice
    this.bob = bob
  }

  static async create(): Promise<Two> {
    const webRtc = new MemoryWebRtc()
    const open = async (): Promise<DirectTransport> =>
      createPathTransport({ clock: systemClock, webRtc })
    return new Two(webRtc, await open(), await open())
  }

  /** Alice offers bob a path. @param onFar gets his end of it */
  offer(
    onFar: (stream: FrameStream) => void,
    told: {
      readonly nodeKey?: NodeKey
      readonly from?: NodeKey
      readonly onNear?: (stream: FrameStream) => void
      readonly onFailed?: () => void
    } = {}
  ): OfferedPath {
    const answer = (offered: PathEnd): void => {
      this.bob.paths?.answer(told.from ?? this.alice.nodeKey, offered, {
        onMade: (end) => {
          path?.take(end)
        },
        onStream: onFar,
        onFailed: () => this.failed.push('bob')
      })
    }
    const path = this.alice.paths?.offer(told.nodeKey ?? this.bob.nodeKey, {
      onMade: answer,
      onStream: told.onNear ?? (() => undefined),
      onFailed: () => {
        this.failed.push('alice')
        told.onFailed?.()
      }
    })
    assert.ok(path !== undefined)
    return path
  }

  async connect(): Promise<{ readonly near: End; readonly far: End }> {
    const ends: { near?: End; far?: End } = {}
    this.offer(
      (stream) => {
        ends.far = new End(stream)
      },
      {
        onNear: (stream) => {
          ends.near = new End(stream)
        }
      }
    )
    await until(() => ends.near !== undefined && ends.far !== undefined)
    const { near, far } = ends
    assert.ok(near !== undefined && far !== undefined)
    return { near, far }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.alice.close(), this.bob.close()])
  }
}

/** Dials by an offer and its answer. */
async function dial(
  two: Two,
  { addresses, nodeKey }: NodeAddress,
  signal: AbortSignal,
  onFar: (stream: FrameStream) => void
): Promise<FrameStream> {
  signal.throwIfAborted()
  if (!addresses.includes(OFFERS_ADDRESS)) {
    throw new UnreachableError('SEALPOST_DIAL_FAILED')
  }
  return new Promise((resolve, reject) => {
    const path = two.offer(onFar, {
      nodeKey,
      onNear: resolve,
      onFailed: () => {
        reject(new UnreachableError('SEALPOST_DIAL_FAILED'))
      }
    })
    signal.addEventListener('abort', () => {
      path.drop()
      reject(signal.reason as Error)
    })
  })
}

describe('The transport of paths', () => {
  describe('keeps the contract of transports', () => {
    const suite = transportCompliance({
      hasBytes: false,
      prepare: async (onStream) => {
        const two = await Two.create()
        const strangerKey = await nodeKeyOfSeed(generateNodeSeed())
        let isAccepting = true
        return {
          transport: {
            dial: async (address, { signal }) => {
              if (!isAccepting) {
                throw new UnreachableError('SEALPOST_DIAL_FAILED')
              }
              return dial(two, address, signal, onStream)
            },
            close: async () => {
              isAccepting = false
              await two.alice.close()
            }
          },
          listener: {
            addresses: [{ nodeKey: two.bob.nodeKey, addresses: [OFFERS_ADDRESS] }],
            stopAccepting: async () => {
              isAccepting = false
              await turn()
            },
            close: async () => {
              isAccepting = false
              await two.bob.close()
            }
          },
          transportKey: two.alice.nodeKey,
          strangerKey,
          emptyAddress: { nodeKey: strangerKey, addresses: [] },
          newAbort: () => new AbortController(),
          turn,
          cleanUp: async () => two[Symbol.asyncDispose]()
        }
      }
    })
    for (const test of suite) {
      it(test.title, test.run)
    }
  })

  it('takes offers, and nothing else: it dials nobody', async () => {
    await using two = await Two.create()
    assert.deepEqual(two.alice.addresses, [OFFERS_ADDRESS])
    assert.notEqual(two.alice.nodeKey, two.bob.nodeKey)
    const address = { nodeKey: two.bob.nodeKey, addresses: ['/ip4/127.0.0.1/tcp/9/ws'] }
    await assert.rejects(two.alice.dial(address, new AbortController()), {
      code: 'SEALPOST_DIAL_FAILED'
    })
  })

  it('fails where the other side is not whom it was offered to, or answers another', async () => {
    const strangerKey = await nodeKeyOfSeed(generateNodeSeed())
    for (const told of [{ nodeKey: strangerKey }, { from: strangerKey }]) {
      await using two = await Two.create()
      const never = (): void => {
        assert.fail('there is a stream')
      }
      two.offer(never, { ...told, onNear: never })
      await until(() => two.failed.length === 2)
      assert.deepEqual(two.failed.toSorted(), ['alice', 'bob'])
      assert.equal(two.webRtc.made.size, 0, 'no connection is left')
    }
  })

  it('sends in messages of 16 KiB at most, and holds back what a channel cannot take', async () => {
    await using two = await Two.create()
    const { near, far } = await two.connect()
    const [channel] = [...two.webRtc.made.values()].map((made) => made.channel)
    for (let count = 0; count < 40; count++) {
      near.stream.send(new Uint8Array(200_000))
    }
    await until(() => far.frames.length === 40)
    assert.ok(channel !== undefined && channel.waitedMax > 64 * 1024)
    assert.ok(channel.waitedMax <= 256 * 1024 + 16 * 1024, String(channel.waitedMax))
  })

  it('ends the connection with its stream', async () => {
    await using two = await Two.create()
    const { near, far } = await two.connect()
    await near.stream.close()
    await until(() => far.closes.length === 1)
    await until(() => two.webRtc.made.size === 0)
    assert.deepEqual(two.failed, [])
  })

  it('ends streams whose connection is gone, and what was not a stream yet', async () => {
    await using two = await Two.create()
    const { near, far } = await two.connect()
    two.offer(() => undefined)
    two.webRtc.fail()
    await until(() => near.closes.length === 1 && far.closes.length === 1)
    assert.equal(near.closes[0]?.code, 'SEALPOST_CONNECTION_CLOSED')
    assert.deepEqual(two.failed, ['alice'])
  })

  it('ends a connection on which something else than bytes comes', async () => {
    await using two = await Two.create()
    const { near, far } = await two.connect()
    const [made] = two.webRtc.made.values()
    made?.channel.tell('text')
    await until(() => near.closes.length === 1 && far.closes.length === 1)
  })

  it('that is dropped tells nothing more', async () => {
    await using two = await Two.create()
    const path = two.offer(() => {
      assert.fail('there is a stream')
    })
    path.drop()
    await turn()
    await turn()
    assert.deepEqual(two.failed, [])
    assert.equal(two.webRtc.made.size, 0)
  })
})
