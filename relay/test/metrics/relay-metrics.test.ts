import assert from 'node:assert/strict'
import { blockedMailboxHash } from '@sealpost/core'

import { METRIC_PREFIX, METRIC_ROWS, METRICS_TO_COME } from '../../src/metrics/metric-rows.ts'
import { GC_KINDS, RelayMetrics } from '../../src/metrics/relay-metrics.ts'
import { SYSTEM_CLOCK } from '../../src/world/system-clock.ts'
import { ManualClock, MemoryDisk } from '@sealpost/host/testing'
import { memoryPorts } from '../memory-relay-store.ts'
import { RawClient, testEnvelope, testMailbox } from '../raw-client.ts'
import { type RelayScene, relayScene, type SceneOptions } from '../relay-scene.ts'
import { shownOperated } from './operated.ts'
import { type Family, parseMetrics, seriesCount, valueOf } from './metrics-text.ts'

const SERIES_MAX = 300

/** Labels of Node's own families, and their words where there is a list. */
const NODE_LABELS: Readonly<Record<string, readonly string[] | undefined>> = {
  kind: GC_KINDS,
  le: undefined,
  version: undefined,
  major: undefined,
  minor: undefined,
  patch: undefined
}

/** Figures of a certificate, neighbours, backups and a desk: in these scenes there are none. */
const NOT_THERE: readonly string[] = [
  'cert_expiry_seconds',
  'reachable',
  'backup_age_seconds',
  'backup_verified',
  'reports_open',
  'reports_overdue',
  'reports_total',
  'clock_skew_seconds'
]

interface MeteredScene extends RelayScene {
  readonly metrics: RelayMetrics
  read(): Promise<ReadonlyMap<string, Family>>
}

async function meteredScene(options: SceneOptions = {}): Promise<MeteredScene> {
  const metrics = new RelayMetrics(SYSTEM_CLOCK, '1.2.3')
  const ports = { ...options.ports, observer: metrics }
  const scene = await relayScene({ ...options, ports })
  metrics.show({ relay: scene.relay, options: () => scene.config.relay })
  metrics.showOperated(shownOperated())
  return { ...scene, metrics, read: async () => parseMetrics(await metrics.text()) }
}

function ours(families: ReadonlyMap<string, Family>, series: string): number | undefined {
  return valueOf(families, `${METRIC_PREFIX}${series}`)
}

/** Fails for a label, or a word of one, that is in no list. */
function assertClosed(families: ReadonlyMap<string, Family>): void {
  for (const { name, samples } of families.values()) {
    const row = Object.entries(METRIC_ROWS).find(([known]) => `${METRIC_PREFIX}${known}` === name)
    for (const { labels } of samples) {
      for (const [label, word] of Object.entries(labels)) {
        const isNumber = label === 'le' && (row?.[1].kind ?? 'histogram') === 'histogram'
        const isOurs = row?.[1].label === label && row[1].words?.includes(word) === true
        const isInfo = row?.[0] === 'info' && ['version', 'engine'].includes(label)
        const isNodes =
          row === undefined && (NODE_LABELS[label]?.includes(word) ?? label in NODE_LABELS)
        assert.ok(isNumber || isOurs || isInfo || isNodes, `${name} ${label}="${word}"`)
      }
    }
  }
}

