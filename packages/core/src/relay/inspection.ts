/**
 * What is held for a mailbox, told to who may fetch from it: all that its rows say, a page at a time, also where it is blocked.
 *
 * ```
 *   inspect -> reading: summary, rows from a sequence on -> unknown, wrong token -> denied
 *                                                           else                 -> page, and where the next goes on
 * ```
 */
import {
  HELD_ENVELOPES_MAX,
  type HeldEnvelope,
  type MailboxPage,
  type MailboxRequest
} from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { Mailbox } from './mailbox.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import {
  ACKED,
  envelopeKey,
  envelopeOf,
  type EnvelopeRow,
  KEY_END,
  LIVE,
  parseEnvelope,
  recallHashOf,
  sequenceOfKey
} from './rows.ts'

const HOUR_MS = 3_600_000
const WEEK_MS = 604_800_000
const HASH_BYTES = 32
const NOTHING = new Uint8Array(0)
/** The last sequence that a key can name. */
const SEQUENCE_MAX = 2 ** 48 - 1

type InspectRequest = Extract<MailboxRequest, { readonly type: 'inspect' }>

class PendingInspect implements Waiting {
  readonly #inspection: Inspection
  readonly request: Request
  readonly body: InspectRequest

  constructor(inspection: Inspection, request: Request, body: InspectRequest) {
    this.#inspection = inspection
    this.request = request
    this.body = body
  }

  resume(records: RecordsInput): void {
    this.#inspection.onRecords(this, records)
  }
}

/** Tells owners what is held. */
export class Inspection {
  readonly #state: RelayState
  readonly #refusals: Refusals

  constructor(state: RelayState, refusals: Refusals) {
    this.#state = state
    this.#refusals = refusals
  }

  /** `inspect` came. */
  onRequest(request: Request, body: InspectRequest): void {
    const { mailboxId, fromSequence } = body
    this.#state.read(
      new PendingInspect(this, request, body),
      [{ table: 'mailbox', key: mailboxId }],
      {
        table: 'envelope',
        from: envelopeKey(mailboxId, Math.min(fromSequence, SEQUENCE_MAX)),
        to: mailboxId + KEY_END,
        limit: HELD_ENVELOPES_MAX
      }
    )
  }

  /** The rows have come. */
  onRecords({ request, body }: PendingInspect, records: RecordsInput): void {
    const mailbox = this.#state.mailboxes.load(body.mailboxId, records.values[0])
    if (mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
      this.#refusals.refuse(request, { type: 'refused', reason: 'internal' })
    } else if (mailbox?.isFetchToken(body.fetchToken) !== true) {
      this.#refusals.deny(request)
    } else {
      const page = this.#pageOf(mailbox, records)
      this.#state.answer(request.connection, request.number, { type: 'inspected', page })
    }
  }

  #pageOf({ row }: Mailbox, { rows, isEnd }: RecordsInput): MailboxPage {
    const last = rows.at(-1)
    return {
      kind: row.kind,
      isQuiet: row.isQuiet,
      depositHash: row.hashes.subarray(0, HASH_BYTES),
      fetchHash: row.hashes.subarray(HASH_BYTES),
      usedAtMs: row.lastWeek * WEEK_MS,
      envelopes: rows.flatMap(({ key, value }) =>
        // What lies below is a destroyed predecessor's, and about to be erased.
        sequenceOfKey(key) < row.firstSequence ? [] : this.#heldOf(value)
      ),
      nextSequence: isEnd || last === undefined ? undefined : sequenceOfKey(last.key) + 1
    }
  }

  #heldOf(value: Uint8Array): readonly HeldEnvelope[] {
    const row = parseEnvelope(value)
    if (row === 'corrupt') {
      this.#state.reportCorrupt('envelope')
      return []
    }
    return [
      {
        envelopeId: row.envelopeId,
        recallHash: recallHashOf(row.bytes),
        state: stateOf(row),
        expiresAtMs: row.expiryHour * HOUR_MS,
        sealed: row.state === LIVE ? envelopeOf(row).sealed : NOTHING
      }
    ]
  }
}

function stateOf({ state }: EnvelopeRow): HeldEnvelope['state'] {
  return state === LIVE ? 'live' : state === ACKED ? 'acked' : 'recalled'
}
