/** What every `DirectTransport` must keep, and the streams between two of them. */
import type { NodeKey } from '@sealpost/protocol'
import type { DirectTransport, FrameStream, NodeAddress } from '../ports.ts'
import { type ComplianceTest, expect, expectFailure, expectSame } from './expectation.ts'
import { numbered, streamChecks } from './stream-checks.ts'
import { type Abort, type ByteStream, End, Scene } from './transport-scene.ts'

/** Direct transports that can reach each other, for one test. */
export interface DirectWorld {
  /** Opens one that listens, or one that only dials. */
  readonly open: (
    onStream: (stream: FrameStream) => void,
    options: { readonly isListening: boolean }
  ) => Promise<DirectTransport>
  /** Connections that each of them takes from all others together. */
  readonly connectionsMax: number
  /** Where nobody listens. */
  readonly emptyAddress: NodeAddress
  /** A node key that is valid and nobody's here. */
  readonly strangerKey: NodeKey
  /** Opens a direct stream without framing; what needs it is left out where there is none. */
  readonly dialBytes?: ((address: NodeAddress) => Promise<ByteStream>) | undefined
  newAbort(): Abort
  /** Lets everything outside go on for a moment: a macrotask, or a millisecond. */
  turn(): Promise<void>
  /** Ends everything that was opened. */
  cleanUp(): Promise<void>
}

/** What the suite needs of an adapter. */
export interface DirectComplianceOptions {
  readonly prepare: () => Promise<DirectWorld>
  /** Whether worlds have `dialBytes`. */
  readonly hasBytes: boolean
}

/** Alice dials and bob is dialled; both listen. */
class DirectScene extends Scene {
  readonly directWorld: DirectWorld
  readonly alice: DirectTransport
  readonly bob: DirectTransport
  /** Ends at alice, in the order they came. */
  readonly acceptedByAlice: readonly End[]

  private constructor(
    world: DirectWorld,
    nodes: readonly [alice: DirectTransport, bob: DirectTransport],
    accepted: readonly [alice: readonly End[], bob: readonly End[]]
  ) {
    const [alice, bob] = nodes
    const { dialBytes } = world
    super(
      {
        ...world,
        transport: alice,
        transportKey: alice.nodeKey,
        listener: { addresses: [addressOf(bob)], close: () => bob.close() },
        dialBytes: dialBytes === undefined ? undefined : () => dialBytes(addressOf(bob)),
        newAbort: () => world.newAbort(),
        turn: () => world.turn(),
        cleanUp: () => world.cleanUp()
      },
      accepted[1]
    )
    this.directWorld = world
    this.alice = alice
    this.bob = bob
    this.acceptedByAlice = accepted[0]
  }

  static async create(world: DirectWorld): Promise<DirectScene> {
    const accepted = [[], []] as readonly [End[], End[]]
    const open = (ends: End[]): Promise<DirectTransport> =>
      world.open(
        (stream) => {
          ends.push(new End(stream))
        },
        { isListening: true }
      )
    const nodes = [await open(accepted[0]), await open(accepted[1])] as const
    return new DirectScene(world, nodes, accepted)
  }

  /** One that only dials. */
  openQuiet(): Promise<DirectTransport> {
    return this.directWorld.open(
      () => {
        expect(false, 'a stream came to one that does not listen')
      },
      { isListening: false }
    )
  }
}

function addressOf(node: DirectTransport): NodeAddress {
  return { nodeKey: node.nodeKey, addresses: node.addresses }
}

type Check = (scene: DirectScene) => Promise<void>

