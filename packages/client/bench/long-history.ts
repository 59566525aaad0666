/** A conversation that is there already: its rows are written as the machine would have, without the days that it took. */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  messageKey,
  type Mutation,
  numberIndexKey,
  ownIndexKey,
  receivedIndexKey
} from '@sealpost/core'
import { createRowSeal, openVault } from '@sealpost/crypto'
import type { StoreOpener } from '@sealpost/host'
import { seededRandom } from '@sealpost/host/testing'
import {
  type ContactId,
  type DeviceNumber,
  messageIds,
  parseDeviceNumber,
  utf8ToBytes
} from '@sealpost/protocol'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import { VAULT_HEADER, VaultStore } from '../src/vault-store.ts'

const BATCH = 500

export interface History {
  readonly contactId: ContactId
  readonly count: number
  /** When the last of them was said; each was a second after the one before. */
  readonly lastAtMs: number
  /** Bytes behind each text; none if not given. */
  readonly padding?: number
}

/** A home that is closed. */
export interface ClosedHome {
  readonly open: StoreOpener
  /** Undefined where its vault key lies in clear. */
  readonly passphrase: string | undefined
}

/** Writes as many messages, every other one our own, into a home that is closed. */
export async function writeHistory(home: ClosedHome, history: History): Promise<void> {
  const { contactId, count, lastAtMs, padding = 0 } = history
  const store = await home.open()
  const [header] = await store.getMany([VAULT_HEADER])
  if (header === undefined) {
    throw new Error('this home was not created')
  }
  const seal = createRowSeal(
    await openVault(header, { passphrase: home.passphrase }),
    seededRandom(7)
  )
  const vault = new VaultStore(store, seal)
  let batch: Mutation[] = []
  for (let index = 0; index < count; index++) {
    batch.push(...rowsOf(contactId, { index, padding, atMs: lastAtMs - 1_000 * (count - index) }))
    if (batch.length >= BATCH) {
      await vault.commit(batch)
      batch = []
    }
  }
  await vault.commit(batch)
  await vault.close()
}

function rowsOf(
  contactId: ContactId,
  said: { readonly index: number; readonly padding: number; readonly atMs: number }
): readonly Mutation[] {
  const { index, padding, atMs } = said
  const isOwn = index % 2 === 0
  // A device that they had before: the one that they have gives its own numbers.
  const device: DeviceNumber | undefined = parseDeviceNumber(isOwn ? 1 : 9)
  if (device === undefined) {
    throw new Error('there are devices 1 and 9')
  }
  // Behind the few numbers of the first contact itself.
  const number = 100 + index
  const messageId = messageIds.fromBytes(seededRandom(1_000 + index).bytes(16))
  const key = messageKey(contactId, atMs, { device, isOwn }, number)
  const row = create(MessageRowSchema, {
    kind: isOwn ? MessageKind.SENT : MessageKind.RECEIVED,
    messageId,
    device,
    number,
    text: textOf(index, padding),
    sentAtMs: atMs,
    storedAtMs: atMs,
    onRelayAtMs: isOwn ? atMs + 100 : 0,
    deliveredAtMs: isOwn ? atMs + 200 : 0,
    readAtMs: isOwn ? atMs + 300 : 0
  })
  const index1 = isOwn ? ownIndexKey(messageId) : receivedIndexKey(messageId)
  const keys = isOwn ? [index1, numberIndexKey(contactId, number)] : [index1]
  return [
    { type: 'write', table: 'message', key, value: toBinary(MessageRowSchema, row) },
    ...keys.map((indexKey): Mutation => {
      return { type: 'write', table: 'message-index', key: indexKey, value: utf8ToBytes(key) }
    })
  ]
}

/** What people say is about so long. */
export function textOf(index: number, padding = 0): string {
  return `message ${String(index)}: see you at the usual place, I suppose?${'.'.repeat(padding)}`
}
