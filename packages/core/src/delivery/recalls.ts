/**
 * Own messages that are taken back: erased at relays where nobody has fetched them yet. That is always followed by a withdrawal
 * within the conversation, for those who have, so that an own message ends in one of two ways.
 *
 * ```
 *   withdrawal submitted --> begun --replicas gathered, outbox rows gone--> asking each relay --none left--> in time
 *                                                                                  `--some device had it---> too late
 * ```
 * A relay is asked until it answers or its replica has expired. What was on its way when the message was taken back is asked
 * for a few times, since it may arrive after the question.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type DeviceNumber,
  envelopeIds,
  type MailboxAnswer,
  mailboxIds,
  type MessageId,
  type NodeKey
} from '@sealpost/protocol'
import {
  MessageRowSchema,
  RecallOutcome,
  type RecallPlace,
  RecallPlaceSchema,
  type RecallRow,
  RecallRowSchema,
  ReplicaState
} from '@sealpost/protocol/home'
import { replicaSecrets } from '../address/seeds.ts'
import { withdrawRow } from '../conversation/message-rows.ts'
import { relayOfRow, relayRow } from '../peer/account.ts'
import { contactOfKey, outboxKey, ownIndexKey, recallKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import { pauseOf, type RelaySession } from '../peer/relay-session.ts'
import type { Row, RowKey } from '../tables.ts'
import { OutboxItem } from './outbox-item.ts'
import type { Outbox } from './outbox.ts'

const RETRY_MS = 60_000
/** What may have been on its way is asked for again after so long, and so often. */
const ARRIVAL_MS = 10_000
const ARRIVAL_TRIES = 3

interface Recall {
  readonly key: string
  readonly row: RecallRow
  /** Places with a request under way. */
  readonly asking: Set<RecallPlace>
  readonly tries: Map<RecallPlace, number>
}

export interface RecallsParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly outbox: Outbox
  readonly devices: (contactId: ContactId) => readonly DeviceNumber[]
}

export class Recalls {
  readonly #parts: RecallsParts
  readonly #recalls = new Map<string, Recall>()

