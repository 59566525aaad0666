/** What a client has of direct paths: where it listens, its streams by the machine's numbers, its ends of paths that are offered. */
import type { PeerAppEffect, Random } from '@sealpost/core'
import { type DirectFrame, type NodeKey, nodeKeys, type PathEnd } from '@sealpost/protocol'
import type { DirectConnection, DirectEnd } from './direct-connection.ts'

type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>

/** What the machine asks for of direct paths. */
export type DirectAsk = Effect<
  | 'open-direct'
  | 'close-direct'
  | 'dial-direct'
  | 'offer-path'
  | 'answer-path'
  | 'take-answer'
  | 'drop-path'
  | 'cut-direct'
  | 'direct-frame'
>

const ASKS: Readonly<Record<DirectAsk['type'], true>> = {
  'open-direct': true,
  'close-direct': true,
  'dial-direct': true,
  'offer-path': true,
  'answer-path': true,
  'take-answer': true,
  'drop-path': true,
  'cut-direct': true,
  'direct-frame': true
}

export function isDirectAsk(effect: { readonly type: string }): effect is DirectAsk {
  return Object.hasOwn(ASKS, effect.type)
}

/** How clients come to streams with each other. */
export interface DirectDialler {
  /** From now on it can be found. @returns where it says that it is */
  listen(end: DirectEnd): readonly string[]
  leave(end: DirectEnd): void
  /** Answers by `connected` or `dialFailed`, never within the call. */
  dial(from: DirectEnd, nodeKey: NodeKey): void
  /** The node answered an offer. Both try, and hear by `connected` or `pathFailed`, never within the call. */
  punch(from: DirectEnd, nodeKey: NodeKey): void
}

export interface ClientDirectInit {
  readonly node: number
  readonly dialler: DirectDialler
  /** Draws its node keys. */
  readonly random: Random
  /** As `SimulatedDriver.shakeHands`. */
  readonly shakeHands: () => number
  readonly give: (input: DirectGiven) => void
  readonly onFrame: (stream: number, frame: DirectFrame) => void
}

/** What the machine is told, without the time. */
export type DirectGiven =
  | {
      readonly type: 'direct-opened'
      readonly nodeKey: NodeKey
      readonly addresses: readonly string[]
    }
  | {
      readonly type: 'direct-connected'
      readonly stream: number
      readonly nodeKey: NodeKey
      readonly isDialled: boolean
    }
  | { readonly type: 'direct-failed'; readonly nodeKey: NodeKey }
  | { readonly type: 'direct-closed'; readonly stream: number }
  | { readonly type: 'path-made'; readonly attempt: number; readonly end: PathEnd }
  | { readonly type: 'path-failed'; readonly attempt: number }

/** As long as those of browsers, and all alike: who finds whom is not told by them. */
const PATH_END: PathEnd = {
  iceName: 'sealpost',
  icePassword: 'sealpostsealpostsealpost',
  fingerprint: new Uint8Array(32),
  candidates: [
    { host: '198.51.100.17', port: 50_000 },
    { host: '203.0.113.17', port: 50_001 }
  ]
}

export class ClientDirect {
  readonly #init: ClientDirectInit
  readonly #streams = new Map<number, DirectConnection>()
  readonly #numbers = new Map<DirectConnection, number>()
  /** The other side of each path that is offered or answered. */
  readonly #attempts = new Map<number, NodeKey>()
  #end: DirectEnd | undefined
  #streamCount = 0

  constructor(init: ClientDirectInit) {
    this.#init = init
  }

  perform(effect: DirectAsk): void {
    const { dialler } = this.#init
    const end = this.#end
    if (effect.type === 'open-direct') {
      this.#open()
    } else if (effect.type === 'close-direct') {
      this.close()
    } else if (end !== undefined) {
      switch (effect.type) {
        case 'dial-direct':
          dialler.dial(end, effect.nodeKey)
          return
        case 'cut-direct':
          this.#forget(effect.stream)?.end(end)
          return
        case 'direct-frame':
          this.send(effect.stream, effect.frame)
          return
        default:
          this.#path(end, effect)
      }
    }
  }

