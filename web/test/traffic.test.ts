import assert from 'node:assert/strict'
import { ManualClock, MemoryNetwork, testNodeKey } from '@sealpost/host/testing'
import type { FrameStream } from '@sealpost/host'
import { Traffic } from '../src/peer/traffic.ts'

/** What a home keeps of the app's, and whether it can. */
class Keeper {
  readonly kept = new Map<string, Uint8Array>()
  readonly storage: { problem: 'SEALPOST_STORE_FULL' | undefined } = { problem: undefined }

  async notes(names: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return names.map((name) => this.kept.get(name))
  }

  async keepNote(name: string, note: Uint8Array | undefined): Promise<void> {
    this.kept.set(name, note ?? new Uint8Array())
  }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) {
    await Promise.resolve()
  }
}

describe('what passes over the network', () => {
  async function connected(): Promise<{
    readonly clock: ManualClock
    readonly traffic: Traffic
    readonly ours: FrameStream
    readonly theirs: FrameStream
  }> {
    const clock = new ManualClock()
    const network = new MemoryNetwork(clock)
    const traffic = new Traffic(clock)
    const nodeKey = testNodeKey(1)
    const address = '/ip4/127.0.0.1/tcp/7701/ws'
    const { promise, resolve } = Promise.withResolvers<FrameStream>()
    network.listen({ nodeKey, address, onStream: resolve })
    const transport = traffic.counted(network.transport({ nodeKey: testNodeKey(2) }))
    const dialling = transport.dial(
      { nodeKey, addresses: [address] },
      { signal: new AbortController().signal }
    )
    for (let turns = 0; turns < 20; turns++) {
      await Promise.resolve()
      clock.advance(10)
    }
    const [ours, theirs] = [await dialling, await promise]
    ours.attach({ onFrames: () => undefined, onClose: () => undefined })
    theirs.attach({ onFrames: () => undefined, onClose: () => undefined })
    return { clock, traffic, ours, theirs }
  }

  it('is counted in both directions, with the length that goes before a frame', async () => {
    const { clock, traffic, ours, theirs } = await connected()
    const home = new Keeper()
    traffic.begin(home)
    ours.send(new Uint8Array(100))
    theirs.send(new Uint8Array(7))
    theirs.send(new Uint8Array(1))
    await settled()
    clock.advance(100)
    await settled()
    const { now, all } = await traffic.read(home)
    assert.deepEqual([now.sentBytes, now.receivedBytes], [104, 16])
    assert.deepEqual(all, now)
  })

  it('is kept each half minute and at the end, and goes on from there', async () => {
    const { clock, traffic, ours } = await connected()
    const home = new Keeper()
    traffic.begin(home)
    ours.send(new Uint8Array(96))
    clock.advance(29_999)
    await settled()
    assert.equal(home.kept.size, 0)
    clock.advance(1)
    await settled()
    assert.equal(home.kept.size, 1)
    ours.send(new Uint8Array(96))
    await traffic.end()
    traffic.begin(home)
    ours.send(new Uint8Array(6))
    const { now, all } = await traffic.read(home)
    assert.equal(now.sentBytes, 10)
    assert.equal(all.sentBytes, 210)
    assert.ok(all.sinceMs < now.sinceMs)
  })

  it('is not written where there is no room', async () => {
    const { clock, traffic, ours } = await connected()
    const home = new Keeper()
    home.storage.problem = 'SEALPOST_STORE_FULL'
    traffic.begin(home)
    ours.send(new Uint8Array(96))
    clock.advance(120_000)
    await settled()
    assert.equal(home.kept.size, 0)
  })
})
