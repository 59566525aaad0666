/**
 * The ways to contacts' devices that are being tried: nodes that are dialled, and paths that are offered where neither side can be.
 * What fails waits longer each time.
 */
import {
  type Here,
  type LiveBody,
  type NodeKey,
  OFFERS_ADDRESS,
  type PathEnd,
  type PathWord
} from '@sealpost/protocol'
import type { PeerKernel } from '../peer/kernel.ts'
import { backoffMs } from '../time/backoff.ts'
import type { ContactDevice } from './direct-stream.ts'
import { PathOffers } from './path-offers.ts'

const REDIAL = { firstMs: 30_000, maxMs: 600_000 }
/** Nodes of which it is remembered that they failed, the last ones: a device may call its node otherwise each time. */
const FAILURES_MAX = 256

/** What the direct transport said of itself when it was opened. */
export interface OwnNode {
  readonly nodeKey: NodeKey
  /** `OFFERS_ADDRESS` is among them where it makes and takes offers of paths. */
  readonly addresses: readonly string[]
}

interface Failure {
  readonly count: number
  /** In steady time. */
  readonly dueMs: number
}

export class DirectDials {
  readonly #kernel: PeerKernel
  readonly #offers: PathOffers
  readonly #under = new Map<NodeKey, ContactDevice>()
  readonly #failures = new Map<NodeKey, Failure>()

  /** @param tellPath says a word of a path that is to be to a device */
  constructor(kernel: PeerKernel, tellPath: (device: ContactDevice, body: LiveBody) => void) {
    this.#kernel = kernel
    this.#offers = new PathOffers({
      kernel,
      say: tellPath,
      onEnded: (nodeKey, outcome) => {
        this.#under.delete(nodeKey)
        if (outcome === 'failed') {
          this.failed(nodeKey)
        }
      }
    })
  }

  /** Ways that are being tried, whoever began. */
  get count(): number {
    return this.#under.size + this.#offers.answeringCount
  }

  /** Tries to reach a device where it says that it is, unless that is under way or failed too recently. */
  try(device: ContactDevice, { nodeKey, addresses }: Here, own: OwnNode): void {
    const isDue = (this.#failures.get(nodeKey)?.dueMs ?? 0) <= this.#kernel.steadyMs
    if (this.#under.has(nodeKey) || !isDue) {
      return
    }
    const dialable = addresses.filter((address) => address !== OFFERS_ADDRESS)
    if (takesOffers(own) && takesOffers({ addresses })) {
      if (this.#offers.offer(device, nodeKey, own.nodeKey)) {
        this.#under.set(nodeKey, device)
      }
    } else if (dialable.length > 0) {
      this.#under.set(nodeKey, device)
      this.#kernel.emit({ type: 'dial-direct', nodeKey, addresses: dialable })
    }
  }

  /** There is a stream to that node. @returns whose it is, where it was tried by us, or an offer of a path led to it */
  connected(nodeKey: NodeKey, isDialled: boolean): ContactDevice | undefined {
    const agreed = this.#offers.connected(nodeKey, isDialled)
    if (!isDialled) {
      return agreed
    }
    const device = this.#under.get(nodeKey)
    this.#under.delete(nodeKey)
    return device
  }

  /** A node could not be dialled. */
  dialFailed(nodeKey: NodeKey): void {
    if (this.#under.delete(nodeKey)) {
      this.failed(nodeKey)
    }
  }

  /** A way to that node came to nothing: it is not tried again soon. */
  failed(nodeKey: NodeKey): void {
    const count = (this.#failures.get(nodeKey)?.count ?? 0) + 1
    const dueMs = this.#kernel.steadyMs + backoffMs(REDIAL, count, this.#kernel.random)
    this.#failures.delete(nodeKey)
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined && this.#failures.size >= FAILURES_MAX) {
      this.#failures.delete(oldest)
    }
    this.#failures.set(nodeKey, { count, dueMs })
  }

  /** There was a sound stream to that node: the next failure is the first again. */
  sound(nodeKey: NodeKey): void {
    this.#failures.delete(nodeKey)
  }

  // ---- offers of paths

  /** A device that may have a path offers one. @param own as it was opened */
  offered(device: ContactDevice, word: PathWord, own: OwnNode): void {
    if (takesOffers(own)) {
      this.#offers.offered(device, word, own.nodeKey)
    }
  }

  /** As `PathOffers.answered`. */
  answered(device: ContactDevice, word: PathWord): void {
    this.#offers.answered(device, word)
  }

  /** As `PathOffers.made`. */
  pathMade(attempt: number, end: PathEnd): void {
    this.#offers.made(attempt, end)
  }

  /** As `PathOffers.failed`. */
  pathFailed(attempt: number): void {
    this.#offers.failed(attempt)
  }

  /** Gives up offers to and from those who have no leave any more. What is dialled is cut once it is there. */
  review(mayReach: (device: ContactDevice) => boolean): void {
    this.#offers.review(mayReach)
  }

  /** The transport is closed, and all of its connections with it. */
  clear(): void {
    this.#offers.close()
    this.#under.clear()
    this.#failures.clear()
  }
}

function takesOffers({ addresses }: Pick<OwnNode, 'addresses'>): boolean {
  return addresses.includes(OFFERS_ADDRESS)
}
