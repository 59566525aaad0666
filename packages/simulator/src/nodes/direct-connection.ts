/** A stream between two clients: as one to a relay, but that both sides say the same frames. */
import type { DirectFrame, NodeKey } from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { LOST_US, type Paths } from './connection.ts'
import type { FrameCarrier } from './frame-carrier.ts'

/** One side, which is told what happens. */
export interface DirectEnd {
  readonly node: number
  /** By which the other side knows it: its own each time that it listens. */
  readonly nodeKey: NodeKey
  /** Its processor does its part of a handshake. @returns when that is done */
  shakeHands(): number
  connected(connection: DirectConnection, nodeKey: NodeKey, isDialled: boolean): void
  frame(connection: DirectConnection, frame: DirectFrame): void
  closed(connection: DirectConnection): void
  dialFailed(nodeKey: NodeKey): void
  /** Whether it offered that node a path, or answered its offer, and did not give it up. */
  hasAttempt(nodeKey: NodeKey): boolean
  pathFailed(nodeKey: NodeKey): void
}

export interface DirectConnectionInit {
  readonly kernel: Kernel
  readonly paths: Paths
  readonly carrier: FrameCarrier
  readonly dialler: DirectEnd
  readonly listener: DirectEnd
}

export class DirectConnection {
  readonly #init: DirectConnectionInit
  #isOver = false
  /** When the last that was sent to each side is there: none overtakes another. */
  #atDiallerUs = 0
  #atListenerUs = 0

  constructor(init: DirectConnectionInit) {
    this.#init = init
  }

  send(from: DirectEnd, frame: DirectFrame): void {
    const { carrier, kernel, paths } = this.#init
    if (this.#isOver) {
      return
    }
    const to = this.#other(from)
    const carried = carrier.fromPeer(frame)
    const arrivalUs = paths.arrivalUs(from.node, to.node, carried.bytes)
    if (arrivalUs === undefined) {
      this.#lose()
      return
    }
    kernel.note(carried.bytes)
    kernel.at(this.#behind(to, arrivalUs), EVENTS.direct, to.node, () => {
      if (!this.#isOver) {
        to.frame(this, carried.open())
      }
    })
  }

  /** @param by who ends it, and need not be told. */
  end(by: DirectEnd): void {
    const { kernel, paths } = this.#init
    if (this.#isOver) {
      return
    }
    this.#isOver = true
    const to = this.#other(by)
    const wordUs = paths.arrivalUs(by.node, to.node, 0) ?? kernel.nowUs + LOST_US
    kernel.at(this.#behind(to, wordUs), EVENTS.closed, to.node, () => {
      to.closed(this)
    })
  }

  #lose(): void {
    const { dialler, kernel, listener } = this.#init
    this.#isOver = true
    kernel.at(kernel.nowUs + LOST_US, EVENTS.closed, dialler.node, () => {
      dialler.closed(this)
      listener.closed(this)
    })
  }

  #other(side: DirectEnd): DirectEnd {
    const { dialler, listener } = this.#init
    return side === dialler ? listener : dialler
  }

  /** No sooner than what was sent there before. */
  #behind(to: DirectEnd, arrivalUs: number): number {
    if (to === this.#init.dialler) {
      this.#atDiallerUs = Math.max(this.#atDiallerUs, arrivalUs)
      return this.#atDiallerUs
    }
    this.#atListenerUs = Math.max(this.#atListenerUs, arrivalUs)
    return this.#atListenerUs
  }
}
