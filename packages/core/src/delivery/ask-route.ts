/**
 * A resend request on its way to one device: a lane to each of its relays, as its receipts have them. It has no number, nobody
 * receipts it, and the next one takes its place.
 */
import type { ContactId, DeviceNumber, NodeKey } from '@sealpost/protocol'
import type { TheirAddress } from '../address/their-address.ts'
import { invariant } from '../invariant.ts'
import { deviceKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import { DEFAULT_LIFETIME, OutboxItem, type StoredReplica } from './outbox-item.ts'
import { type LaneRoute, OutboxLane } from './outbox-lane.ts'

export interface AskRouteParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  /** Tells routes of one device apart: only `ask` leads to the address that it is known by. */
  readonly name: string
  /** A relay has the request. */
  readonly onStored: () => void
}

export class AskRoute implements LaneRoute {
  readonly key: string
  readonly contactId: ContactId
  readonly address: TheirAddress
  readonly receipt: OutboxItem
  readonly firstNumber: number = 1
  readonly lastNumber: number = 0
  readonly laneRoom: number = 1
  readonly #parts: AskRouteParts
  readonly #deviceKey: string
  readonly #lanes: readonly OutboxLane[]

  /** Begins to deposit. @param bytes the request, encoded. */
  constructor(
    parts: AskRouteParts,
    contactId: ContactId,
    device: DeviceNumber,
    address: TheirAddress,
    bytes: Uint8Array
  ) {
    const { book, kernel } = parts
    this.#parts = parts
    this.#deviceKey = deviceKey(contactId, device)
    this.key = `${parts.name} ${this.#deviceKey}`
    this.contactId = contactId
    this.address = address
    this.receipt = OutboxItem.make({
      messageId: undefined,
      number: 0,
      content: new Uint8Array(0),
      ciphertext: { type: 8, bytes },
      replicaSeed: kernel.random.bytes(32),
      createdAtMs: kernel.atMs,
      lifetime: DEFAULT_LIFETIME,
      messageKey: ''
    })
    this.#lanes = address.record.relays.map(
      ({ nodeKey }) => new OutboxLane(kernel, book, this, nodeKey)
    )
    for (const relay of address.record.relays) {
      book.want(relay, this.key)
      const session = book.get(relay.nodeKey)
      if (session?.isReady === true) {
        this.ready(session)
      }
    }
  }

  /** Whether a relay we are connected to may take it now. */
  get isBusy(): boolean {
    return this.#lanes.some(({ isBusy }) => isBusy)
  }

  ready(session: RelaySession): void {
    this.#laneTo(session.nodeKey)?.ready(session)
  }

  lost(relay: NodeKey): void {
    this.#laneTo(relay)?.lost()
  }

  close(): void {
    for (const lane of this.#lanes) {
      lane.close()
      this.#parts.book.unwant(lane.relay, this.key)
    }
  }

  // ---- for lanes

  item(): undefined {
    return undefined
  }

  isSpared(): boolean {
    return false
  }

  read(): void {
    invariant(false, 'a request has no number to be read')
  }

  hold(value: Uint8Array): OutboxItem {
    return OutboxItem.ofRow(value)
  }

  left(): void {
    // No receipt is about a request.
  }

  release(): void {
    // Nothing is held: the request is a field.
  }

  stored(item: OutboxItem, replica: StoredReplica): void {
    const { book, kernel, onStored } = this.#parts
    item.answered(replica, kernel.atMs, this.#lanes.length)
    book.unwant(replica.relay, this.key)
    onStored()
  }

  accepted(address: TheirAddress, relay: NodeKey, epoch: number): void {
    if (address.accepted(relay, epoch) && this.#parts.name === 'ask') {
      this.#parts.kernel.write('their-address', this.#deviceKey, address.encode())
    }
  }

  resting(): void {
    // What rests for messages is told where they do.
  }

  #laneTo(relay: NodeKey): OutboxLane | undefined {
    return this.#lanes.find((lane) => lane.relay === relay)
  }
}
