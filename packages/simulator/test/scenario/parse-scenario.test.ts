import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@sealpost/protocol'
import { parseScenario, seedsOfRun } from '../../src/scenario/parse-scenario.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const HOUR_US = 3_600_000_000

function only(text: string, files: ReadonlyMap<string, string> = new Map()): Scenario {
  const { variants } = parseScenario({
    name: 'scenarios/own.yaml',
    text: `sealpost-sim: 1\n${text}`,
    readBeside: (name) => ({ name, text: files.get(name) ?? '' })
  })
  assert.equal(variants.length, 1)
  const [variant] = variants
  assert.ok(variant !== undefined)
  return variant.scenario
}

function refusal(text: string): ConfigError {
  try {
    parseScenario({ name: 'own.yaml', text })
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error
  }
  assert.fail('it was read')
}

describe('a scenario', () => {
  it('is that of the defaults where a file says nothing', () => {
    const { clients, relays, durationUs, network, name } = only('')
    assert.deepEqual([clients.count, relays.count, relays.replicas], [1000, 20, 3])
    assert.equal(durationUs, 24 * HOUR_US)
    assert.equal(network.rtt.name, 'builtin:ripe-atlas-2025')
    assert.equal(name, 'own')
    assert.deepEqual(only('extends: builtin:default').clients, clients)
  })

  it('has values in the units of their names', () => {
    const { relays, network, churn, faults } = only(`
relays: { storageMiB: 2, linkMbit: 0.5 }
network: { uplinkMbit: 1.5 }
churn: { meanSession: 1h30m }
faults: [{ at: 250ms, for: 2s, action: clock, nodes: {}, offset: -5m }]`)
    assert.equal(relays.storageBytes, 2 * 1024 * 1024)
    assert.equal(relays.linkBitsPerSecond, 500_000)
    assert.equal(network.uplinkBitsPerSecond, 1_500_000)
    assert.ok(churn.type === 'weibull')
    assert.equal(churn.meanSessionUs, 1.5 * HOUR_US)
    assert.deepEqual(faults, [
      {
        type: 'clock',
        atUs: 250_000,
        forUs: 2_000_000,
        nodes: { kind: 'any' },
        offsetUs: -300_000_000
      }
    ])
  })

  it('may bring a table of round trips of its own', () => {
    const { network } = only(`
clients: { regions: { a: 1 } }
relays: { regions: { b: 1 } }
network: { rttMs: { pairs: { a: { a: 2, b: 40.5 }, b: { b: 3 } }, hoursFromUtc: { b: -3.5 } } }`)
    assert.deepEqual(network.rtt.rttUs, [2000, 40_500, 40_500, 3000])
    assert.deepEqual(network.rtt.hoursFromUtc, [0, -3.5])
  })

  it('is laid over what it extends, key by key', () => {
    const base = `sealpost-sim: 1
seed: 5
clients: { count: 7, regions: { NA: 0.5, EU-W: 0.5 } }
churn: { model: weibull, shape: 0.4, meanSession: 5m }
expect: { deliveryRatio: { min: 0.9 } }
faults: [{ at: 1h, action: away, nodes: {} }]`
    const files = new Map([['base.yaml', base]])
    const merged = only(
      `extends: base.yaml
clients: { regions: { OCE: 1 } }
churn: { meanSession: 6m }
expect: { duplicates: { max: 0 } }`,
      files
    )
    assert.equal(merged.clients.count, 7)
    assert.deepEqual(merged.clients.regions, new Map([['OCE', 1]]))
    assert.ok(merged.churn.type === 'weibull')
    assert.deepEqual([merged.churn.shape, merged.churn.meanSessionUs], [0.4, 360_000_000])
    assert.deepEqual([...merged.expect.keys()], ['deliveryRatio', 'duplicates'])
    assert.equal(merged.faults.length, 1)
    const other = only('extends: base.yaml\nchurn: { model: always-on }\nfaults: []', files)
    assert.deepEqual(other.churn, { type: 'always-on' })
    assert.deepEqual(other.faults, [])
  })

  it('reads sessions from a file beside it', () => {
    const files = new Map([['trace.csv', 'client,fromSeconds,toSeconds\n3,0.5,9\n3,10,11\n']])
    const { churn } = only('churn: { model: trace, sessions: trace.csv }', files)
    assert.deepEqual(churn, {
      type: 'trace',
      sessions: [
        { client: 3, fromUs: 500_000, toUs: 9_000_000 },
        { client: 3, fromUs: 10_000_000, toUs: 11_000_000 }
      ]
    })
  })

  it('becomes a variant for every choice of its sweep', () => {
    const { variants, seeds } = parseScenario({
      name: 'x.yaml',
      text: `sealpost-sim: 1
seed: 9
seeds: { workload: 7 }
faults: [{ at: 1h, action: crash, nodes: { share: 0 } }]
sweep: { relays.count: [20, 50], 'faults.0.nodes.share': [0.1, 0.2, 0.3], seeds: 4 }`
    })
    assert.deepEqual(
      variants.map(({ name, scenario }) => [
        name,
        scenario.relays.count,
        scenario.faults.map((fault) => fault.type === 'crash' && fault.nodes.share)
      ]),
      [20, 50].flatMap((count) =>
        [0.1, 0.2, 0.3].map((share) => [
          `relays.count=${count} faults.0.nodes.share=${share}`,
          count,
          [share]
        ])
      )
    )
    assert.deepEqual(seeds, { first: 9, count: 4, fixed: { workload: 7 } })
    assert.deepEqual(seedsOfRun(seeds, 12), { topology: 12, workload: 7, faults: 12 })
  })

  it('takes what a command sets over the file', () => {
    const settings = new Map([
      ['relays.count', '33'],
      ['duration', '2h']
    ])
    const [variant] = parseScenario({ name: 'x', text: 'sealpost-sim: 1', settings }).variants
    assert.equal(variant?.scenario.relays.count, 33)
    assert.equal(variant?.scenario.durationUs, 2 * HOUR_US)
  })

  it('is what the guide shows', () => {
    const page = readFileSync(
      join(import.meta.dirname, '../../../../docs/scenario-files.md'),
      'utf8'
    )
    const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text]) => text ?? '')
    assert.equal(examples.length, 2)
    for (const text of examples) {
      assert.ok(parseScenario({ name: 'guide.yaml', text }).variants.length > 0)
    }
  })
})

