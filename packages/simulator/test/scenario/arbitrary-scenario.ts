import { COST_NAMES, METRIC_NAMES } from '../../src/scenario/known-names.ts'
import fc from 'fast-check'
import { DEFAULT_RTT_TABLE, RTT_TABLES } from '../../src/network/rtt-tables.ts'
import type {
  ChurnModel,
  Fault,
  NodeChoice,
  RttTable,
  Scenario
} from '../../src/scenario/scenario.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const durationUs = fc.oneof(
  fc.integer({ min: 1_000_000, max: 3_000_000_000_000 }),
  fc.integer({ min: 1, max: 10_000 }).map((minutes) => minutes * 60_000_000)
)
const name = fc.stringMatching(/^[A-Z][A-Za-z0-9 _-]{0,12}$/)

function record<Model>(model: {
  readonly [Key in keyof Model]: fc.Arbitrary<Model[Key]>
}): fc.Arbitrary<Model> {
  return fc.record<Model>(model, { noNullPrototype: true })
}

function shares(names: readonly string[]): fc.Arbitrary<ReadonlyMap<string, number>> {
  return fc.subarray([...names], { minLength: 1 }).chain((some) =>
    numbers(some.length, { min: 1, max: 99 }).map((weights) => {
      const sum = weights.reduce((all, weight) => all + weight, 0)
      return new Map(some.map((region, at) => [region, (weights[at] ?? 0) / sum]))
    })
  )
}

function numbers(
  count: number,
  bounds: { readonly min: number; readonly max: number }
): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.integer(bounds), { minLength: count, maxLength: count })
}

const ownTable: fc.Arbitrary<RttTable> = fc
  .uniqueArray(name, { minLength: 1, maxLength: 5 })
  .chain((regions) =>
    fc.tuple(
      fc.constant(regions),
      numbers(regions.length ** 2, { min: 0, max: 400_000 }),
      numbers(regions.length, { min: -12, max: 14 })
    )
  )
  .map(([regions, times, hoursFromUtc]) => ({
    name: 'own',
    source: 'drawn',
    regions,
    hoursFromUtc,
    rttUs: regions.flatMap((_, from) =>
      regions.map((__, to) => times[Math.min(from, to) * regions.length + Math.max(from, to)] ?? 0)
    )
  }))

const churn: fc.Arbitrary<ChurnModel> = fc.oneof(
  fc.constant({ type: 'always-on' as const }),
  record({
    type: fc.constant('weibull' as const),
    shape: fc.double({ min: 0.2, max: 10, noNaN: true }),
    meanSessionUs: fc.integer({ min: 1_000_000, max: 1_000_000_000 }),
    sessionsPerDay: fc.double({ min: 0.01, max: 80, noNaN: true }),
    hours: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 24, maxLength: 24 })
  }),
  record({
    type: fc.constant('trace' as const),
    sessions: fc.array(
      record({ client: fc.constant(0), fromUs: durationUs, toUs: fc.constant(4e12) })
    )
  }),
  record({
    type: fc.constant('flash-crowd' as const),
    atUs: fc.constant(0),
    forUs: durationUs,
    withinUs: fc.constant(1)
  })
)

function choice(
  regions: readonly string[],
  ...kinds: readonly NodeChoice['kind'][]
): fc.Arbitrary<NodeChoice> {
  return fc.record(
    {
      kind: fc.constantFrom(...kinds),
      regions: fc.subarray([...regions], { minLength: 1 }),
      share
    },
    { requiredKeys: ['kind'], noNullPrototype: true }
  )
}

