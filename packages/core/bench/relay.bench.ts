/**
 * What a deposit and an ack cost the relay's machine and its rows, without disk, wire and codec: CPU time, with rows thrown away.
 * Run with `node packages/core/bench/relay.bench.ts`.
 */
import { cpuUsage } from 'node:process'
import {
  DEFAULT_RELAY_OPTIONS,
  type RelayEffect,
  RelayMachine,
  type RelayOptions
} from '@sealpost/core'
import { type EnvelopeId, envelopeIds, type MailboxRequest } from '@sealpost/protocol'
import { instance, register, type TestMailbox, testMailbox } from '../test/relay/cast.ts'
import { RITA, SeededRandom, START_MS } from '../test/relay/relay-world.ts'

const MAILBOX_COUNT = 256
const DEPOSIT_COUNT = 40_000
const SEALED_BYTES = 2_048
const ROUNDS = 5

const plenty = { envelopeCountMax: 1e9, bytesMax: 1e15 }
const OPTIONS: RelayOptions = {
  ...DEFAULT_RELAY_OPTIONS,
  workBits: 0,
  depositsPerSecond: 1e9,
  depositBurst: 1e9,
  mailboxDepositsPerMinute: 1e9,
  quotas: { contact: plenty, request: plenty, own: plenty, group: plenty }
}

class Bench {
  readonly machine: RelayMachine = RelayMachine.restore(
    [undefined, undefined, undefined, undefined],
    {
      relay: RITA,
      random: new SeededRandom(1),
      options: OPTIONS
    }
  )
  readonly mailboxes: readonly TestMailbox[] = Array.from({ length: MAILBOX_COUNT }, (_, n) =>
    testMailbox(n)
  )
  readonly registered = new Map<string, Uint8Array>()
  #number = 1

  constructor() {
    this.machine.handle({ type: 'opened', atMs: START_MS, connection: 1, range: 'alice' })
    this.machine.handle({ type: 'opened', atMs: START_MS, connection: 2, range: 'bob' })
    for (let at = 0; at < MAILBOX_COUNT; at += 64) {
      this.request(1, register(...this.mailboxes.slice(at, at + 64)))
    }
  }

  /** One request, with its reads answered: known mailboxes, nothing else. */
  request(connection: number, request: MailboxRequest): readonly RelayEffect[] {
    const { machine } = this
    let effects = machine.handle({
      type: 'frame',
      atMs: START_MS,
      connection,
      frame: { type: 'request', number: this.#number++, request }
    })
    for (const effect of effects) {
      if (effect.type === 'read') {
        effects = machine.handle({
          type: 'records',
          atMs: START_MS,
          id: effect.id,
          values: effect.keys.map(() => undefined),
          rows: [],
          isEnd: true
        })
      }
    }
    return effects
  }
}

/** Requests as a decoder makes them: every array new, ids of their own. */
function deposits(mailboxes: readonly TestMailbox[]): readonly MailboxRequest[] {
  const random = new SeededRandom(7)
  return Array.from({ length: DEPOSIT_COUNT }, (_, n): MailboxRequest => {
    const mailbox = mailboxes[n % mailboxes.length] ?? testMailbox(0)
    return {
      type: 'deposit',
      mailboxId: mailbox.id,
      depositToken: mailbox.depositToken.slice(),
      envelope: {
        envelopeId: envelopeIds.fromBytes(random.bytes(16)),
        recallHash: random.bytes(32),
        lifetime: 2,
        sealed: new Uint8Array(SEALED_BYTES)
      },
      isLive: false,
      work: undefined
    }
  })
}

function microsPerItem(count: number, work: () => void): number {
  const before = cpuUsage()
  work()
  const used = cpuUsage(before)
  return (used.user + used.system) / count
}

function report(what: string, micros: readonly number[]): void {
  const sorted = [...micros].sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1] ?? 0
  const range = `${sorted[0]?.toFixed(2) ?? ''}-${sorted.at(-1)?.toFixed(2) ?? ''}`
  process.stdout.write(`${what}: ${median.toFixed(2)} us [${range}]\n`)
}

const stored: number[] = []
const delivered: number[] = []
const acked: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  const lone = new Bench()
  const requests = deposits(lone.mailboxes)
  stored.push(
    microsPerItem(DEPOSIT_COUNT, () => {
      for (const request of requests) {
        lone.request(1, request)
      }
    })
  )
  const pair = new Bench()
  pair.machine.handle({ type: 'timeout', atMs: START_MS })
  const subscriber: MailboxRequest = {
    type: 'subscribe',
    instance: instance(1),
    subscriptions: pair.mailboxes.map(({ id, fetchToken }) => ({ mailboxId: id, fetchToken }))
  }
  pair.request(2, subscriber)
  const others = deposits(pair.mailboxes)
  let acks = 0
  const depositTime = { micros: 0 }
  const ackTime = { micros: 0 }
  for (let at = 0; at < others.length; at += 64) {
    const batch = others.slice(at, at + 64)
    depositTime.micros +=
      64 *
      microsPerItem(64, () => {
        for (const request of batch) {
          pair.request(1, request)
        }
      })
    const ids = batch.flatMap((request) => (request.type === 'deposit' ? [request] : []))
    ackTime.micros +=
      64 *
      microsPerItem(64, () => {
        for (const { mailboxId, envelope } of ids) {
          const envelopeIdsOf: readonly EnvelopeId[] = [envelope.envelopeId]
          const effects = pair.request(2, { type: 'ack', mailboxId, envelopeIds: envelopeIdsOf })
          acks += effects.length
        }
      })
  }
  if (acks !== DEPOSIT_COUNT * 4) {
    throw new Error(`an ack of one envelope has 4 effects, not ${String(acks / DEPOSIT_COUNT)}`)
  }
  delivered.push(depositTime.micros / DEPOSIT_COUNT)
  acked.push(ackTime.micros / DEPOSIT_COUNT)
}
report('deposit, nobody subscribed', stored)
report('deposit, delivered at once', delivered)
report('ack of one envelope', acked)
