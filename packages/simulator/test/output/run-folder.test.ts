import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Manifest, readManifest } from '../../src/output/manifest.ts'
import { RunFolder, writeParts } from '../../src/output/run-folder.ts'
import { digestOf } from '../../src/output/seed-digest.ts'
import type { Summary } from '../../src/output/summary.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { sampleResult, sampleScenario } from './sample-result.ts'

const FILES = [
  'clients-sample.jsonl',
  'latency.csv',
  'manifest.json',
  'relays.csv',
  'report.html',
  'summary.json'
]

describe('the folder of a run', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sealpost-run-folder-'))
  })
  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })

  function create(name: string, seeds: readonly number[], scenario?: Scenario): Promise<RunFolder> {
    return RunFolder.create({
      path: join(root, name),
      scenario: scenario ?? sampleScenario(),
      seeds,
      software: { version: '0.1.0', node: '24.0.0', v8: '13.6' },
      machine: { platform: 'linux', arch: 'x64', cpu: 'any', cores: 2, memoryBytes: 2 ** 30 },
      took: () => {
        const startedAt = '2025-01-06T00:00:00.000Z'
        return { startedAt, wallMs: 1, cpuMs: 1, rssBytesMax: 1, workers: 2 }
      }
    })
  }

  async function add(folder: RunFolder, seed: number): Promise<void> {
    writeParts(folder.partsPath, seed, sampleResult(seed))
    await folder.add(digestOf(seed, sampleResult(seed)))
  }

  function read(name: string, file: string): string {
    return readFileSync(join(root, name, file), 'utf8')
  }

  it('has the same bytes in whatever order the seeds end', async () => {
    for (const [name, order] of [
      ['a', [1, 2, 3]],
      ['b', [3, 1, 2]]
    ] as const) {
      const folder = await create(name, [1, 2, 3])
      for (const seed of order) {
        await add(folder, seed)
      }
      await folder.finish()
      assert.deepEqual(readdirSync(join(root, name)).sort(), FILES)
    }
    for (const file of FILES) {
      assert.equal(read('a', file), read('b', file), file)
    }
  })

  it('has a summary of means, intervals and every seed, and no time in it', async () => {
    const folder = await create('a', [1, 2, 3])
    for (const seed of [1, 2, 3]) {
      await add(folder, seed)
    }
    const summary = await folder.finish()
    assert.deepEqual(JSON.parse(read('a', 'summary.json')), summary)
    assert.deepEqual(summary.seeds, [1, 2, 3])
    assert.equal(summary.isPartial, false)
    assert.deepEqual(Object.keys(summary.values), [
      'deliveryRatio',
      'duplicates',
      'linkedBy50PercentShare',
      'linkedByOneShare',
      'networkLatencyP50Ms',
      'recoveryMs',
      'timingAucByOne'
    ])
    const { mean, low = 0, high = 0, perSeed } = summary.values['deliveryRatio'] ?? {}
    assert.equal(mean?.toFixed(12), '0.998000000000')
    // 0.998 +- 4.3027 * 0.001 / sqrt(3)
    assert.ok(Math.abs(low - 0.995_516) < 1e-6 && Math.abs(high - 1.000_484) < 1e-6)
    assert.deepEqual(perSeed, { 1: 0.999, 2: 0.998, 3: 0.997 })
    assert.deepEqual(summary.values['recoveryMs']?.perSeed, { 1: 1500, 3: 4500 })
    assert.doesNotMatch(read('a', 'summary.json'), /startedAt|wallMs/)
  })

  it('keeps every row under its seed, in the order of the seeds', async () => {
    const folder = await create('a', [1, 2])
    await add(folder, 2)
    await add(folder, 1)
    await folder.finish()
    const relays = read('a', 'relays.csv').trimEnd().split('\n')
    assert.equal(relays.length, 1 + 2 * 180 * 3)
    assert.match(relays[0] ?? '', /^seed,minute,relay,isUp,connections,/)
    assert.equal(relays[1], '1,0,0,1,10,0,0,60,30,6000,3000,0,0')
    assert.equal(relays.at(-1), '2,179,2,1,30,59,483328,180,60,18000,6000,2,0')
    const clients = read('a', 'clients-sample.jsonl').trimEnd().split('\n')
    assert.deepEqual(
      clients.map((line) => (JSON.parse(line) as { seed: number }).seed),
      [1, 1, 2, 2]
    )
    const counts = read('a', 'latency.csv').trimEnd().split('\n').slice(1)
    const sum = counts.reduce((sum, line) => sum + Number(line.split(',')[4]), 0)
    assert.equal(sum, 2 * 2 * 500)
  })

  it('is usable while seeds are missing, and says which', async () => {
    const folder = await create('a', [1, 2, 3])
    await add(folder, 3)
    await add(folder, 1)
    const early = JSON.parse(read('a', 'summary.json')) as Summary
    assert.deepEqual([early.isPartial, early.seeds], [true, [1, 3]])
    const summary = await folder.finish()
    assert.equal(summary.isPartial, true)
    const manifest = JSON.parse(read('a', 'manifest.json')) as Manifest
    assert.deepEqual([manifest.isPartial, manifest.missingSeeds], [true, [2]])
    assert.match(read('a', 'report.html'), /ended early.*\(2\)/)
    assert.deepEqual(readdirSync(join(root, 'a')).sort(), FILES)
    assert.equal(read('a', 'relays.csv').trimEnd().split('\n').length, 1 + 2 * 180 * 3)
  })

  it('says of each expectation whether the means meet it', async () => {
    const lines = [
      'expect:',
      '  deliveryRatio: {min: 0.999}',
      '  duplicates: {max: 0}',
      '  directShare: {min: 1}'
    ]
    const folder = await create('a', [1, 2], sampleScenario(lines))
    await add(folder, 1)
    await add(folder, 2)
    const { expect } = await folder.finish()
    assert.deepEqual(
      expect.map(({ value, isMet, sentence }) => [value, isMet, sentence]),
      [
        [
          'deliveryRatio',
          false,
          'deliveryRatio was to be at least 0.999, and is 0.9985 on average.'
        ],
        ['directShare', false, 'No run has a value named directShare.'],
        ['duplicates', true, undefined]
      ]
    )
  })

  it('is refused where there is something already', async () => {
    mkdirSync(join(root, 'a'))
    writeFileSync(join(root, 'a', 'thesis.tex'), '')
    await assert.rejects(create('a', [1]), { code: 'SEALPOST_USAGE', message: /stays as it is/ })
    assert.deepEqual(readdirSync(join(root, 'a')), ['thesis.tex'])
  })

  it('says where it cannot be written', async () => {
    writeFileSync(join(root, 'file'), '')
    await assert.rejects(create('file/a', [1]), { code: 'SEALPOST_STORE_FAILED' })
  })

  it('has a manifest that names the scenario and every run, and is read again', async () => {
    const folder = await create('a', [1])
    await add(folder, 1)
    await folder.finish()
    const { scenario, runs, isPartial } = readManifest('m', read('a', 'manifest.json'))
    assert.equal(isPartial, false)
    assert.equal(scenario.name, 'sample')
    assert.deepEqual(runs, [
      {
        seed: 1,
        seeds: { topology: 1, workload: 1, faults: 1 },
        eventCount: 10_001,
        traceHash: 'hash-of-1'
      }
    ])
  })

  it('has a manifest that is not believed where it was changed', async () => {
    const folder = await create('a', [1])
    await add(folder, 1)
    await folder.finish()
    const text = read('a', 'manifest.json')
    const changed: readonly (readonly [string, RegExp])[] = [
      ['', /no JSON/],
      ['{}', /no manifest/],
      ['[]', /no manifest/],
      [text.replace('\\"name\\": \\"sample\\"', '\\"name\\": \\"other\\"'), /sha256/],
      [text.replace('"eventCount": 10001', '"eventCount": -1'), /runs/],
      [text.replace('"topology": 1', '"topology": "1"'), /runs/]
    ]
    for (const [text, message] of changed) {
      assert.throws(() => readManifest('m', text), { code: 'SEALPOST_CONFIG_INVALID', message })
    }
  })
})
