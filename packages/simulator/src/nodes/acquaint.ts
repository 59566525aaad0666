/**
 * People who know each other before the run begins, as they are once a link was opened and accepted: contacts of each other, each
 * with an address that the other was told, and a session that both have used.
 */
import {
  AccountWriter,
  contactOfRow,
  metAddress,
  metContactAddress,
  type Random
} from '@sealpost/core'
import type { AddressRecord, ContactId, ContactState, IdentityKey } from '@sealpost/protocol'
import type { CipherSession } from '../cipher/client-cipher.ts'
import type { ClientNode } from './client-node.ts'

/** One who is to know others. */
export interface Acquainted {
  readonly client: ClientNode
  /** Places of those whom it knows, in the list that all of them are in. */
  readonly others: readonly number[]
  /** Draws its contacts' ids and its addresses. */
  readonly random: Random
}

/** Who is whom in each client's contacts: by the place in the list. */
export type ContactTable = readonly Contacts[]

type Contacts = Map<number, ContactId>

/** What was told to whom, by their places. */
type Records = ReadonlyMap<number, AddressRecord>

const HELLO = new Uint8Array(0)

/** Must be called before any of them is started. @param nowMs of the beginning, in milliseconds since 1970. */
export function acquaint(all: readonly Acquainted[], nowMs: number): ContactTable {
  const tables = writeContacts(all, nowMs)
  const records = all.map((one, place) =>
    tellOthers(one, tables[place] ?? new Map<number, ContactId>(), all, nowMs)
  )
  for (const [place, one] of all.entries()) {
    for (const [other, contactId] of tables[place] ?? []) {
      const record = records[other]?.get(place)
      const met = all[other]
      if (record !== undefined && met !== undefined) {
        one.client.disk.apply(metContactAddress(contactId, record))
        if (place < other) {
          speak(one.client, met.client, record, nowMs)
        }
      }
    }
  }
  for (const { client } of all) {
    client.disk.sync()
  }
  return tables
}

/** Writes each one's prekeys and contacts, whom nobody reaches yet. */
function writeContacts(all: readonly Acquainted[], nowMs: number): readonly Contacts[] {
  const identities = all.map(({ client }) => client.account.identityKey)
  const placeOf = new Map(identities.map((identity, place) => [identity, place]))
  return all.map(({ client, others, random }) => {
    const { account, disk, keys } = client
    const { device } = account
    const home = { random, device, isOnly: true, devices: [], nowMs, isLost: () => false }
    const writer = new AccountWriter(home)
    for (const other of others) {
      const contact = all[other]?.client.account
      if (contact !== undefined) {
        writer.contact(contactState(contact.identityKey, contact.name, nowMs))
      }
    }
    for (const row of [...keys.rows, ...writer.end()]) {
      disk.apply(row)
    }
    const contacts = disk.all('contact').map(contactOfRow)
    return new Map(
      contacts.map(({ contactId, identityKey }) => [placeOf.get(identityKey) ?? -1, contactId])
    )
  })
}

/** Makes the addresses under which a client's contacts reach it. */
function tellOthers(
  { client, random }: Acquainted,
  contacts: Contacts,
  all: readonly Acquainted[],
  nowMs: number
): Records {
  const records = new Map<number, AddressRecord>()
  for (const [other, contactId] of contacts) {
    const device = all[other]?.client.account.device
    if (device !== undefined) {
      const { row, record } = metAddress({ contactId, device }, client.account, random, nowMs)
      client.disk.apply(row)
      records.set(other, record)
    }
  }
  return records
}

/** One begins a session with another, who answers in it: from there on no message is a first one. */
function speak(one: ClientNode, other: ClientNode, record: AddressRecord, nowMs: number): void {
  const first = sessionOf(one, other)
  const second = sessionOf(other, one)
  first.begin(record, nowMs)
  tell(first, second, nowMs)
  tell(second, first, nowMs)
  for (const [{ disk }, { mutations }] of [
    [one, first],
    [other, second]
  ] as const) {
    for (const mutation of mutations) {
      disk.apply(mutation)
    }
  }
}

function tell(from: CipherSession, to: CipherSession, nowMs: number): void {
  const hello = from.encrypt(HELLO, nowMs)
  if (hello !== undefined) {
    to.decrypt(hello)
  }
}

function sessionOf({ cipher }: ClientNode, { account }: ClientNode): CipherSession {
  return cipher.session(account.identityKey, account.device)
}

function contactState(identityKey: IdentityKey, name: string, nowMs: number): ContactState {
  return {
    identityKey,
    name,
    profileName: name,
    standing: 'accepted',
    verifiedAtMs: 0,
    direct: 'default',
    deviceList: undefined,
    addresses: [],
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
