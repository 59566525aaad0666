/**
 * History that is handed from one own device to another: how far each transfer has come, on disk with every part.
 *
 * ```
 *   begun --part, part, ... at most 32 without a receipt--> ended --all receipted--> done
 *   from a sibling: part --new--> its records taken, counted --all parts--> done
 * ```
 * Parts are numbered contents for the one device that gets them: the outbox keeps each until it was receipted, over restarts of
 * either side and whichever way they go.
 */
import { create } from '@bufbuild/protobuf'
import type { DeviceNumber, HistoryPartContent, Progress, TransferId } from '@sealpost/protocol'
import { transferIds } from '@sealpost/protocol'
import { IncomingHistorySchema, OutgoingHistorySchema } from '@sealpost/protocol/home'
import type { PeerKernel } from '../peer/kernel.ts'
import type { DevicesState, IncomingHistory, OutgoingHistory } from './devices-row.ts'
import type { HistoryProgress, HistoryStep } from './device-contract.ts'

/** Parts without a receipt: 1 MiB, of the 64 that a relay's mailbox for own devices holds. */
const PARTS_WAITING_MAX = 32
/** Transfers that are remembered after they came. */
const INCOMING_MAX = 16

export class Transfers {
  readonly #kernel: PeerKernel
  readonly #state: DevicesState

  constructor(kernel: PeerKernel, state: DevicesState) {
    this.#kernel = kernel
    this.#state = state
  }

  /**
   * Begins to hand a device all that is newer than `sinceMs`, unless that is under way. What reaches less far gives way, and what was
   * handed over whole: it is not known to have come, and more may have been said since.
   */
  begin(
    device: DeviceNumber,
    sinceMs: number,
    transferId: TransferId = transferIds.fromBytes(this.#kernel.random.bytes(16))
  ): void {
    const { row } = this.#state
    const before = row.outgoing.find((outgoing) => outgoing.device === device)
    if (before === undefined || before.isEnded || before.sinceMs > sinceMs) {
      row.outgoing = [
        ...row.outgoing.filter((outgoing) => outgoing !== before),
        create(OutgoingHistorySchema, { transferId, device, sinceMs })
      ]
      this.#state.save()
    }
  }

  /** Transfers of which another part may be made. */
  due(): readonly OutgoingHistory[] {
    return this.#state.row.outgoing.filter(
      ({ isEnded, waiting }) => !isEnded && waiting.length < PARTS_WAITING_MAX
    )
  }

  all(): readonly HistoryProgress[] {
    const { incoming, outgoing } = this.#state.row
    return [...outgoing.map(outgoingProgress), ...incoming.map(incomingProgress)]
  }

  /** A part is in the outbox, under that number; it may be of a transfer that gave way to another meanwhile. */
  submitted(number: number, step: HistoryStep): void {
    const { outgoing: all } = this.#state.row
    const outgoing = all.find(({ transferId }) => transferId === step.transferId)
    if (outgoing !== undefined) {
      Object.assign(outgoing, step)
      outgoing.nextIndex += 1
      outgoing.waiting = [...outgoing.waiting, number]
      this.#state.save()
      this.#tell(outgoingProgress(outgoing))
    }
  }

  /** A device said what it holds of ours. */
  progressed(device: DeviceNumber, { deliveredUpTo, deliveredBeyond }: Progress): void {
    const { row } = this.#state
    const outgoing = row.outgoing.find((other) => other.device === device)
    const isHeld = (number: number): boolean =>
      number <= deliveredUpTo ||
      deliveredBeyond.some(({ first, last }) => first <= number && number <= last)
    const waiting = outgoing?.waiting.filter((number) => !isHeld(number)) ?? []
    if (outgoing === undefined || waiting.length === outgoing.waiting.length) {
      return
    }
    outgoing.waiting = waiting
    if (outgoing.isEnded && waiting.length === 0) {
      row.outgoing = row.outgoing.filter((other) => other !== outgoing)
    }
    this.#state.save()
    this.#tell(outgoingProgress(outgoing))
  }

  /** A part came that was not here before, with so many messages. */
  took(device: DeviceNumber, part: HistoryPartContent, messageCount: number): void {
    const { row } = this.#state
    const { transferId, index, isLast, totalCount } = part
    let incoming = row.incoming.find((other) => other.transferId === transferId)
    if (incoming === undefined) {
      incoming = create(IncomingHistorySchema, { transferId, device })
      row.incoming = [...row.incoming.slice(1 - INCOMING_MAX), incoming]
    }
    incoming.partCount += 1
    incoming.doneCount += messageCount
    incoming.totalCount = Math.max(incoming.totalCount, totalCount)
    incoming.partTotal = isLast ? index + 1 : incoming.partTotal
    this.#state.save()
    this.#tell(incomingProgress(incoming))
  }

  #tell(progress: HistoryProgress): void {
    this.#kernel.notify({ type: 'history-progress', ...progress })
  }
}

function outgoingProgress(outgoing: OutgoingHistory): HistoryProgress {
  const { transferId, device, doneCount, totalCount, isEnded, waiting } = outgoing
  return {
    transferId: transferId as TransferId,
    device: device as DeviceNumber,
    isIncoming: false,
    done: doneCount,
    total: totalCount,
    isDone: isEnded && waiting.length === 0
  }
}

function incomingProgress(incoming: IncomingHistory): HistoryProgress {
  const { transferId, device, doneCount, totalCount, partCount, partTotal } = incoming
  return {
    transferId: transferId as TransferId,
    device: device as DeviceNumber,
    isIncoming: true,
    done: doneCount,
    total: totalCount,
    isDone: partTotal > 0 && partCount >= partTotal
  }
}
