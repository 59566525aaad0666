/** What the suite of transports is played with. */
import type { NodeKey, RelayAddress, SealpostError } from '@sealpost/protocol'
import type { FrameStream, Listener, NodeAddress, Transport } from '../ports.ts'
import { ComplianceError, expect, expectSame } from './expectation.ts'

/** Turns that something may take. */
const TURNS_MAX = 20_000

/** An `AbortController`, from outside. */
export interface Abort {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

/** A connection whose bytes a test makes up: what a hostile node sends. */
export interface ByteStream {
  send(bytes: Uint8Array): void
  /** Ends the connection in good order. */
  close(): Promise<void>
}

/** One node that listens and one that can reach it, for one test. */
export interface StreamWorld {
  readonly transport: Transport
  readonly listener: Pick<Listener, 'addresses' | 'close'>
  /** Where nobody listens. */
  readonly emptyAddress: NodeAddress
  /** A node key that is valid and not the listener's. */
  readonly strangerKey: NodeKey
  /** The transport's own, where it is known. */
  readonly transportKey?: NodeKey | undefined
  /** Opens a stream to the listener without framing; what needs it is left out where there is none. */
  readonly dialBytes?: (() => Promise<ByteStream>) | undefined
  newAbort(): Abort
  /** Lets everything outside go on for a moment: a macrotask, or a millisecond. */
  turn(): Promise<void>
  cleanUp(): Promise<void>
}

/** One listener and one transport that can reach it, for one test. */
export interface TransportWorld extends StreamWorld {
  readonly listener: Listener
}

/** A stream and what it told its owner. */
export class End {
  readonly stream: FrameStream
  /** Frames as they came together. */
  readonly batches: (readonly Uint8Array[])[] = []
  readonly closes: (SealpostError | undefined)[] = []
  frameCount = 0
  byteCount = 0
  onFrames: ((frames: readonly Uint8Array[]) => void) | undefined
  #isHandling = false

  constructor(stream: FrameStream) {
    this.stream = stream
    stream.attach({
      onFrames: (frames) => {
        this.#handle(() => {
          expect(this.closes.length === 0, 'frames came after onClose')
          this.batches.push(frames)
          this.frameCount += frames.length
          this.byteCount += frames.reduce((sum, frame) => sum + frame.length, 0)
          this.onFrames?.(frames)
        })
      },
      onClose: (error) => {
        this.#handle(() => {
          this.closes.push(error)
        })
      }
    })
  }

  get frames(): readonly Uint8Array[] {
    return this.batches.flat()
  }

  #handle(act: () => void): void {
    expect(!this.#isHandling, 'a handler was called within another')
    this.#isHandling = true
    try {
      act()
    } finally {
      this.#isHandling = false
    }
  }
}

/** A world and both ends of its streams. */
export class Scene {
  readonly world: StreamWorld
  /** Ends at the listener, in the order they came. */
  readonly accepted: readonly End[]

  constructor(world: StreamWorld, accepted: readonly End[]) {
    this.world = world
    this.accepted = accepted
  }

  get address(): RelayAddress {
    const [address] = this.world.listener.addresses
    expect(address !== undefined, 'the listener has no address')
    return address
  }

  dial(address: RelayAddress = this.address): Promise<FrameStream> {
    return this.world.transport.dial(address, { signal: this.world.newAbort().signal })
  }

  async connect(): Promise<{ near: End; far: End }> {
    const count = this.accepted.length
    const near = new End(await this.dial())
    await this.until(() => this.accepted.length > count, 'the listener had no stream')
    const far = this.accepted[count]
    expect(far !== undefined, 'the listener had no stream')
    return { near, far }
  }

  async until(isSo: () => boolean, otherwise: string): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      if (isSo()) {
        return
      }
      await this.world.turn()
    }
    throw new ComplianceError(otherwise)
  }

  async untilClosed(...ends: readonly End[]): Promise<void> {
    await this.until(() => ends.every((end) => end.closes.length > 0), 'no onClose')
    await this.world.turn()
    for (const end of ends) {
      expectSame(end.closes.length, 1, 'calls of onClose')
    }
  }
}