function fault(regions: readonly string[]): fc.Arbitrary<Fault> {
  const when = { atUs: fc.integer({ min: 0, max: 999_999 }), forUs: durationUs }
  const nodes = choice(regions, 'any', 'client', 'relay')
  return fc.oneof(
    record({
      ...when,
      type: fc.constant('partition' as const),
      from: nodes,
      to: nodes,
      isOneWay: fc.boolean()
    }),
    record({ ...when, type: fc.constant('loss' as const), nodes, share }),
    record({ ...when, type: fc.constant('crash' as const), nodes, losesUnsynced: fc.boolean() }),
    record({
      ...when,
      type: fc.constant('clock' as const),
      nodes,
      offsetUs: fc.integer({ min: -1e12, max: 1e12 })
    }),
    record({
      ...when,
      type: fc.constant('byzantine' as const),
      nodes: choice(regions, 'relay'),
      behaviour: fc.constantFrom('drop' as const, 'lie' as const, 'enumerate' as const),
      probability: share
    }),
    record({
      ...when,
      type: fc.constant('censor' as const),
      clients: choice(regions, 'client'),
      relays: choice(regions, 'relay'),
      traffic: fc.constantFrom('all' as const, 'dials' as const, 'direct' as const)
    }),
    record({ ...when, type: fc.constant('away' as const), nodes: choice(regions, 'client') })
  )
}

function scenarioOf(rtt: RttTable): fc.Arbitrary<Scenario> {
  const bits = fc.integer({ min: 1000, max: 1_000_000_000 })
  return record({
    name: fc.string({ minLength: 1, maxLength: 100 }),
    question: fc.string({ maxLength: 200 }),
    durationUs,
    warmUpUs: fc.integer({ min: 0, max: 999_999 }),
    fidelity: fc.constantFrom('object', 'wire', 'crypto', 'full-stack'),
    clients: record({
      count: fc.integer({ min: 1, max: 2_000_000 }),
      regions: shares(rtt.regions),
      nat: shares(['public', 'easy', 'hard']).map((drawn) => ({
        public: drawn.get('public') ?? 0,
        easy: drawn.get('easy') ?? 0,
        hard: drawn.get('hard') ?? 0
      })),
      isDirect: fc.boolean()
    }),
    relays: record({
      count: fc.integer({ min: 5, max: 100_000 }),
      regions: shares(rtt.regions),
      replicas: fc.integer({ min: 1, max: 5 }),
      sybilShare: share,
      storageBytes: fc.integer({ min: 131_072, max: 2 ** 49 }),
      workBits: fc.integer({ min: 0, max: 32 }),
      cores: fc.integer({ min: 1, max: 1024 }),
      linkBitsPerSecond: bits
    }),
    network: record({
      rtt: fc.constant(rtt),
      jitterSigma: share,
      uplinkBitsPerSecond: bits,
      downlinkBitsPerSecond: bits,
      dialRoundTrips: fc.double({ min: 0, max: 50, noNaN: true }),
      lossShare: share,
      holePunchShare: share,
      heartbeats: fc.constantFrom('simulated' as const, 'left-out' as const)
    }),
    churn,
    workload: record({
      messagesPerDay: fc.double({ min: 0, max: 100_000, noNaN: true }),
      contacts: fc.double({ min: 2, max: 100, noNaN: true }),
      messagesPerConversation: fc.double({ min: 1, max: 1000, noNaN: true }),
      gapUs: fc.integer({ min: 1000, max: 86_400_000_000 }),
      textMedianBytes: fc.integer({ min: 1, max: 30_000 }),
      textSigma: share,
      newContactsPerDay: fc.double({ min: 0, max: 1000, noNaN: true }),
      publicAddressShare: share
    }),
    costs: fc
      .dictionary(fc.constantFrom(...COST_NAMES), fc.integer({ min: 0, max: 60_000_000 }))
      .map((costs) => new Map(Object.entries(costs))),
    faults: fc.array(fault(rtt.regions), { maxLength: 8 }),
    expect: fc
      .dictionary(
        fc.constantFrom(...METRIC_NAMES),
        fc.record(
          { min: share, max: fc.double({ min: 2, max: 1e9, noNaN: true }) },
          { requiredKeys: [], noNullPrototype: true }
        )
      )
      .map((all) => new Map(Object.entries(all)))
  })
}

/** Anything that a file can say. */
export const arbitraryScenario: fc.Arbitrary<Scenario> = fc
  .oneof(fc.constantFrom(DEFAULT_RTT_TABLE, ...RTT_TABLES.values()), ownTable)
  .chain(scenarioOf)
