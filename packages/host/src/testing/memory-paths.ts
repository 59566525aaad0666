/** Paths in memory: ends that find each other where each was told of the other, and both nodes can be reached. */
import type { NodeKey, PathEnd } from '@sealpost/protocol'
import type { Clock, Path, PathHandlers, PathMaker } from '../ports.ts'
import type { MemoryStream } from './memory-stream.ts'

/** How long an end takes to be made. */
const MAKE_MS = 20
/** For so long two ends look for each other. */
const FIND_MS = 8_000

/** What of a network paths need. */
export interface PathWays {
  readonly isReachable: (nodeKey: NodeKey) => boolean
  readonly connect: (
    offerer: { readonly nodeKey: NodeKey },
    answerer: { readonly nodeKey: NodeKey }
  ) => readonly [MemoryStream, MemoryStream]
}

interface End {
  readonly name: string
  readonly own: NodeKey
  /** Whom the other side must prove to be. */
  readonly expected: NodeKey
  readonly handlers: PathHandlers
  /** The other end's name. */
  remote: string | undefined
}

export class MemoryPaths {
  readonly #clock: Clock
  readonly #ways: PathWays
  readonly #ends = new Map<string, End>()
  #count = 0

  constructor(clock: Clock, ways: PathWays) {
    this.#clock = clock
    this.#ways = ways
  }

  /** Ends that were made so far. */
  get count(): number {
    return this.#count
  }

  /** The paths of one node. */
  of(own: NodeKey): PathMaker {
    return {
      offer: (nodeKey, handlers) => {
        const end = this.#make(own, nodeKey, handlers)
        return {
          take: ({ iceName }) => {
            end.remote = iceName
            this.#find(end)
          },
          ...this.#path(end)
        }
      },
      answer: (nodeKey, { iceName }, handlers) => {
        const end = this.#make(own, nodeKey, handlers)
        end.remote = iceName
        return this.#path(end)
      }
    }
  }

  #path(end: End): Path {
    return {
      drop: () => {
        this.#ends.delete(end.name)
      }
    }
  }

  #make(own: NodeKey, expected: NodeKey, handlers: PathHandlers): End {
    this.#count += 1
    const name = `end${String(this.#count)}`
    const end: End = { name, own, expected, handlers, remote: undefined }
    this.#ends.set(name, end)
    this.#clock.setTimer(MAKE_MS, () => {
      if (this.#ends.has(name)) {
        handlers.onMade(endNamed(name))
      }
    })
    return end
  }

  /** The offerer knows the answer: they find each other, or fail after a while. */
  #find(offer: End): void {
    this.#clock.setTimer(MAKE_MS, () => {
      const answer = this.#ends.get(offer.remote ?? '')
      const isReachable = this.#ways.isReachable(offer.own)
      if (!this.#ends.has(offer.name)) {
        return
      }
      if (answer?.remote !== offer.name || !isReachable || !this.#ways.isReachable(answer.own)) {
        this.#failLater(offer)
      } else if (answer.own !== offer.expected || offer.own !== answer.expected) {
        this.#fail(offer)
        this.#fail(answer)
      } else {
        this.#ends.delete(offer.name)
        this.#ends.delete(answer.name)
        const [near, far] = this.#ways.connect({ nodeKey: offer.own }, { nodeKey: answer.own })
        answer.handlers.onStream(far)
        offer.handlers.onStream(near)
      }
    })
  }

  #failLater(end: End): void {
    this.#clock.setTimer(FIND_MS, () => {
      this.#fail(end)
    })
  }

  #fail(end: End): void {
    if (this.#ends.delete(end.name)) {
      end.handlers.onFailed()
    }
  }
}

function endNamed(iceName: string): PathEnd {
  return {
    iceName,
    icePassword: 'p'.repeat(24),
    fingerprint: new Uint8Array(32),
    candidates: [{ host: '192.0.2.1', port: 7_700 }]
  }
}
