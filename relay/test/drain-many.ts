/**
 * A relay that is told to stop while many clients deposit, and what it must have kept.
 *
 * ```
 *   every client: registers, deposits into the next one's mailbox, one after the other --going-away--> `busy`, closed
 *   once so many are answered: SIGTERM -> ended -> started anew -> every mailbox is subscribed and emptied
 * ```
 */
import assert from 'node:assert/strict'
import type { EnvelopeId } from '@sealpost/protocol'
import { RawClient, testEnvelope, type TestMailbox, testMailbox, Unanswered } from './raw-client.ts'
import { readyProcess, type RelayProcess } from './relay-process.ts'

export interface DrainOptions {
  readonly data: string
  readonly clientCount: number
  /** Deposits that are answered before the relay is told to stop. */
  readonly depositCount: number
}

export interface DrainResult {
  readonly storedCount: number
  readonly tookMs: number
}

/** Of mailboxes, by one request. */
const SUBSCRIBED_AT_ONCE = 32

interface Depositor {
  readonly client: RawClient
  readonly mailbox: TestMailbox
}

/** @throws AssertionError where something that was answered `deposited` is gone, or a client was not told. */
export async function drainMany(options: DrainOptions): Promise<DrainResult> {
  const { clientCount, data, depositCount } = options
  const bounds = {
    'connections-per-range-max': String(clientCount + 8),
    'connections-pending-max': String(clientCount + 8)
  }
  const first = await readyProcess(data, bounds)
  const depositors = await connectAll(first.address, clientCount)
  const stored = new Map<EnvelopeId, TestMailbox>()
  const enough = Promise.withResolvers<undefined>()
  const depositing = depositors.map(({ client }, index) => {
    const { mailbox } = depositors[(index + 1) % clientCount] ?? assert.fail()
    return depositUntilRefused(client, mailbox, (envelopeId) => {
      stored.set(envelopeId, mailbox)
      if (stored.size >= depositCount) {
        enough.resolve(undefined)
      }
    })
  })
  await Promise.race([enough.promise, Promise.all(depositing)])
  assert.ok(stored.size >= depositCount, 'nobody is refused before the relay stops')
  const tookMs = await endBySignal(first.process)
  await Promise.all(depositing)
  for (const { client } of depositors) {
    await client.untilClosed()
    assert.ok(client.pushes.some(({ type }) => type === 'going-away'))
    await client.close()
  }
  const second = await readyProcess(data, bounds)
  await using again = second.process
  assert.notEqual(again.pid, undefined)
  await checkAll(await RawClient.connect(second.address), depositors, stored)
  return { storedCount: stored.size, tookMs }
}

async function connectAll(
  address: Parameters<typeof RawClient.connect>[0],
  count: number
): Promise<readonly Depositor[]> {
  const depositors: Depositor[] = []
  while (depositors.length < count) {
    const client = await RawClient.connect(address)
    const mailbox = testMailbox()
    await client.register([mailbox])
    depositors.push({ client, mailbox })
  }
  return depositors
}

async function depositUntilRefused(
  client: RawClient,
  mailbox: TestMailbox,
  onStored: (envelopeId: EnvelopeId) => void
): Promise<void> {
  try {
    for (;;) {
      const envelope = testEnvelope()
      const answer = await client.deposit(mailbox, envelope)
      if (answer.type !== 'deposited') {
        assert.ok(answer.type === 'refused' && answer.reason === 'busy')
        return
      }
      onStored(envelope.envelopeId)
    }
  } catch (error) {
    // What has no answer may have come about or not; nobody was told.
    if (!(error instanceof Unanswered)) {
      throw error
    }
  }
}

async function endBySignal(relay: RelayProcess): Promise<number> {
  const from = performance.now()
  relay.kill('SIGTERM')
  const { code, stderr } = await relay.ended()
  assert.equal(code, 0, stderr)
  return performance.now() - from
}

async function checkAll(
  client: RawClient,
  depositors: readonly Depositor[],
  stored: ReadonlyMap<EnvelopeId, TestMailbox>
): Promise<void> {
  await using reader = client
  const kept = new Set<EnvelopeId>()
  let seenCount = 0
  for (let at = 0; at < depositors.length; at += SUBSCRIBED_AT_ONCE) {
    const some = depositors.slice(at, at + SUBSCRIBED_AT_ONCE)
    await reader.subscribe(some.map(({ mailbox }) => mailbox))
  }
  while ([...stored.keys()].some((envelopeId) => !kept.has(envelopeId))) {
    await reader.until(() => reader.deliveries.length > seenCount)
    const fresh = reader.deliveries.slice(seenCount)
    seenCount += fresh.length
    for (const { envelope, mailboxId } of fresh) {
      kept.add(envelope.envelopeId)
      await reader.ask({ type: 'ack', mailboxId, envelopeIds: [envelope.envelopeId] })
    }
  }
}
