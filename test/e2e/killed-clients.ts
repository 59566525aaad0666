/**
 * A conversation in both directions between two processes that are killed with SIGKILL at random points, over a relay process.
 * What must hold at the end: nothing that was promised is lost, nothing is shown twice, nothing is unreadable.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHome, type Message, SealpostClient } from '@sealpost/client'
import { seededRandom } from '@sealpost/host/testing'
import { ProcessLines } from './process-lines.ts'
import { realPorts } from './real-ports.ts'
import { RelayProcess } from './relay-process.ts'

const TALKER = fileURLToPath(new URL('talker.ts', import.meta.url))
const NAMES = ['alice', 'bob'] as const
/** Bounds are not what is tested here. */
const GENEROUS = {
  SEALPOST_RELAY_DEPOSITS_PER_SECOND: '10000',
  SEALPOST_RELAY_DEPOSIT_BURST: '10000',
  SEALPOST_RELAY_MAILBOX_DEPOSITS_PER_MINUTE: '100000',
  SEALPOST_RELAY_WORK_BITS: '4'
}

interface Talker {
  readonly name: string
  readonly home: string
  process: ProcessLines | undefined
  next: number
  readonly promised: string[]
}

/**
 * @param messageCount of both together.
 * @param burstMax messages that one writes before it may be killed again; half of it on average.
 */
export async function killedClients(
  seed: number,
  messageCount: number,
  burstMax: number = 20
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sealpost-killed-'))
  const relay = await RelayProcess.start(join(directory, 'relay'), GENEROUS)
  const talkers = NAMES.map((name): Talker => ({
    name,
    home: join(directory, name),
    process: undefined,
    next: 1,
    promised: []
  }))
  try {
    await meet(relay, talkers)
    await talkAndKill(talkers, seed, { messageCount, burstMax })
    await settleAll(talkers)
    await check(talkers)
  } finally {
    await Promise.all(talkers.map((talker) => endOf(talker)))
    await relay.end('SIGKILL')
    await rm(directory, { recursive: true })
  }
}

async function meet(relay: RelayProcess, talkers: readonly Talker[]): Promise<void> {
  const clients = await Promise.all(
    talkers.map(async ({ name, home }) => {
      const ports = await realPorts(home)
      await createHome(ports, { name, relays: [relay.address], passphrase: undefined }, Date.now())
      return SealpostClient.open(ports)
    })
  )
  const [alice, bob] = clients
  assert.ok(alice !== undefined && bob !== undefined)
  const { link } = await alice.invite({ expiresInMs: 86_400_000 })
  const { contactId } = await bob.add(link)
  await bob.waitForContact(contactId, 'accepted')
  await Promise.all(clients.map((client) => client.settle()))
  await Promise.all(clients.map((client) => client.close()))
}

/** Each round lets one of them write a few messages and kills it, or lets it live, in the middle of them. */
async function talkAndKill(
  talkers: readonly Talker[],
  seed: number,
  { messageCount, burstMax }: { readonly messageCount: number; readonly burstMax: number }
): Promise<void> {
  const random = seededRandom(seed)
  const below = (bound: number): number => (random.bytes(1)[0] ?? 0) % bound
  await Promise.all(talkers.map(ensure))
  while (talkers.reduce((count, { next }) => count + next - 1, 0) < messageCount) {
    const talker = talkers[below(2)]
    assert.ok(talker)
    const process = await ensure(talker)
    const count = 2 + below(burstMax)
    const from = process.lines.length
    process.say(`go ${String(count)}`)
    const stopAfter = 1 + below(count)
    const word = below(2) === 0 ? 'tried' : 'promised'
    await process.line(
      (line) =>
        line ===
        JSON.stringify({ [word]: `${talker.name} ${String(talker.next + stopAfter - 1)}` }),
      from
    )
    if (below(3) > 0) {
      await process.end('SIGKILL')
    } else {
      const last = `${talker.name} ${String(talker.next + count - 1)}`
      await process.line((line) => line === JSON.stringify({ promised: last }), from)
    }
    note(talker, process, from)
  }
}

function note(talker: Talker, process: ProcessLines, from: number): void {
  for (const line of process.lines.slice(from)) {
    const { tried, promised } = JSON.parse(line) as { tried?: string; promised?: string }
    if (tried !== undefined) {
      talker.next = Number(tried.split(' ')[1]) + 1
    }
    if (promised !== undefined) {
      talker.promised.push(promised)
    }
  }
}

async function endOf({ process }: Talker): Promise<void> {
  await process?.end('SIGKILL')
}

async function ensure(talker: Talker): Promise<ProcessLines> {
  if (talker.process === undefined || talker.process.hasEnded) {
    talker.process = new ProcessLines([TALKER, talker.home, talker.name, String(talker.next)])
    await talker.process.line((line) => line.includes('ready'))
  }
  return talker.process
}

async function settleAll(talkers: readonly Talker[]): Promise<void> {
  await Promise.all(
    talkers.map(async (talker) => {
      const process = await ensure(talker)
      process.say('settle')
      await process.line((line) => line.includes('settled'))
    })
  )
  await Promise.all(talkers.map((talker) => endOf(talker)))
}

async function check(talkers: readonly Talker[]): Promise<void> {
  const histories = await Promise.all(
    talkers.map(async ({ home }): Promise<readonly Message[]> => {
      const client = await SealpostClient.open(await realPorts(home), { isOnline: false })
      const [contact] = await client.contacts()
      assert.ok(contact)
      const messages = await client.messages(contact.contactId, { limit: 100_000 })
      await client.close()
      return messages
    })
  )
  for (const [index, talker] of talkers.entries()) {
    const sent = (histories[index] ?? [])
      .filter(({ kind }) => kind === 'sent')
      .map(({ text }) => text)
    const other = histories[1 - index] ?? []
    const got = other.filter(({ kind }) => kind === 'received').map(({ text }) => text)
    assert.equal(
      other.filter(({ kind }) => kind === 'unreadable').length,
      0,
      'nothing is unreadable'
    )
    assert.deepEqual(got, sent, 'what was sent was shown, once each, in order')
    assert.deepEqual(
      talker.promised.filter((text) => !got.includes(text)),
      [],
      'nothing that was promised is lost'
    )
  }
}