  #path(
    end: DirectEnd,
    effect: Effect<'offer-path' | 'answer-path' | 'take-answer' | 'drop-path'>
  ): void {
    const { dialler, give } = this.#init
    const { attempt } = effect
    switch (effect.type) {
      case 'offer-path':
      case 'answer-path':
        this.#attempts.set(attempt, effect.nodeKey)
        give({ type: 'path-made', attempt, end: PATH_END })
        return
      case 'take-answer': {
        const nodeKey = this.#attempts.get(attempt)
        if (nodeKey !== undefined) {
          dialler.punch(end, nodeKey)
        }
        return
      }
      case 'drop-path':
        this.#attempts.delete(attempt)
    }
  }

  send(stream: number, frame: DirectFrame): void {
    if (this.#end !== undefined) {
      this.#streams.get(stream)?.send(this.#end, frame)
    }
  }

  /** Nobody finds it any more, and every stream ends, without a word to the machine. */
  close(): void {
    const { dialler } = this.#init
    const end = this.#end
    if (end === undefined) {
      return
    }
    this.#end = undefined
    dialler.leave(end)
    const connections = [...this.#streams.values()]
    this.#streams.clear()
    this.#numbers.clear()
    this.#attempts.clear()
    for (const connection of connections) {
      connection.end(end)
    }
  }

  #open(): void {
    const { dialler, give, random } = this.#init
    this.close()
    const nodeKey = nodeKeys.fromBytes(random.bytes(nodeKeys.byteLength))
    const end = this.#makeEnd(nodeKey)
    this.#end = end
    give({ type: 'direct-opened', nodeKey, addresses: dialler.listen(end) })
  }

  #makeEnd(nodeKey: NodeKey): DirectEnd {
    const { give, node, onFrame, shakeHands } = this.#init
    const end: DirectEnd = {
      node,
      nodeKey,
      shakeHands,
      connected: (connection, remoteKey, isDialled) => {
        if (this.#end !== end) {
          connection.end(end)
          return
        }
        this.#attempts.delete(this.#attemptWith(remoteKey) ?? 0)
        const stream = ++this.#streamCount
        this.#streams.set(stream, connection)
        this.#numbers.set(connection, stream)
        give({ type: 'direct-connected', stream, nodeKey: remoteKey, isDialled })
      },
      frame: (connection, frame) => {
        const stream = this.#numbers.get(connection)
        if (stream !== undefined) {
          onFrame(stream, frame)
        }
      },
      closed: (connection) => {
        const stream = this.#numbers.get(connection)
        if (stream !== undefined) {
          this.#forget(stream)
          give({ type: 'direct-closed', stream })
        }
      },
      dialFailed: (remoteKey) => {
        if (this.#end === end) {
          give({ type: 'direct-failed', nodeKey: remoteKey })
        }
      },
      hasAttempt: (remoteKey) => this.#end === end && this.#attemptWith(remoteKey) !== undefined,
      pathFailed: (remoteKey) => {
        const attempt = this.#end === end ? this.#attemptWith(remoteKey) : undefined
        if (attempt !== undefined) {
          this.#attempts.delete(attempt)
          give({ type: 'path-failed', attempt })
        }
      }
    }
    return end
  }

  #attemptWith(nodeKey: NodeKey): number | undefined {
    for (const [attempt, remoteKey] of this.#attempts) {
      if (remoteKey === nodeKey) {
        return attempt
      }
    }
    return undefined
  }

  #forget(stream: number): DirectConnection | undefined {
    const connection = this.#streams.get(stream)
    if (connection !== undefined) {
      this.#streams.delete(stream)
      this.#numbers.delete(connection)
    }
    return connection
  }
}
