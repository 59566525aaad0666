/**
 * Reads a session record as libsignal stores it, so that a test can go on from libsignal's own state and hold the outcome to
 * libsignal's. Not for stores: an application stays with the engine that wrote its records. Numbers are those of libsignal's
 * `storage.proto`; what is zero or empty is not written there.
 */
import { UsageError } from '@sealpost/protocol'
import { bytesField, numberField, readProtobuf } from '../protobuf.ts'
import type { ProtobufField } from '../protobuf.ts'
import { encodePrekey } from '../prekey-record.ts'
import type { PrekeyKind } from '../prekey-record.ts'
import type { PendingPrekeys, ReceiverChain, Session, SessionRecord } from '../session.ts'
import { encodeSessionRecord } from '../session-codec.ts'
import { encodeSpqr, importOfficialSpqr } from '../spqr/index.ts'

const PREKEY_KINDS: Readonly<Record<'one-time' | 'signed' | 'kyber', PrekeyKind>> = {
  'one-time': 1,
  signed: 2,
  kyber: 3
}

/**
 * The record in our own format.
 *
 * @throws UsageError `SEALPOST_USAGE` where it is none, or has no current session.
 */
export function importOfficialRecord(bytes: Uint8Array): Uint8Array {
  const fields = read(bytes)
  const record: SessionRecord = {
    current: sessionOf(bytesField(fields, 1)),
    previous: repeated(fields, 2).map(sessionOf)
  }
  return encodeSessionRecord(record)
}

/** The private half of the ratchet key that the current session sends with: a copy. @throws as `importOfficialRecord` */
export function officialRatchetKey(bytes: Uint8Array): Uint8Array {
  const sender = read(bytesField(read(bytesField(read(bytes), 1)), 6))
  return present(bytesField(sender, 2)).slice()
}

/**
 * A prekey's record of libsignal in our own format.
 *
 * @throws UsageError `SEALPOST_USAGE` where it is none.
 */
export function importOfficialPrekey(
  kind: 'one-time' | 'signed' | 'kyber',
  bytes: Uint8Array
): Uint8Array {
  const fields = read(bytes)
  return encodePrekey(PREKEY_KINDS[kind], numberField(fields, 1, 0), {
    publicKey: present(bytesField(fields, 2)),
    privateKey: present(bytesField(fields, 3))
  })
}

function sessionOf(bytes: Uint8Array | undefined): Session {
  const fields = read(bytes)
  const sender = read(bytesField(fields, 6))
  const chain = read(bytesField(sender, 3))
  return {
    localIdentity: present(bytesField(fields, 2)),
    remoteIdentity: present(bytesField(fields, 3)),
    localRegistrationId: numberField(fields, 11, 0),
    baseKey: present(bytesField(fields, 13)),
    rootKey: present(bytesField(fields, 4)),
    previousCounter: numberField(fields, 5, 0),
    sender: {
      pair: {
        publicKey: present(bytesField(sender, 1)),
        privateKey: present(bytesField(sender, 2))
      },
      index: numberField(chain, 1, 0),
      chainKey: present(bytesField(chain, 2))
    },
    receivers: repeated(fields, 7).map(receiverOf),
    pending: pendingOf(fields),
    spqr: encodeSpqr(importOfficialSpqr(present(bytesField(fields, 15))))
  }
}

function receiverOf(bytes: Uint8Array): ReceiverChain {
  const fields = read(bytes)
  const chain = read(bytesField(fields, 3))
  const skipped = repeated(fields, 4).map((entry) => {
    const parts = read(entry)
    return { index: numberField(parts, 1, 0), seed: present(bytesField(parts, 5)) }
  })
  return {
    ratchetKey: present(bytesField(fields, 1)),
    index: numberField(chain, 1, 0),
    chainKey: present(bytesField(chain, 2)),
    skipped: skipped.sort((one, other) => one.index - other.index)
  }
}

function pendingOf(session: readonly ProtobufField[]): PendingPrekeys | undefined {
  const bytes = bytesField(session, 9)
  if (bytes === undefined) {
    return undefined
  }
  const fields = read(bytes)
  const kyber = read(bytesField(session, 14))
  return {
    createdAtSeconds: numberField(fields, 4, 0),
    oneTimePrekeyId: numberField(fields, 1, undefined),
    signedPrekeyId: numberField(fields, 3, 0),
    kyberPrekeyId: numberField(kyber, 1, 0),
    kyberCiphertext: present(bytesField(kyber, 2))
  }
}

function repeated(fields: readonly ProtobufField[], number: number): readonly Uint8Array[] {
  return fields.flatMap((field) =>
    field.number === number && field.wireType === 2 ? [field.bytes] : []
  )
}

function read(bytes: Uint8Array | undefined): readonly ProtobufField[] {
  return present(bytes === undefined ? undefined : readProtobuf(bytes))
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new UsageError('SEALPOST_USAGE', 'this is no session record of libsignal')
  }
  return value
}