describe('the metrics of a relay', () => {
  it('are what the rows say, in the format of Prometheus', async () => {
    await using scene = await meteredScene()
    const families = await scene.read()
    const shown = [...families.values()].filter(({ name }) => name.startsWith(METRIC_PREFIX))
    assert.deepEqual(
      shown.map(({ name, type, help }) => [name, type, help]).sort(),
      Object.entries(METRIC_ROWS)
        .map(([name, { kind, sentence }]) => [`${METRIC_PREFIX}${name}`, kind, sentence])
        .sort()
    )
    assert.deepEqual(
      shown.filter(({ samples }) => samples.length === 0).map(({ name }) => name),
      NOT_THERE.map((name) => `${METRIC_PREFIX}${name}`),
      'each is there from the beginning, but for those of what there is not'
    )
    for (const { type, name } of shown) {
      assert.equal(name.endsWith('_total'), type === 'counter', name)
    }
    const others = [...families.keys()].filter((name) => !name.startsWith(METRIC_PREFIX))
    assert.deepEqual(
      others.filter((name) => !/^(?:process|nodejs)_/.test(name)),
      []
    )
    assert.ok(families.has('process_resident_memory_bytes'))
    assert.ok(families.has('nodejs_eventloop_lag_p99_seconds'))
    assert.equal(ours(families, 'info{version="1.2.3",engine="level"}'), 1)
    assertClosed(families)
  })

  it('say until when the certificate holds, where there is one', async () => {
    const metrics = new RelayMetrics(SYSTEM_CLOCK, '1.2.3')
    await using scene = await relayScene()
    const certificate = { expiresAtMs: Date.now() + 3_600_000, isNextRefused: false }
    const relay = { overview: () => ({ ...scene.relay.overview(), certificate }) }
    metrics.show({ relay, options: () => scene.config.relay })
    const left = ours(parseMetrics(await metrics.text()), 'cert_expiry_seconds') ?? 0
    assert.ok(left > 3_500 && left <= 3_600, String(left))
  })

  it('say for how long what was delivered has waited for its ack', async () => {
    const clock = new ManualClock()
    const metrics = new RelayMetrics(clock, '1.2.3')
    await using scene = await relayScene()
    const overview = scene.relay.overview()
    let oldestUnackedAtMs: number | undefined
    const relay = {
      overview: () => ({
        ...overview,
        machine: overview.machine && { ...overview.machine, oldestUnackedAtMs }
      })
    }
    metrics.show({ relay, options: () => scene.config.relay })
    const seconds = async (): Promise<number | undefined> =>
      ours(parseMetrics(await metrics.text()), 'oldest_unacked_seconds')
    assert.equal(await seconds(), 0)
    oldestUnackedAtMs = clock.wallMs()
    clock.advance(90_000)
    assert.equal(await seconds(), 90)
    oldestUnackedAtMs = clock.wallMs() + 1_000
    assert.equal(await seconds(), 0, 'never negative, should the clock be set')
  })

  it('show nothing of what is not built', () => {
    const both = Object.keys(METRICS_TO_COME).filter((name) => name in METRIC_ROWS)
    assert.deepEqual(both, [])
  })

  it('count a script of requests to the last one', async () => {
    const options = { 'request-envelopes-max': '1', 'work-bits': '1' }
    await using scene = await meteredScene({ options })
    const mailbox = testMailbox()
    const full = testMailbox('request')
    let envelopes = 0
    {
      await using bob = await RawClient.connect(scene.relay.address)
      await bob.register([mailbox])
      await bob.register([full])
      await bob.subscribe([mailbox])
      await using alice = await RawClient.connect(scene.relay.address)
      const twice = testEnvelope()
      for (const envelope of [testEnvelope(), testEnvelope(8_192), twice, twice]) {
        await alice.deposit(mailbox, envelope)
      }
      envelopes = 3
      await alice.deposit(testMailbox())
      await bob.until(() => bob.deliveries.length === envelopes)
      const during = await scene.read()
      assert.equal(ours(during, 'connections{transport="websocket"}'), 2)
      assert.equal(ours(during, 'streams_open{protocol="mailbox"}'), 2)
      assert.equal(ours(during, 'envelopes_stored'), envelopes)
      assert.equal(ours(during, 'delivered_unacked'), envelopes)
      assert.equal(ours(during, 'overload_state'), 0)
      const envelopeIds = bob.deliveries.map(({ envelope }) => envelope.envelopeId)
      await bob.ask({ type: 'ack', mailboxId: mailbox.mailboxId, envelopeIds })
    }
    const after = await scene.read()
    const results = METRIC_ROWS.deposits_total.words ?? []
    const counts = results.map((result) => [
      result,
      ours(after, `deposits_total{result="${result}"}`)
    ])
    assert.deepEqual(Object.fromEntries(counts), {
      ...Object.fromEntries(results.map((result) => [result, 0])),
      stored: 4,
      denied: 1
    })
    assert.equal(ours(after, 'deposit_seconds_count'), 5)
    assert.equal(ours(after, 'delivered_total'), envelopes)
    assert.equal(ours(after, 'wakeup_seconds_count'), envelopes)
    assert.equal(ours(after, 'handshake_seconds_count'), 2)
    assert.equal(ours(after, 'oldest_unacked_seconds'), 0)
    assert.equal(ours(after, 'acks_total'), envelopes)
    assert.equal(ours(after, 'pow_rejected_total'), 0)
    assert.ok((ours(after, 'bytes_total{direction="in"}') ?? 0) > 2 * 2_048 + 8_192)
    assert.ok((ours(after, 'bytes_total{direction="out"}') ?? 0) > 2 * 2_048 + 8_192)
    assert.ok((ours(after, 'store_commit_seconds_count') ?? 0) > 0)
    assertClosed(after)
  })

  it('count what a block kept away', async () => {
    const mailbox = testMailbox()
    const blocks = {
      isAddressBlocked: () => false,
      isNodeBlocked: () => false,
      mailboxes: new Set([blockedMailboxHash(mailbox.mailboxId)])
    }
    await using scene = await meteredScene({ ports: { blocks } })
    await using bob = await RawClient.connect(scene.relay.address)
    await bob.register([mailbox])
    const after = await scene.read()
    assert.equal(ours(after, 'blocked_total{what="mailbox"}'), 1)
    assert.equal(ours(after, 'blocked_total{what="node"}'), 0)
    assertClosed(after)
  })

  it('count refusals by their reason', async () => {
    await using scene = await meteredScene({
      options: {
        'request-burst': '3',
        'requests-per-second': '1',
        'connections-max': '1',
        'work-bits': '1'
      }
    })
    await using mallory = await RawClient.connect(scene.relay.address)
    const work = { challenge: new Uint8Array(16), nonce: new Uint8Array(8) }
    const registrations = [testMailbox().registration]
    assert.equal((await mallory.ask({ type: 'register', registrations, work })).type, 'refused')
    for (let round = 0; round < 4; round++) {
      await mallory.ask({ type: 'info' })
    }
    await using late = await RawClient.connect(scene.relay.address)
    await late.untilClosed()
    const after = await scene.read()
    assert.equal(ours(after, 'pow_rejected_total'), 1)
    assert.ok((ours(after, 'ratelimited_total{kind="info"}') ?? 0) >= 1)
    assert.equal(ours(after, 'connections_refused_total{reason="connections"}'), 1)
  })

  it('count failures of the store, and leave out what is not known meanwhile', async () => {
    const disk = new MemoryDisk()
    await using scene = await meteredScene({ ports: memoryPorts(disk) })
    await using alice = await RawClient.connect(scene.relay.address)
    const mailbox = testMailbox()
    await alice.register([mailbox])
    disk.failNext('commits')
    await alice.deposit(mailbox)
    const during = await scene.read()
    assert.equal(ours(during, 'envelopes_stored'), undefined)
    assert.equal(ours(during, 'store_errors_total{code="SEALPOST_STORE_FAILED"}'), 1)
    assert.equal(ours(during, 'deposits_total{result="busy"}'), 1)
    while (scene.relay.overview().machine === undefined) {
      await alice.ask({ type: 'info' })
    }
    const after = await scene.read()
    assert.equal(ours(after, 'store_reopens_total'), 1)
    assert.equal(ours(after, 'envelopes_stored'), 0)
  })

  it('are as many series with many people as with nobody, below 300', async () => {
    await using scene = await meteredScene()
    const before = await scene.read()
    const clients = await Promise.all(
      Array.from({ length: 40 }, () => RawClient.connect(scene.relay.address))
    )
    for (const client of clients) {
      const mailbox = testMailbox()
      await client.register([mailbox])
      await client.deposit(mailbox)
      await client.deposit(testMailbox())
    }
    const after = await scene.read()
    await Promise.all(clients.map((client) => client.close()))
    assert.equal(seriesCount(after), seriesCount(before))
    assert.ok(seriesCount(after) < SERIES_MAX, String(seriesCount(after)))
    assertClosed(after)
  }).timeout(30_000)
})
