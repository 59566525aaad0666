/**
 * One deposit seed of ours that a contact has: at which relays its mailboxes are, and for how long they are served.
 *
 * ```
 *   present --another takes its place, the contact knows it--> served --the contact has the other, and 8 weeks--> retired
 *      |   \--a device that the contact removed knows it--> leaked ------the contact has the other--------------> retired
 *      |    \--nobody was ever told of it-----------------------------------------------------------------------> retired
 *      +--nobody may deposit any more--> doomed
 *   retired --emptied, destroyed at every relay--> gone          doomed --destroyed at every relay--> gone
 * ```
 */
import { create, toBinary } from '@bufbuild/protobuf'
import { type ContactId, EPOCH_MS, type NodeKey, type RelayAddress } from '@sealpost/protocol'
import {
  OldSeedState,
  type OwnAddressRow,
  OwnAddressRowSchema,
  ServedRelaySchema
} from '@sealpost/protocol/home'
import { relayOfRow, relayRow } from '../peer/account.ts'
import { type Random, randomBelow } from '../random.ts'
import { epochAt, SeedChain } from './seeds.ts'

export type SeedState = 'present' | 'served' | 'leaked' | 'retired' | 'doomed'

const STATES: Readonly<Record<SeedState, OldSeedState>> = {
  present: OldSeedState.UNSPECIFIED,
  served: OldSeedState.SERVED,
  leaked: OldSeedState.LEAKED,
  retired: OldSeedState.RETIRED,
  doomed: OldSeedState.DOOMED
}

/** Epochs noted for one relay; honest clocks need four, one lie about the time 30 more. Beyond it the first are forgotten. */
const NOTED_EPOCHS_MAX = 128

export interface ServedRelay {
  readonly relay: RelayAddress
  /** Mailboxes of earlier epochs are destroyed there. */
  fromEpoch: number
  /** Epochs whose mailboxes are, or were, in memory. */
  readonly filled: Set<number>
  /** Epochs whose mailboxes may be there, as the row names them: after a restart the clock alone would not lead to them. */
  readonly noted: Set<number>
}

/** What a seed is made of. */
interface SeedParts {
  readonly contactId: ContactId
  readonly firstVersion: number
  readonly chain: SeedChain
  readonly phaseMs: number
  readonly madeAtMs: number
}

/** The key of an older seed's row, and its name in memory from the beginning. */
function seedId(contactId: ContactId, firstVersion: number): string {
  return `${contactId}.${firstVersion.toString(16).padStart(8, '0')}`
}

interface Beginning {
  readonly contactId: ContactId
  readonly version: number
  /** In network time. */
  readonly madeAtMs: number
}

/** Mailboxes of this many epochs back are kept although they are empty. */
export const EPOCHS_KEPT = 1

export class OwnSeed {
  readonly id: string
  readonly contactId: ContactId
  /** The first version of the address that names it. */
  readonly firstVersion: number
  readonly chain: SeedChain
  readonly phaseMs: number
  /** In network time. */
  readonly madeAtMs: number
  relays: readonly ServedRelay[]
  state: SeedState = 'present'
  /** The last version that named it, once another has taken its place. */
  lastVersion = 0
  /** When it is served no longer; 0 while that is not known. */
  servedUntilMs = 0
  /** Whether somebody may have it who was told of it in no message. */
  isGiven = false
  /** Whether epochs were noted that its row does not name. */
  isUnsaved = false
  /** The epoch around which all mailboxes are in memory, and how far back from it. */
  #filledEpoch = -1
  #filledBack = -1

  private constructor(parts: SeedParts, relays: readonly ServedRelay[]) {
    this.id = seedId(parts.contactId, parts.firstVersion)
    this.contactId = parts.contactId
    this.firstVersion = parts.firstVersion
    this.chain = parts.chain
    this.phaseMs = parts.phaseMs
    this.madeAtMs = parts.madeAtMs
    this.relays = relays
  }

  static make(parts: SeedParts, relays: readonly RelayAddress[]): OwnSeed {
    const fromEpoch = parts.chain.firstEpoch
    return new OwnSeed(
      parts,
      relays.map((relay) => ({ relay, fromEpoch, filled: new Set(), noted: new Set() }))
    )
  }

