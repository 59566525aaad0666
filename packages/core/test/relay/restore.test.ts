import assert from 'node:assert/strict'
import { DEFAULT_RELAY_OPTIONS, RELAY_RESTORE_KEYS, RelayMachine } from '@sealpost/core'
import { isSealpostError, type MailboxAnswer } from '@sealpost/protocol'
import { ack, deposit, register, subscribe, testEnvelope, testMailbox } from './cast.ts'
import { RelayWorld, RITA, SeededRandom, START_MS } from './relay-world.ts'

const bobs = testMailbox(1)

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    assert.ok(isSealpostError(error))
    return error.code
  }
}

function restore(values: readonly (Uint8Array | undefined)[]): RelayMachine {
  const random = new SeededRandom(1)
  return RelayMachine.restore(values, { relay: RITA, random, options: DEFAULT_RELAY_OPTIONS })
}

function info(world: RelayWorld): Extract<MailboxAnswer, { type: 'info' }>['info'] {
  const answer = world.ask(world.connect(), { type: 'info' })
  assert.ok(answer?.type === 'info')
  return answer.info
}

describe('a fresh store', () => {
  it('gets its format, id, totals and challenge with the first input', () => {
    const machine = restore([undefined, undefined, undefined, undefined])
    assert.equal(machine.deadlineMs(), 0)
    const effects = machine.handle({ type: 'timeout', atMs: START_MS })
    const written = new Set(
      effects.flatMap((effect) =>
        effect.type === 'write' ? [`${effect.table} ${effect.key}`] : []
      )
    )
    assert.deepEqual(
      written,
      new Set(RELAY_RESTORE_KEYS.map(({ table, key }) => `${table} ${key}`))
    )
  })

  it('gets another id than every other', () => {
    const ids = [1, 2, 3].map(
      (seed) =>
        RelayMachine.restore([], {
          relay: RITA,
          random: new SeededRandom(seed * 99),
          options: DEFAULT_RELAY_OPTIONS
        }).status().storeId
    )
    assert.equal(new Set(ids).size, 3)
  })
})

describe('a relay that was stopped without a word', () => {
  it('has its id, its totals and its challenge, and writes nothing of them again', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.ask(bob, deposit(bobs, testEnvelope(1)))
    const [before, beforeStatus] = [info(world), world.machine.status()]
    const rows = JSON.stringify(world.rows.everything())
    world.crash()
    assert.equal(JSON.stringify(world.rows.everything()), rows)
    assert.deepEqual(info(world), before)
    const { envelopeCount, envelopeBytes, mailboxCount, storeId } = world.machine.status()
    assert.deepEqual(
      [envelopeCount, envelopeBytes, mailboxCount, storeId],
      [
        beforeStatus.envelopeCount,
        beforeStatus.envelopeBytes,
        beforeStatus.mailboxCount,
        beforeStatus.storeId
      ]
    )
  })

  it('reads four rows, however much it holds', () => {
    assert.equal(RELAY_RESTORE_KEYS.length, 4)
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    for (let number = 1; number <= 50; number++) {
      world.ask(bob, deposit(bobs, testEnvelope(number)))
    }
    world.isHolding = true
    world.crash()
    const ranges = world.reads.map(({ keys, range }) => [keys.length, range?.limit])
    assert.ok(ranges.every(([keys, limit]) => keys === 0 && (limit ?? 0) <= 128))
    assert.ok(ranges.length <= 3, 'one look at what is due, what is idle and what is doomed')
  })

  it('delivers what was not acked, and only that', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.ask(bob, subscribe([bobs]))
    for (const number of [1, 2, 3]) {
      world.ask(bob, deposit(bobs, testEnvelope(number)))
    }
    world.ask(bob, ack(bobs, 2))
    world.crash()
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    const delivered = again.pushes().map((push) => push.type === 'deliver' && push.envelope)
    assert.deepEqual(delivered, [testEnvelope(1), testEnvelope(3)])
  })

  it('draws a new id where a backup left it out, and keeps the rest', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    const before = world.machine.status()
    world.rows.apply({ type: 'erase', table: 'relay', key: 'store' })
    world.crash()
    const after = world.machine.status()
    assert.notEqual(after.storeId, before.storeId)
    assert.equal(after.mailboxCount, 1)
    world.crash()
    assert.equal(world.machine.status().storeId, after.storeId)
  })
})

