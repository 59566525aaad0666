/** Alice, bob and the relays of both, as the tests of repairs see them. What alice's client would encrypt is bytes that say what it is. */
import { fromBinary } from '@bufbuild/protobuf'
import { deviceKey, keysUnder, outboxKey } from '@sealpost/core'
import {
  bytesToHex,
  type ContactId,
  decodeContent,
  decodeResendRequest,
  type DeviceNumber,
  type NumberRange,
  type Progress,
  type ResendRequest
} from '@sealpost/protocol'
import { OutboxRowSchema, type ProgressRow, ProgressRowSchema } from '@sealpost/protocol/home'
import { bytesOf, content, FIRST } from '../peer/cast.ts'
import { originOf } from '../peer/origin-of.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

export interface Scene {
  readonly alice: TestPeer
  readonly bob: ContactId
  /** Where both are reached. */
  readonly rita: TestRelay
}

export function scene(): Scene {
  const rita = new TestRelay('rita')
  const alice = new TestPeer('alice', [rita])
  const bob = alice.knows('bob', [rita])
  alice.online()
  return { alice, bob, rita }
}

/** What alice keeps of one of bob's devices. */
export function progressOf({ alice, bob }: Scene, device: DeviceNumber = FIRST): ProgressRow {
  const value = alice.rows.get({ table: 'progress', key: deviceKey(bob, device) })
  return fromBinary(ProgressRowSchema, value ?? new Uint8Array(0))
}

/** The numbers that wait for a device's receipt. */
export function waiting({ alice, bob }: Scene, device: DeviceNumber = FIRST): readonly number[] {
  const { from, to } = keysUnder(deviceKey(bob, device))
  const limit = Number.MAX_SAFE_INTEGER
  const { rows } = alice.rows.range({ table: 'outbox', from, to, limit })
  return rows.map(({ key }) => Number.parseInt(key.slice(36), 16))
}

/** The replica seed and the ciphertext of what waits. */
export function outboxOf(
  { alice, bob }: Scene,
  number: number,
  device: DeviceNumber = FIRST
): { readonly seed: string; readonly ciphertext: readonly number[] } | undefined {
  const value = alice.rows.get({ table: 'outbox', key: outboxKey(bob, device, number) })
  const row = value === undefined ? undefined : fromBinary(OutboxRowSchema, value)
  return row === undefined
    ? undefined
    : { seed: bytesToHex(row.replicaSeed), ciphertext: [...row.ciphertext] }
}

let unreadableCount = 0

/** Something of bob's comes that alice's session cannot read. */
export function unreadable({ alice, bob, rita }: Scene, isSessionLost = false): void {
  unreadableCount += 1
  alice.give({
    type: 'discarded',
    origin: originOf(rita, 900_000 + unreadableCount),
    reason: 'unreadable',
    contactId: bob,
    device: FIRST,
    isSessionLost
  })
}

/** The resend requests that came to a relay, each once. */
export function requestsAt(rita: TestRelay): readonly ResendRequest[] {
  return rita.envelopes
    .filter(({ deposit }) => deposit.ciphertext.type === 8)
    .map(({ deposit }) => decodeResendRequest(deposit.ciphertext.bytes))
}

let requestCount = 0

/** Bob, or whoever knows his seed, asks for what he lacks. */
export function request(
  { alice, bob, rita }: Scene,
  word: Partial<Progress> | undefined = {},
  changes: Partial<ResendRequest> = {},
  device: DeviceNumber = FIRST,
  unheard?: readonly number[]
): void {
  requestCount += 1
  const progress: readonly Progress[] = [
    { device: FIRST, deliveredUpTo: 0, deliveredBeyond: [], readUpTo: 0, ...word }
  ]
  alice.give({
    type: 'resend-requested',
    origin: originOf(rita, 500_000 + requestCount),
    contactId: bob,
    device,
    unheard,
    request: {
      sentAtMs: alice.nowMs,
      ciphertextHash: bytesOf('unreadable', 16),
      progress,
      isSessionBroken: false,
      furtherHashes: [],
      ...changes
    }
  })
}

/** What alice's client makes of a content the second time. */
export const AGAIN = 250

/**
 * Does what alice's client is asked to: encrypts anew, tells what cannot be.
 *
 * @returns the numbers that were encrypted anew, in order, each batch for itself.
 */
export function compose(
  all: Scene,
  device: DeviceNumber = FIRST,
  isNewSession = false
): readonly (readonly number[])[] {
  const { alice, bob } = all
  const batches: (readonly number[])[] = []
  for (;;) {
    const [again] = alice.wanted.filter((effect) => effect.type === 'compose-again')
    if (again === undefined) {
      break
    }
    alice.wanted.splice(alice.wanted.indexOf(again), 1)
    batches.push(again.contents.map(({ number }) => number))
    alice.give({
      type: 'submit-again',
      contactId: bob,
      device,
      isNewSession,
      items: again.contents.map(({ number, contentBytes }) => ({
        number,
        contentBytes,
        ciphertext: { type: 2, bytes: Uint8Array.of(number, AGAIN) }
      }))
    })
  }
  return batches
}

/** Tells what cannot be made again, as alice's client does. */
export function tellUnavailable(all: Scene): readonly {
  readonly shown: readonly NumberRange[]
  readonly silent: readonly NumberRange[]
}[] {
  const { alice, bob } = all
  return alice.take('compose-unavailable').map(({ shown, silent }) => {
    const number = alice.machine.contact(bob)?.nextNumber ?? 0
    alice.submit(bob, content(number, { type: 'unavailable', shown, silent }))
    return { shown, silent }
  })
}

/** The texts that the contents of the outbox hold. */
export function textsWaiting(all: Scene, device: DeviceNumber = FIRST): readonly string[] {
  return waiting(all, device).map((number) => {
    const value = all.alice.rows.get({ table: 'outbox', key: outboxKey(all.bob, device, number) })
    const { body } = decodeContent(fromBinary(OutboxRowSchema, value ?? new Uint8Array(0)).content)
    return body.type === 'text' ? body.text : body.type
  })
}
