/** A connection of a home to a relay: frames stay in order in each direction, and it may break at any of them. */
import type { ClientFrame, RelayFrame } from '@sealpost/protocol'
import type { HomeEnd, LinkEnd, RelayEnd, Timeline } from './pair-contract.ts'

export class Link implements LinkEnd {
  readonly id: number
  readonly home: HomeEnd
  readonly relay: RelayEnd
  /** Frames after which it breaks; undefined where it does not. */
  framesLeft: number | undefined
  /** Swallows everything, and neither side is told. */
  isSilent = false
  readonly #world: Timeline
  #isOver = false
  #homeAtMs = 0
  #relayAtMs = 0

  constructor(world: Timeline, id: number, home: HomeEnd, relay: RelayEnd) {
    this.#world = world
    this.id = id
    this.home = home
    this.relay = relay
  }

  get isOver(): boolean {
    return this.#isOver
  }

  toRelay(frame: ClientFrame): void {
    if (this.#passes()) {
      this.#relayAtMs = Math.max(this.#relayAtMs, this.#world.arrivalMs())
      this.#world.at(this.#relayAtMs, () => {
        if (!this.#isOver && !this.isSilent) {
          this.relay.frame(this, frame)
        }
      })
    }
  }

  toHome(frame: RelayFrame): void {
    if (this.#passes()) {
      this.#homeAtMs = Math.max(this.#homeAtMs, this.#world.arrivalMs())
      this.#world.at(this.#homeAtMs, () => {
        if (!this.#isOver && !this.isSilent) {
          this.home.relayFrame(this, frame)
        }
      })
    }
  }

  /** Whatever is on its way is lost, and each side learns of it by itself; of a silent one only who ends it. */
  end(by?: 'home' | 'relay'): void {
    if (this.#isOver || (this.isSilent && by === 'relay')) {
      return
    }
    this.#isOver = true
    if (!this.isSilent || by !== 'home') {
      this.#world.at(this.#world.arrivalMs(), () => {
        this.relay.closed(this)
      })
    }
    this.#world.at(this.#world.arrivalMs(), () => {
      this.home.relayClosed(this)
    })
  }

  #passes(): boolean {
    if (this.#isOver || this.isSilent) {
      return false
    }
    if (this.framesLeft !== undefined && --this.framesLeft < 0) {
      this.end()
      return false
    }
    return true
  }
}
