/** Direct streams between homes: there or not, in order, and lost at any moment. */
import type { DirectFrame, NodeKey } from '@sealpost/protocol'
import type { Everybody, HomeEnd, Timeline } from './pair-contract.ts'

interface Side {
  readonly home: HomeEnd
  readonly stream: number
  readonly epoch: number
  readonly nodeKey: NodeKey
  atMs: number
}

export class DirectNetwork {
  /** Whether anybody can reach anybody. */
  isUp = false
  readonly #world: Timeline & Everybody
  /** Both sides of each stream that is there. */
  #streams: (readonly [Side, Side])[] = []
  #nextStream = 1

  constructor(world: Timeline & Everybody) {
    this.#world = world
  }

  dial(from: HomeEnd, nodeKey: NodeKey): void {
    const to = this.#world.homes.find((home) => home.directKey === nodeKey)
    const { epoch } = from
    this.#world.at(this.#world.arrivalMs(), () => {
      if (from.epoch !== epoch) {
        return
      }
      const ownKey = from.directKey
      if (!this.isUp || to?.directKey !== nodeKey || ownKey === undefined) {
        from.give({ type: 'direct-failed', nodeKey })
        return
      }
      const side = (home: HomeEnd, key: NodeKey): Side => {
        const stream = this.#nextStream++
        return { home, stream, epoch: home.epoch, nodeKey: key, atMs: 0 }
      }
      const [dialler, listener] = [side(from, nodeKey), side(to, ownKey)]
      this.#streams.push([dialler, listener])
      this.#tell(dialler, {
        type: 'direct-connected',
        stream: dialler.stream,
        nodeKey,
        isDialled: true
      })
      this.#tell(listener, {
        type: 'direct-connected',
        stream: listener.stream,
        nodeKey: ownKey,
        isDialled: false
      })
    })
  }

  send(from: HomeEnd, stream: number, frame: DirectFrame): void {
    const other = this.#other(from, stream)
    if (other === undefined) {
      return
    }
    other.atMs = Math.max(other.atMs, this.#world.arrivalMs())
    this.#world.at(other.atMs, () => {
      if (this.#other(other.home, other.stream) !== undefined && this.#isThere(other)) {
        other.home.directFrame(other.stream, frame)
      }
    })
  }

  /** A side ends a stream, and knows it. */
  cut(from: HomeEnd, stream: number): void {
    const other = this.#other(from, stream)
    this.#streams = this.#streams.filter((sides) =>
      sides.every((side) => side.home !== from || side.stream !== stream)
    )
    if (other !== undefined) {
      this.#tell(other, { type: 'direct-closed', stream: other.stream })
    }
  }

  /** A home is gone, or does not listen any more. */
  leave(home: HomeEnd): void {
    for (const [one, other] of this.#streams) {
      const own = one.home === home ? one : other
      if (own.home === home) {
        this.cut(home, own.stream)
      }
    }
  }

  /** All streams end. */
  drop(): void {
    const streams = this.#streams
    this.#streams = []
    for (const side of streams.flat()) {
      this.#tell(side, { type: 'direct-closed', stream: side.stream })
    }
  }

  #isThere({ home, epoch }: Side): boolean {
    return home.epoch === epoch
  }

  #other(home: HomeEnd, stream: number): Side | undefined {
    for (const [one, other] of this.#streams) {
      if (one.home === home && one.stream === stream) {
        return other
      }
      if (other.home === home && other.stream === stream) {
        return one
      }
    }
    return undefined
  }

  #tell(side: Side, input: Parameters<HomeEnd['give']>[0]): void {
    side.atMs = Math.max(side.atMs, this.#world.arrivalMs())
    this.#world.at(side.atMs, () => {
      if (this.#isThere(side)) {
        side.home.give(input)
      }
    })
  }
}