describe('a scenario that cannot be', () => {
  const cases: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['another version', 'sealpost-sim: 2', /own[.]yaml:1: it must say sealpost-sim: 1, not 2[.]/],
    ['no version', 'clients: { count: 3 }', /must say sealpost-sim: 1/],
    ['no map', '- 1', /must say sealpost-sim: 1/],
    ['no YAML', 'sealpost-sim: [', /own[.]yaml:1: /],
    [
      'a key that does not exist',
      'sealpost-sim: 1\nextend: x',
      /:2: extend is no key .* extends\?/
    ],
    [
      'a key inside that does not exist',
      'sealpost-sim: 1\nclients:\n  cuont: 3',
      /:3: clients[.]cuont is no key of a scenario[.] Did you mean count\?/
    ],
    [
      'a value out of its bounds',
      'sealpost-sim: 1\nrelays: { replicas: 6 }',
      /:2: relays[.]replicas must be a whole number from 1 to 5, not 6[.]/
    ],
    ['a duration without a unit', 'sealpost-sim: 1\nduration: 24', /Name its unit/],
    ['nothing where a value is due', 'sealpost-sim: 1\nduration:', /not nothing/],
    [
      'shares that are no whole',
      'sealpost-sim: 1\nclients: { regions: { NA: 0.5 } }',
      /regions must add up to 1, not to 0[.]5[.]/
    ],
    [
      'a region that the table has not',
      'sealpost-sim: 1\nrelays: { regions: { EUW: 1 } }',
      /names EUW, which is no region of network[.]rttMs[.] Did you mean EU-W\?/
    ],
    [
      'a model that does not exist',
      'sealpost-sim: 1\nchurn: { model: weibul }',
      /churn[.]model must be one of .* Did you mean weibull\?/
    ],
    [
      'a fault without its time',
      'sealpost-sim: 1\nfaults:\n  - { action: away, nodes: {} }',
      /:3: faults[.]0[.]at is missing/
    ],
    [
      'a fault at nobody',
      'sealpost-sim: 1\nfaults: [{ at: 1h, action: crash, nodes: { ids: [20] } }]',
      /names relay 20, and there are 20 from 0 on/
    ],
    [
      'a fault after the end',
      'sealpost-sim: 1\nfaults: [{ at: 24h, action: away, nodes: {} }]',
      /faults[.]0[.]at must lie before the end/
    ],
    [
      'more replicas than relays',
      'sealpost-sim: 1\nrelays: { count: 2 }',
      /relays[.]replicas must be at most relays[.]count/
    ],
    [
      'a pair of regions without a time',
      'sealpost-sim: 1\nnetwork: { rttMs: { pairs: { a: { a: 1 }, b: { b: 1 } } } }',
      /network[.]rttMs[.]pairs[.]a[.]b is missing/
    ],
    [
      'a pair of regions with two times',
      'sealpost-sim: 1\nnetwork: { rttMs: { pairs: { a: { a: 1, b: 2 }, b: { a: 3, b: 1 } } } }',
      /differs from the way back/
    ],
    ['days that are all session', 'sealpost-sim: 1\nchurn: { meanSession: 2h }', /no time between/],
    [
      'a sweep of no list',
      'sealpost-sim: 1\nsweep: { relays.count: 3 }',
      /must be a list of values/
    ],
    [
      'a sweep of too many',
      `sealpost-sim: 1\nsweep: { a: [${'1, '.repeat(40)}], b: [${'1, '.repeat(40)}] }`,
      /makes 1600 variants; at most 1000/
    ],
    [
      'a base that does not exist',
      'sealpost-sim: 1\nextends: builtin:defalt',
      /extends must be one of builtin:default/
    ],
    [
      'a cost of nothing that costs',
      'sealpost-sim: 1\ncosts: { relay-handel: 3 }',
      /costs[.]relay-handel is none of the operations that are known[.] Did you mean relay-handle[?]/
    ],
    [
      'a cost that is named otherwise',
      'sealpost-sim: 1\ncosts: { commitTime: 3 }',
      /costs[.]commitTime is none of .* There is relay-commit, client-commit[.]/
    ],
    [
      'an expectation of a metric that nobody has',
      'sealpost-sim: 1\nexpect: { deliveryRate: { min: 1 } }',
      /:2: expect[.]deliveryRate is none of the metrics that are known[.] Did you mean deliveryRatio[?]/
    ],
    [
      'an expectation of what has many names',
      'sealpost-sim: 1\nexpect: { latency: { max: 1 } }',
      /There is networkLatencyP50Ms, networkLatencyP95Ms, networkLatencyP99Ms[.]/
    ],
    [
      'an attack on addresses that nobody has',
      'sealpost-sim: 1\nfaults: [{at: 1h, action: prekey-exhaustion, nodes: {share: 1}}]',
      /faults[.]0[.]action needs public addresses: workload[.]publicAddressShare above 0/
    ],
    ['the same key twice', 'sealpost-sim: 1\nseed: 1\nseed: 2', /:3: seed stands there twice/],
    ['an alias', 'sealpost-sim: 1\nname: &a x\nquestion: *a', /:3: a scenario has no aliases/],
    ['a tag', 'sealpost-sim: 1\nname: !js x', /no tags like !js/],
    ['a key that is a list', 'sealpost-sim: 1\n? [a]\n: 1', /a key is one word/]
  ]
  for (const [what, text, message] of cases) {
    it(`is refused for ${what}`, () => {
      assert.match(refusal(text).message, message)
    })
  }

  it('hears all that is wrong with it at once', () => {
    const { message, code } = refusal('sealpost-sim: 1\nclints: {}\nsed: 3\nrelays: 4')
    assert.equal(message.split('\n').length, 2)
    assert.equal(code, 'SEALPOST_CONFIG_UNKNOWN_KEY')
  })

  it('is refused before it is read where it is too long or too deep', () => {
    const head = 'sealpost-sim: 1\nname: '
    assert.match(refusal(head + 'x'.repeat(300_000)).message, /larger than the 256 KiB/)
    for (const text of [
      '['.repeat(100_000),
      '{a: '.repeat(50_000),
      '- '.repeat(100_000),
      '? '.repeat(100_000)
    ]) {
      assert.match(refusal(text).message, /too deeply/)
    }
    const lines = Array.from({ length: 200 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')
    assert.match(refusal(lines).message, /too deeply/)
  })

  it('is refused where files extend each other for ever', () => {
    const text = 'sealpost-sim: 1\nextends: other.yaml'
    assert.throws(
      () => parseScenario({ name: 'own.yaml', text, readBeside: (name) => ({ name, text }) }),
      /other[.]yaml:2: extends must come to an end within 8 files/
    )
  })

  it('cannot reach into what every object has', () => {
    assert.match(refusal('sealpost-sim: 1\n__proto__: { a: 1 }').message, /__proto__ is no key/)
    assert.match(refusal('sealpost-sim: 1\nconstructor: 1').message, /constructor is no key/)
  })
})