  /** One that begins with the epoch before the present, so that contacts whose clocks are behind find a mailbox. */
  static begin(
    random: Random,
    { contactId, version, madeAtMs }: Beginning,
    relays: readonly RelayAddress[]
  ): OwnSeed {
    const phaseMs = randomBelow(random, EPOCH_MS)
    const firstEpoch = Math.max(0, epochAt(madeAtMs, phaseMs) - EPOCHS_KEPT)
    const chain = new SeedChain(random.bytes(32), firstEpoch)
    return OwnSeed.make({ contactId, firstVersion: version, chain, phaseMs, madeAtMs }, relays)
  }

  static restore(contactId: ContactId, row: OwnAddressRow): OwnSeed {
    const { phaseMs, madeAtMs, firstVersion } = row
    const chain = new SeedChain(row.seed, row.seedEpoch)
    const relays = row.relays.map(({ relay, fromEpoch, epochs }) => {
      const [filled, noted] = [new Set<number>(), new Set(epochs)]
      return { relay: relayOfRow(relay), fromEpoch, filled, noted }
    })
    const seed = new OwnSeed({ contactId, firstVersion, chain, phaseMs, madeAtMs }, relays)
    const state = (Object.keys(STATES) as SeedState[]).find((name) => STATES[name] === row.oldState)
    seed.state = state ?? 'present'
    seed.lastVersion = row.version
    seed.servedUntilMs = row.servedUntilMs
    seed.isGiven = row.isGiven
    return seed
  }

  /** Its row, which for the present seed is that of the address. */
  row(): OwnAddressRow {
    return create(OwnAddressRowSchema, {
      version: this.lastVersion,
      seed: this.chain.at(this.chain.firstEpoch)?.slice() ?? new Uint8Array(0),
      seedEpoch: this.chain.firstEpoch,
      phaseMs: this.phaseMs,
      relays: this.relays.map(({ relay, fromEpoch, noted }) => {
        const epochs = [...noted].filter((epoch) => epoch >= fromEpoch)
        return create(ServedRelaySchema, { relay: relayRow(relay), fromEpoch, epochs })
      }),
      firstVersion: this.firstVersion,
      madeAtMs: this.madeAtMs,
      oldState: STATES[this.state],
      servedUntilMs: this.servedUntilMs,
      isGiven: this.isGiven
    })
  }

  /** The row of an older seed. */
  encode(): Uint8Array {
    return toBinary(OwnAddressRowSchema, this.row())
  }

  /** Whether its mailboxes only wait to be destroyed. */
  get isEnding(): boolean {
    return this.state === 'retired' || this.state === 'doomed'
  }

  /** The present epoch; whom a corrected clock leaves without its seed begins with the oldest that is there. */
  epoch(networkTimeMs: number): number {
    return Math.max(this.chain.firstEpoch, epochAt(networkTimeMs, this.phaseMs))
  }

  at(relay: NodeKey): ServedRelay | undefined {
    return this.relays.find((served) => served.relay.nodeKey === relay)
  }

  /** Epochs from `first` to `last`, and others that are noted, whose mailboxes are not in memory. */
  lacking({ filled, fromEpoch, noted }: ServedRelay, first: number, last: number): number[] {
    const epochs = new Set(noted)
    for (let at = Math.max(fromEpoch, first); at <= last; at++) {
      epochs.add(at)
    }
    return [...epochs].filter((at) => !filled.has(at))
  }

  /** Whether mailboxes around an epoch, so far back from it, may not be in memory; from now on they are. */
  mustFill(epoch: number, back: number): boolean {
    const isFilled = this.#filledEpoch === epoch && this.#filledBack >= back
    this.#filledBack = isFilled ? this.#filledBack : back
    this.#filledEpoch = epoch
    return !isFilled
  }

  /** A mailbox is in memory now, and soon at the relay: its row is to say so before that. */
  fill({ filled, noted, fromEpoch }: ServedRelay, epoch: number): void {
    filled.add(epoch)
    if (noted.has(epoch)) {
      return
    }
    noted.add(epoch)
    this.isUnsaved = true
    if (noted.size > NOTED_EPOCHS_MAX) {
      const [first = epoch] = noted
      noted.delete([...noted].find((other) => other < fromEpoch) ?? first)
    }
  }

  /** Its mailboxes at a relay are gone, or are given up. */
  leave(relay: NodeKey): void {
    this.relays = this.relays.filter((served) => served.relay.nodeKey !== relay)
    this.eraseSeeds()
  }

  /** Erases the seeds of epochs that no relay needs any more. */
  eraseSeeds(): void {
    if (this.relays.length > 0) {
      this.chain.eraseBefore(Math.min(...this.relays.map(({ fromEpoch }) => fromEpoch)))
    }
  }
}
