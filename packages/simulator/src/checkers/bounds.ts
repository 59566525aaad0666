/** What is bounded: what clients keep for others, what is under way, and how much happens. */
import { UNACKED_ENVELOPES_MAX } from '@sealpost/protocol'
import type { Ledger } from './ledger.ts'
import type { Scene } from './scene.ts'

/** Rows in a client's outbox beside its texts: words about addresses and receipts, for each contact. */
const WORDS_PER_CONTACT = 24
/** Inputs of one node in a minute of virtual time, beside those of what was written. */
const INPUTS_MAX = 2_000
/** The same for each text of the last hour, anybody's: a text is many inputs of all who have to do with it. */
const INPUTS_PER_TEXT = 120
const MINUTE_US = 60_000_000
const HOUR_US: number = 60 * MINUTE_US

export class Bounds {
  readonly #scene: Scene
  readonly #ledger: Ledger
  readonly #contactCounts: readonly number[]
  /** Inputs of each node since the minute began. */
  readonly #inputs = new Map<number, number>()
  /** When texts were written: the last hour's. */
  #writtenAtUs: number[] = []
  #minute = 0
  /** The most inputs that a node had in one minute. */
  inputsMax = 0
  /** Whether so much happens that there is no end to it. */
  isStorm = false

  constructor(scene: Scene, ledger: Ledger, contactCounts: readonly number[]) {
    this.#scene = scene
    this.#ledger = ledger
    this.#contactCounts = contactCounts
  }

  wrote(): void {
    this.#writtenAtUs.push(this.#scene.kernel.nowUs)
  }

  /** A node has an input. */
  input(node: number): void {
    const { nowUs } = this.#scene.kernel
    const minute = Math.floor(nowUs / MINUTE_US)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#inputs.clear()
      this.#writtenAtUs = this.#writtenAtUs.filter((atUs) => nowUs - atUs < HOUR_US)
    }
    const count = (this.#inputs.get(node) ?? 0) + 1
    this.#inputs.set(node, count)
    this.inputsMax = Math.max(this.inputsMax, count)
    if (count > INPUTS_MAX + INPUTS_PER_TEXT * this.#writtenAtUs.length && !this.isStorm) {
      this.isStorm = true
      const says = `node ${String(node)} has ${String(count)} inputs in a minute`
      this.#scene.breach('storm', [node], says)
    }
  }

  look(): void {
    const { world } = this.#scene
    const written = [...this.#ledger.written.values()]
    world.clients.forEach(({ disk }, client) => {
      const own = written.filter(({ from }) => from === client).length
      const contacts = this.#contactCounts[client] ?? 0
      const count = disk.all('outbox').length
      if (count > 2 * own + WORDS_PER_CONTACT * contacts) {
        const says = `client ${String(client)} has ${String(count)} rows in its outbox`
        this.#scene.breach('bounded', [this.#scene.clientNode(client)], says)
      }
    })
    world.relays.forEach(({ status }, relay) => {
      if (status !== undefined) {
        const { unackedCount, connectionCount } = status
        if (unackedCount > UNACKED_ENVELOPES_MAX * connectionCount) {
          const says = `relay ${String(relay)} delivered ${String(unackedCount)} envelopes in vain`
          this.#scene.breach('bounded', [relay], says)
        }
      }
    })
  }
}
