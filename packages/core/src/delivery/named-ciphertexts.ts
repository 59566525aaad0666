/** Which ciphertexts stand for which of our numbers: a device that cannot read one names it by its hash. */
import { fromBinary } from '@bufbuild/protobuf'
import { bytesToHex, type NumberRange, type Progress } from '@sealpost/protocol'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import { sentNumberOf } from '../peer/messages.ts'
import { hasNumber } from './number-ranges.ts'
import { OutboxItem } from './outbox-item.ts'

/** One of our numbers, and the ciphertexts under it: 32 hex digits each. */
export interface NamedCiphertexts {
  readonly number: number
  readonly hashes: readonly string[]
}

/** Of a row in the outbox: its one ciphertext. */
export function ciphertextOfOutbox(value: Uint8Array): NamedCiphertexts {
  const { number, ciphertextHash } = OutboxItem.ofRow(value)
  return { number, hashes: [bytesToHex(ciphertextHash)] }
}

/** Of a message's row: those that devices said they hold. Undefined where it is none that this device sends. */
export function ciphertextsOfMessage(value: Uint8Array): NamedCiphertexts | undefined {
  const row = fromBinary(MessageRowSchema, value)
  return row.kind === MessageKind.SENT && !row.isCopy
    ? { number: sentNumberOf(row), hashes: row.ciphertextHashes.map(bytesToHex) }
    : undefined
}

/** Whether a word says that a number is held. */
export function isHeldIn({ deliveredUpTo, deliveredBeyond }: Progress, number: number): boolean {
  const upTo: NumberRange = { first: 1, last: deliveredUpTo }
  return hasNumber([upTo, ...deliveredBeyond], number)
}
