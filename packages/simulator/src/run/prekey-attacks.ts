/** Attacks on public addresses: who attacks whom, from when until when, and what it came to. */
import { decodeLink } from '@sealpost/core'
import type { NodeFault } from '../faults/fault-schedule.ts'
import { type AttackTally, PrekeyAttacker, type Target } from '../faults/prekey-attacker.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { exponential } from '../random/distributions.ts'
import { randomStream } from '../random/random-stream.ts'
import type { World } from '../world/world.ts'

export type PrekeyExhaustion = NodeFault & { readonly type: 'prekey-exhaustion' }

export interface PrekeyAttacksInit {
  readonly kernel: Kernel
  readonly world: World
  /** The link of a client's public address. */
  readonly addressOf: (client: number) => Uint8Array | undefined
  /** Bits of the proofs of work that relays ask for, and what one takes an attacker on average. */
  readonly workBits: number
  readonly workUs: number
  /** That of the faults. */
  readonly seed: number
}

export class PrekeyAttacks {
  readonly tally: AttackTally = { claimed: 0, prekeys: 0, stored: 0, refused: 0, workedUs: 0 }
  readonly #init: PrekeyAttacksInit
  readonly #under = new Map<PrekeyExhaustion, readonly PrekeyAttacker[]>()

  constructor(init: PrekeyAttacksInit) {
    this.#init = init
  }

  /** @param nodes of the clients that are attacked */
  begin(fault: PrekeyExhaustion, nodes: readonly number[]): void {
    const { world } = this.#init
    const targets = nodes.flatMap((node) => this.#targetOf(node - world.relays.length) ?? [])
    const attackers = Array.from({ length: fault.attackers }, (_, id) => {
      return this.#attacker(fault, id, targets)
    })
    this.#under.set(fault, attackers)
  }

  end(fault: PrekeyExhaustion): void {
    for (const attacker of this.#under.get(fault) ?? []) {
      attacker.end()
    }
  }

  #targetOf(client: number): Target | undefined {
    const { addressOf, world } = this.#init
    const bytes = addressOf(client)
    const link = bytes && decodeLink(bytes)
    return (
      link && {
        linkSecret: link.linkSecret,
        relays: link.relays.map(({ nodeKey }) => ({
          id: world.relays.findIndex(({ address }) => address.nodeKey === nodeKey),
          nodeKey
        }))
      }
    )
  }

  #attacker(
    { claimsPerMinute, knocksPerMinute }: PrekeyExhaustion,
    id: number,
    targets: readonly Target[]
  ): PrekeyAttacker {
    const { kernel, seed, workBits, workUs, world } = this.#init
    const work = randomStream(seed, 'attacker work', id)
    return new PrekeyAttacker({
      kernel,
      random: randomStream(seed, 'attacker', id),
      node: world.relays.length + world.clients.length + id,
      connect: (end, relay, onOpen) => {
        world.connect(end, relay, `attacker ${String(id)}`, onOpen)
      },
      targets,
      claimsPerMinute,
      knocksPerMinute,
      workBits,
      drawWorkUs: () => Math.round(exponential(work, workUs)),
      tally: this.tally
    })
  }
}
