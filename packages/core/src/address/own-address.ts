/** How one contact reaches this device: the address as it is told, and every seed that the contact may still deposit under. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber, Progress } from '@sealpost/protocol'
import { type OwnAddressRow, OwnAddressRowSchema } from '@sealpost/protocol/home'
import type { Row } from '../tables.ts'
import { OwnSeed } from './own-seed.ts'
import { epochAt } from './seeds.ts'

/** The version that was last sent, and in which message. */
export interface ToldAddress {
  readonly version: number
  /** The message's number; 0 before any. */
  readonly number: number
  readonly atMs: number
}

/** A seed as it is in one epoch. */
export interface SeedOfEpoch {
  readonly id: string
  readonly epoch: number
  readonly seed: Uint8Array
}

const UNTOLD: ToldAddress = { version: 0, number: 0, atMs: 0 }

export class OwnAddress {
  readonly contactId: ContactId
  version = 0
  /** Which bundle the version names. */
  signedPrekeyId = 0
  told: ToldAddress = UNTOLD
  /** Devices that receipted the message in which it was told. */
  readonly receiptedBy: Set<number> = new Set()
  /** Undefined where nobody may deposit. */
  seed: OwnSeed | undefined
  /** Older seeds, the oldest first. */
  old: readonly OwnSeed[] = []

  constructor(contactId: ContactId) {
    this.contactId = contactId
  }

  /** Reads the rows of all contacts. */
  static restore(rows: readonly Row[]): readonly OwnAddress[] {
    const addresses = new Map<ContactId, OwnAddress>()
    for (const { key, value } of rows) {
      const contactId = key.slice(0, 32) as ContactId
      const address = addresses.get(contactId) ?? new OwnAddress(contactId)
      addresses.set(contactId, address)
      address.#read(fromBinary(OwnAddressRowSchema, value), key === contactId)
    }
    return [...addresses.values()]
  }

  #read(row: OwnAddressRow, isPresent: boolean): void {
    this.version = Math.max(this.version, row.version)
    if (!isPresent) {
      this.old = [...this.old, OwnSeed.restore(this.contactId, row)]
      return
    }
    this.signedPrekeyId = row.signedPrekeyId
    this.told = { version: row.toldVersion, number: row.toldNumber, atMs: row.toldAtMs }
    for (const device of row.receiptedBy) {
      this.receiptedBy.add(device)
    }
    this.seed = row.seed.length === 0 ? undefined : OwnSeed.restore(this.contactId, row)
  }

  /** The row of the address, which is the present seed's too. */
  encode(): Uint8Array {
    const row = this.seed?.row() ?? create(OwnAddressRowSchema)
    row.version = this.version
    row.signedPrekeyId = this.signedPrekeyId
    row.toldVersion = this.told.version
    row.toldNumber = this.told.number
    row.toldAtMs = this.told.atMs
    row.receiptedBy = [...this.receiptedBy]
    return toBinary(OwnAddressRowSchema, row)
  }

  get seeds(): readonly OwnSeed[] {
    return this.seed === undefined ? this.old : [...this.old, this.seed]
  }

  /** Whether the contact was told of the present seed. */
  get isSeedTold(): boolean {
    return this.seed !== undefined && this.told.version >= this.seed.firstVersion
  }

  /** Whether anybody may know the present seed. */
  get isSeedKnown(): boolean {
    return this.isSeedTold || this.seed?.isGiven === true
  }

  /** See `OwnAddresses.seedsAround`. */
  seedsAround(networkTimeMs: number): readonly SeedOfEpoch[] {
    return this.seeds
      .filter(({ isEnding }) => !isEnding)
      .flatMap(({ id, chain, phaseMs }) => {
        const present = epochAt(networkTimeMs, phaseMs)
        return [present, present + 1, present - 1].flatMap((epoch) => {
          const bytes = chain.at(epoch)
          return bytes === undefined ? [] : [{ id, epoch, seed: bytes }]
        })
      })
  }

  /** Notes what a device says it holds of ours. @returns whether that tells of a receipt of the address. */
  receipted(device: DeviceNumber, { deliveredUpTo, deliveredBeyond }: Progress): boolean {
    const { number } = this.told
    const isHeld =
      number <= deliveredUpTo ||
      deliveredBeyond.some(({ first, last }) => first <= number && number <= last)
    if (number === 0 || !isHeld || this.receiptedBy.has(device)) {
      return false
    }
    this.receiptedBy.add(device)
    return true
  }
}
