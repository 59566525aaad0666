/**
 * People who know each other before the run begins: contacts of each other, each with an address for the other, as they are once a
 * link was opened and accepted.
 */
import {
  AccountWriter,
  contactOfRow,
  type Mutation,
  type PeerEffect,
  type PeerInput,
  type PeerMachine,
  type Random
} from '@sealpost/core'
import type { AddressRecord, ContactId, ContactState, IdentityKey } from '@sealpost/protocol'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { ClientNode } from './client-node.ts'
import { bundleRows } from './null-session.ts'

/** One who is to know others. */
export interface Acquainted {
  readonly client: ClientNode
  /** Places of those whom it knows, in the list that all of them are in. */
  readonly others: readonly number[]
  /** Draws its contacts' ids: the same bytes each time it is made. */
  readonly random: () => Random
}

/** Who is whom in each client's contacts: by the place in the list. */
export type ContactTable = readonly ReadonlyMap<number, ContactId>[]

/** Must be called before any of them is started. @param nowMs of the beginning, in milliseconds since 1970. */
export function acquaint(all: readonly Acquainted[], nowMs: number): ContactTable {
  const identities = all.map(({ client }) => client.account.identityKey)
  const placeOf = new Map(identities.map((identity, place) => [identity, place]))
  const tables = all.map((one) => meet(one, all, placeOf, nowMs))
  const records = all.map(({ client }, place) => {
    return addressesOf(client, tables[place] ?? new Map<number, ContactId>(), nowMs)
  })
  all.forEach((one, place) => {
    const known = new Map(
      one.others.flatMap((other) => {
        const record = records[other]?.get(place)
        return record === undefined ? [] : [[other, record] as const]
      })
    )
    const rows = contactRows(one, all, known, nowMs)
    for (const row of rows.filter(({ table }) => table === 'their-address')) {
      one.client.disk.apply(row)
    }
    one.client.disk.sync()
  })
  return tables
}

/** Writes the contacts, whom nobody reaches yet. */
function meet(
  one: Acquainted,
  all: readonly Acquainted[],
  placeOf: ReadonlyMap<IdentityKey, number>,
  nowMs: number
): ReadonlyMap<number, ContactId> {
  const { disk, account } = one.client
  for (const row of [
    ...bundleRows(account.bundle),
    ...contactRows(one, all, new Map<number, AddressRecord>(), nowMs)
  ]) {
    disk.apply(row)
  }
  const contacts = disk.all('contact').map(contactOfRow)
  return new Map(
    contacts.map(({ contactId, identityKey }) => [placeOf.get(identityKey) ?? -1, contactId])
  )
}

function contactRows(
  { others, random }: Acquainted,
  all: readonly Acquainted[],
  known: ReadonlyMap<number, AddressRecord>,
  nowMs: number
): readonly Mutation[] {
  const writer = new AccountWriter({
    random: random(),
    device: all[0]?.client.account.device ?? (1 as never),
    isOnly: true,
    devices: [],
    nowMs,
    isLost: () => false
  })
  for (const other of others) {
    const contact = all[other]?.client.account
    const record = known.get(other)
    if (contact !== undefined) {
      writer.contact(contactState(contact.identityKey, contact.name, record, nowMs))
    }
  }
  return writer.end()
}

function contactState(
  identityKey: IdentityKey,
  name: string,
  record: AddressRecord | undefined,
  nowMs: number
): ContactState {
  return {
    identityKey,
    name,
    profileName: name,
    standing: 'accepted',
    verifiedAtMs: 0,
    direct: 'default',
    deviceList: undefined,
    addresses: record === undefined ? [] : [record],
    held: [],
    changedAtMs: nowMs,
    createdAtMs: nowMs,
    requestText: '',
    replaces: undefined,
    isIdentityChanged: false,
    standingBefore: undefined,
    request: undefined
  }
}

/** Makes the addresses under which a client's contacts reach it. */
function addressesOf(
  client: ClientNode,
  table: ReadonlyMap<number, ContactId>,
  nowMs: number
): ReadonlyMap<number, AddressRecord> {
  const machine = client.restored(nowMs)
  const records = new Map<number, AddressRecord>()
  for (const [other, contactId] of table) {
    // An address is made for whoever is unblocked.
    settle(machine, client.disk, { type: 'block', contactId, atMs: nowMs })
    settle(machine, client.disk, { type: 'unblock', contactId, atMs: nowMs })
    const record = machine.ownAddress(contactId)
    if (record !== undefined) {
      records.set(other, record)
    }
  }
  return records
}

/** Gives an input, and answers what the machine reads, with nobody else there. */
function settle(machine: PeerMachine, disk: SimulatedDisk, input: PeerInput): void {
  const effects: PeerEffect[] = [...machine.handle(input)]
  for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
    if (effect.type === 'write' || effect.type === 'erase') {
      disk.apply(effect)
    } else if (effect.type === 'read') {
      const found = effect.range && disk.range(effect.range)
      const records = machine.handle({
        type: 'records',
        atMs: input.atMs,
        id: effect.id,
        values: effect.keys.map((key) => disk.get(key)),
        rows: found?.rows ?? [],
        isEnd: found?.isEnd ?? true
      })
      effects.push(...records)
    }
  }
}