describe('a store that cannot be read', () => {
  it('is refused: damaged, or written by a newer version', () => {
    const world = new RelayWorld()
    const values = RELAY_RESTORE_KEYS.map((key) => world.rows.get(key))
    for (let at = 0; at < values.length; at++) {
      const damaged = values.with(at, Uint8Array.of(1, 2, 3))
      assert.equal(
        codeOf(() => restore(damaged)),
        'SEALPOST_STORE_CORRUPT'
      )
    }
    const newer = values.with(0, Uint8Array.of(1, 0, 0, 0, 2))
    assert.equal(
      codeOf(() => restore(newer)),
      'SEALPOST_STORE_NEWER'
    )
    assert.equal(
      codeOf(() => restore(values)),
      undefined
    )
  })

  it('fails single requests where single rows are damaged, and goes on with the rest', () => {
    const world = new RelayWorld()
    const carols = testMailbox(2)
    const bob = world.connect()
    world.ask(bob, register(bobs, carols))
    world.rows.apply({
      type: 'write',
      table: 'mailbox',
      key: bobs.id,
      value: new Uint8Array(5)
    })
    world.crash()
    const again = world.connect()
    const internal = { type: 'refused', reason: 'internal' }
    assert.deepEqual(world.ask(again, deposit(bobs, testEnvelope(1))), internal)
    assert.deepEqual(world.ask(again, subscribe([bobs, carols])), {
      type: 'subscribed',
      outcomes: ['busy', 'empty']
    })
    assert.deepEqual(world.ask(again, register(bobs)), { type: 'registered', outcomes: ['busy'] })
    assert.equal(world.ask(again, deposit(carols, testEnvelope(1)))?.type, 'deposited')
    assert.ok(
      world.notices.some((notice) => notice.event === 'row-corrupt' && notice.table === 'mailbox')
    )
  })

  it('stores an envelope anew where the index names a row that is not there', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.ask(bob, deposit(bobs, testEnvelope(1)))
    const key = world.rows.all('envelope')[0]?.key ?? ''
    world.rows.apply({ type: 'erase', table: 'envelope', key })
    assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(1))), {
      type: 'deposited',
      outcome: 'stored'
    })
    assert.equal(world.rows.count('envelope'), 1)
  })
})

describe('info', () => {
  it('tells what the relay allows and who runs it', () => {
    const world = new RelayWorld({
      operator: 'rita',
      policy: 'https://example.org/rules',
      desk: 'sealpost:i/AQEP',
      addresses: ['/dns4/example.org/tcp/443/wss']
    })
    const { storeId, challenge, ...rest } = info(world)
    assert.equal(storeId, world.machine.status().storeId)
    assert.equal(challenge.length, 16)
    assert.deepEqual(rest, {
      versions: [1],
      timeMs: START_MS,
      workBits: 0,
      limits: {
        depositsPerSecond: 20,
        depositBurst: 60,
        mailboxDepositsPerMinute: 120,
        contactEnvelopeCountMax: 512,
        contactBytesMax: 8_388_608,
        requestEnvelopeCountMax: 64,
        unackedEnvelopeCountMax: 64,
        unackedBytesMax: 1_048_576
      },
      capacity: 'open',
      operator: 'rita',
      policy: 'https://example.org/rules',
      desk: 'sealpost:i/AQEP',
      addresses: ['/dns4/example.org/tcp/443/wss'],
      closesAtMs: undefined,
      needsInvite: false,
      notices: []
    })
  })

  it('tells another challenge each hour, on the hour', () => {
    const world = new RelayWorld()
    const first = info(world).challenge
    world.advance(3_600_000 - 1)
    assert.deepEqual(info(world).challenge, first)
    world.advance(1)
    assert.notDeepEqual(info(world).challenge, first)
  })
})