const DIRECT: Readonly<Record<string, Check>> = {
  async 'has another node key each time it is opened'(scene) {
    const keys = [scene.alice, scene.bob, await scene.openQuiet()].map(({ nodeKey }) => nodeKey)
    expectSame(new Set(keys).size, 3, 'different keys')
  },

  async 'is dialled and dials, at the same time too'(scene) {
    const signal = scene.world.newAbort().signal
    const [fromAlice, fromBob] = await Promise.all([
      scene.alice.dial(addressOf(scene.bob), { signal }),
      scene.bob.dial(addressOf(scene.alice), { signal })
    ])
    const ends = [new End(fromAlice), new End(fromBob)] as const
    expectSame(fromAlice.remoteKey, scene.bob.nodeKey, 'whom alice reached')
    expectSame(fromBob.remoteKey, scene.alice.nodeKey, 'whom bob reached')
    const hasBoth = (): boolean => scene.accepted.length + scene.acceptedByAlice.length === 2
    await scene.until(hasBoth, 'a stream did not come in')
    ends[0].stream.send(numbered(1, 10))
    ends[1].stream.send(numbered(2, 10))
    const [atBob] = scene.accepted
    const [atAlice] = scene.acceptedByAlice
    await scene.until(() => atBob?.frameCount === 1 && atAlice?.frameCount === 1, 'no frames')
    expectSame(atBob?.frames, [numbered(1, 10)], 'frames at bob')
    expectSame(atAlice?.frames, [numbered(2, 10)], 'frames at alice')
    expectSame(atBob?.stream.remoteKey, scene.alice.nodeKey, 'who bob thinks it is')
    expectSame(atAlice?.stream.remoteKey, scene.bob.nodeKey, 'who alice thinks it is')
  },

  async 'dials without listening, and has no address then'(scene) {
    const quiet = await scene.openQuiet()
    expectSame(quiet.addresses, [], 'addresses')
    const end = new End(
      await quiet.dial(addressOf(scene.bob), { signal: scene.world.newAbort().signal })
    )
    await scene.until(() => scene.accepted.length === 1, 'the stream did not come in')
    scene.accepted[0]?.stream.send(numbered(1, 10))
    await scene.until(() => end.frameCount === 1, 'the frame is missing')
  },

  async 'takes so many connections and no more, until one of them ends'(scene) {
    const { connectionsMax } = scene.directWorld
    const ends: { readonly near: End; readonly far: End }[] = []
    for (let count = 0; count < connectionsMax; count++) {
      ends.push(await scene.connect())
    }
    await expectFailure(scene.dial(), 'SEALPOST_DIAL_FAILED')
    const [first, second] = ends
    expect(first !== undefined && second !== undefined, 'too few connections to try')
    second.near.stream.send(numbered(1, 10))
    await scene.until(() => second.far.frameCount === 1, 'a connection suffered from the refusal')
    await first.near.stream.close()
    await scene.untilClosed(first.near, first.far)
    let isTaken = false
    for (let tries = 0; tries < 100 && !isTaken; tries++) {
      await scene.world.turn()
      isTaken = await scene.dial().then(
        () => true,
        () => false
      )
    }
    expect(isTaken, 'nothing is taken although there is room again')
  },

  async 'ends what it dialled and what came in when it closes'(scene) {
    const { near, far } = await scene.connect()
    const signal = scene.world.newAbort().signal
    const back = new End(await scene.bob.dial(addressOf(scene.alice), { signal }))
    await scene.until(() => scene.acceptedByAlice.length === 1, 'the stream did not come in')
    const [atAlice] = scene.acceptedByAlice
    expect(atAlice !== undefined, 'the stream did not come in')
    await scene.alice.close()
    await scene.untilClosed(near, far, back, atAlice)
    await expectFailure(scene.dial(), 'SEALPOST_DIAL_FAILED')
    await expectFailure(scene.bob.dial(addressOf(scene.alice), { signal }), 'SEALPOST_DIAL_FAILED')
  }
}

/** The suite, for an adapter's tests to register. */
export function directCompliance(options: DirectComplianceOptions): readonly ComplianceTest[] {
  const { hasBytes, prepare } = options
  const checks: Readonly<Record<string, Check>> = { ...streamChecks(hasBytes), ...DIRECT }
  return Object.entries(checks).map(([title, check]) => ({
    title,
    async run() {
      const world = await prepare()
      try {
        await check(await DirectScene.create(world))
      } finally {
        await world.cleanUp()
      }
    }
  }))
}