  constructor(parts: RecallsParts) {
    this.#parts = parts
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const recall = this.#add(key, fromBinary(RecallRowSchema, value))
      this.#parts.kernel.setTimer(`recall ${key}`, 0, () => {
        if (recall.row.isGathered) {
          this.#proceed(recall)
        } else {
          this.#gather(recall)
        }
      })
    }
  }

  /** Takes an own message back, whose withdrawal is in the same batch. */
  begin(
    contactId: ContactId,
    message: { readonly messageId: MessageId; readonly number: number }
  ): void {
    const { messageId, number } = message
    const key = recallKey(contactId, number)
    if (!this.#recalls.has(key)) {
      const recall = this.#add(key, create(RecallRowSchema, { messageId }))
      this.#save(recall)
      this.#gather(recall)
    }
  }

  ready(session: RelaySession): void {
    for (const recall of this.#recalls.values()) {
      this.#ask(recall, session)
    }
  }

  #add(key: string, row: RecallRow): Recall {
    const recall = {
      key,
      row,
      asking: new Set<RecallPlace>(),
      tries: new Map<RecallPlace, number>()
    }
    this.#recalls.set(key, recall)
    this.#wantRelays(recall)
    return recall
  }

  /** Finds where the message is, and takes it out of the outbox. */
  #gather(recall: Recall): void {
    const { kernel, outbox, devices } = this.#parts
    const { key, row } = recall
    const [contactId, number] = [contactOfKey(key), numberOf(key)]
    const index = { table: 'message-index' as const, key: ownIndexKey(row.messageId as MessageId) }
    kernel.read({ keys: [index] }, ({ values: [found] }) => {
      row.messageKey = found === undefined ? '' : bytesToUtf8(found)
      const listed = devices(contactId)
      const rows = listed.map((device): RowKey => {
        return { table: 'outbox', key: outboxKey(contactId, device, number) }
      })
      kernel.read({ keys: [{ table: 'message', key: row.messageKey }, ...rows] }, ({ values }) => {
        const [message, ...waiting] = values
        for (const [at, device] of listed.entries()) {
          const value = waiting[at]
          if (value !== undefined) {
            const item = OutboxItem.ofRow(value)
            row.places.push(...this.#placesOf(contactId, device, item))
            row.isTooLate ||=
              item.directAtMs !== 0 ||
              outbox.isOnPath(contactId, device, number) ||
              item.replicas.some(({ state }) => state === ReplicaState.GONE)
            outbox.withdraw(contactId, device, number)
          }
        }
        row.isGathered = true
        this.#withdrawOwn(recall, message)
        this.#proceed(recall)
      })
    })
  }

  /** Where a device's replicas are, or may be. */
  #placesOf(contactId: ContactId, device: DeviceNumber, item: OutboxItem): readonly RecallPlace[] {
    const { book, outbox } = this.#parts
    const address = outbox.address(contactId, device)
    return (address?.record.relays ?? []).flatMap((relay) => {
      const { nodeKey } = relay
      const replica = item.replicas.find((known) => known.nodeKey === nodeKey)
      if (replica?.state === ReplicaState.GONE) {
        return []
      }
      const known = replica?.mailboxId
      const tried = address?.mailbox(nodeKey, book.networkTimeMs())?.secrets.mailboxId
      const mailboxId = known === undefined ? tried : mailboxIds.fromBytes(known)
      if (mailboxId === undefined) {
        return []
      }
      const secrets = replicaSecrets(item.replicaSeed, nodeKey, mailboxId)
      return [
        create(RecallPlaceSchema, {
          relay: relayRow(relay),
          mailboxId: mailboxIds.toBytes(mailboxId),
          envelopeId: secrets.envelopeId,
          recallToken: secrets.recallToken,
          expiresAtMs: item.expiresAtMs,
          wasStored: replica !== undefined
        })
      ]
    })
  }

  /** Its text is gone here at once. */
  #withdrawOwn({ row }: Recall, value: Uint8Array | undefined): void {
    const { kernel } = this.#parts
    if (value === undefined) {
      return
    }
    const message = fromBinary(MessageRowSchema, value)
    row.isTooLate ||= message.deliveredAtMs !== 0
    withdrawRow(message, kernel.atMs)
    message.recall = RecallOutcome.PENDING
    kernel.write('message', row.messageKey, toBinary(MessageRowSchema, message))
    kernel.erase('star', row.messageKey)
  }

  /** Asks the relays that are there, or ends where none is left to be asked. */
  #proceed(recall: Recall): void {
    const { book, kernel } = this.#parts
    const { key, row } = recall
    if (!row.isGathered || this.#recalls.get(key) !== recall) {
      return
    }
    row.places = row.places.filter(({ expiresAtMs }) => expiresAtMs > kernel.atMs)
    if (row.places.length === 0) {
      this.#end(recall)
      return
    }
    this.#save(recall)
    this.#wantRelays(recall)
    kernel.setAlarm(`recall ${key}`, Math.min(...row.places.map((at) => at.expiresAtMs)), () => {
      this.#proceed(recall)
    })
    for (const session of book.all()) {
      this.#ask(recall, session)
    }
  }

  #ask(recall: Recall, session: RelaySession): void {
    for (const place of [...recall.row.places]) {
      const isHere = relayOfRow(place.relay).nodeKey === session.nodeKey
      if (isHere && session.isReady && !recall.asking.has(place)) {
        recall.asking.add(place)
        session.request(
          {
            type: 'recall',
            mailboxId: mailboxIds.fromBytes(place.mailboxId),
            envelopeId: envelopeIds.fromBytes(place.envelopeId),
            recallToken: place.recallToken
          },
          (answer) => {
            recall.asking.delete(place)
            this.#answered(recall, session, place, answer)
          }
        )
      }
    }
  }

  #answered(
    recall: Recall,
    session: RelaySession,
    place: RecallPlace,
    answer: MailboxAnswer | undefined
  ): void {
    const { row, tries } = recall
    const isDenied = answer?.type === 'refused' && answer.reason === 'denied'
    if (answer?.type === 'recalled' || isDenied) {
      const count = (tries.get(place) ?? 0) + 1
      tries.set(place, count)
      const isUnknown = answer.type === 'refused' || answer.outcome === 'unknown'
      if (isUnknown && !place.wasStored && count < ARRIVAL_TRIES) {
        this.#askAgain(recall, session, ARRIVAL_MS)
        return
      }
      row.isTooLate ||= answer.type === 'recalled' && answer.outcome === 'delivered'
      row.places = row.places.filter((other) => other !== place)
      this.#proceed(recall)
    } else if (session.isReady) {
      this.#askAgain(recall, session, Math.max(RETRY_MS, pauseOf(answer)))
    }
  }

  #askAgain(recall: Recall, session: RelaySession, inMs: number): void {
    const name = `recall ${recall.key} ${session.nodeKey}`
    this.#parts.kernel.setTimer(name, inMs, () => {
      if (this.#recalls.get(recall.key) === recall) {
        this.#ask(recall, session)
      }
    })
  }

  /** Nothing of it is left at any relay. */
  #end(recall: Recall): void {
    const { kernel } = this.#parts
    const { key, row } = recall
    this.#recalls.delete(key)
    kernel.cancelAlarm(`recall ${key}`)
    kernel.erase('recall', key)
    this.#wantRelays(recall)
    kernel.read({ keys: [{ table: 'message', key: row.messageKey }] }, ({ values: [value] }) => {
      if (value === undefined) {
        return
      }
      const message = fromBinary(MessageRowSchema, value)
      const isTooLate = row.isTooLate || message.deliveredAtMs !== 0
      message.recall = isTooLate ? RecallOutcome.TOO_LATE : RecallOutcome.IN_TIME
      const changed = toBinary(MessageRowSchema, message)
      kernel.write('message', row.messageKey, changed)
      kernel.notify({
        type: 'message-changed',
        contactId: contactOfKey(key),
        row: { key: row.messageKey, value: changed }
      })
    })
  }

  #wantRelays(recall: Recall): void {
    const { book } = this.#parts
    const name = `recall ${recall.key}`
    const places = this.#recalls.get(recall.key) === recall ? recall.row.places : []
    const relays = places.map(({ relay }) => relayOfRow(relay))
    const wanted = new Set<NodeKey>(relays.map(({ nodeKey }) => nodeKey))
    for (const relay of relays) {
      book.want(relay, name)
    }
    for (const { nodeKey } of book.all()) {
      if (!wanted.has(nodeKey)) {
        book.unwant(nodeKey, name)
      }
    }
  }

  #save({ key, row }: Recall): void {
    this.#parts.kernel.write('recall', key, toBinary(RecallRowSchema, row))
  }
}

function numberOf(key: string): number {
  return Number.parseInt(key.slice(33), 16)
}
