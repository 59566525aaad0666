import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { profileOfOperation, summariseProfile } from './cpu-profile.ts'
import { figure, formatNumber, median, percentile } from './figures.ts'
import { keepInFlight } from './load.ts'
import { formatReport, type Report, thisMachine } from './report.ts'

const RUN = fileURLToPath(new URL('run.ts', import.meta.url))
const run = promisify(execFile)

describe('npm run bench', function () {
  this.timeout(60_000)

  it('measures the floors and reports them as JSON', async () => {
    const { stdout } = await run(process.execPath, [RUN, '--quick', '--json', 'baselines'])
    const report = JSON.parse(stdout) as Report
    assert.equal(report.depth, 'quick')
    assert.equal(report.machine.node, process.version)
    assert.ok(Math.abs(Date.parse(report.date) - Date.now()) < 60_000)
    assert.deepEqual(
      report.figures.map(({ scenario, unit, rounds }) => [scenario, unit, rounds.length]),
      Array.from({ length: 4 }, () => ['baselines', 'us of CPU', 1])
    )
    for (const one of report.figures) {
      assert.ok(one.median > 0 && one.min <= one.median && one.median <= one.max, one.name)
      assert.ok((one.details['perSecond'] ?? 0) > 0, one.name)
    }
  })

  it('compares the Signal engines, and runs the one for browsers in Chromium', async () => {
    const { stdout } = await run(process.execPath, [RUN, '--quick', '--json', 'engine'])
    const { figures } = JSON.parse(stdout) as Report
    assert.deepEqual(
      figures.map(({ goalMax, unit }) => [unit, goalMax]),
      [
        // With a native curve; where key pairs are taken, prepared ahead on the path and in all; alone.
        ...[1, undefined, 3, 3, 3, undefined, 5, 5, 5, undefined].map((goal) => [
          'times libsignal',
          goal
        ]),
        ...Array.from({ length: 3 }, () => ['us', undefined])
      ]
    )
    for (const one of figures) {
      assert.ok(one.median > 0, one.name)
    }
  })

  it('measures the queues of the simulator, and its kernel', async () => {
    const { stdout } = await run(process.execPath, [RUN, '--quick', '--json', 'simulator-kernel'])
    const { figures } = JSON.parse(stdout) as Report
    assert.deepEqual(
      figures.map(({ unit }) => unit),
      [
        ...Array.from({ length: 2 }, () => 'us of CPU per event'),
        'times the heap',
        ...Array.from({ length: 4 }, () => 'us of CPU per event')
      ]
    )
    for (const one of figures) {
      assert.ok(one.median > 0, one.name)
    }
  })

  it('measures a day of simulated people', async () => {
    const { stdout } = await run(process.execPath, [RUN, '--quick', '--json', 'simulator-days'])
    const { figures } = JSON.parse(stdout) as Report
    assert.deepEqual(
      figures.map(({ goalMax, unit }) => [unit, goalMax]),
      [10, 293, 18, 210, 6, 42].map((goal, at) => [at % 2 === 0 ? 'ms of CPU' : 'KiB', goal])
    )
    for (const one of figures) {
      assert.ok(one.median > 0, one.name)
    }
  })

  it('names the scenarios to who asks for another', async () => {
    const failure = await run(process.execPath, [RUN, 'deposits']).then(
      () => assert.fail('it ran'),
      (error: unknown) => error as { readonly code: number; readonly stderr: string }
    )
    assert.equal(failure.code, 2)
    assert.match(failure.stderr, /There is no scenario deposits\./)
    assert.match(failure.stderr, /^ {2}deposit +a durable deposit/m)
  })
})

describe('a figure', () => {
  const init = { scenario: 's', name: 'n', unit: 'us', limit: 'the disk' }

  it('is met at its goal', () => {
    const { verdict, timesGoal, limit } = figure({ ...init, rounds: [1, 70, 99], goalMax: 70 })
    assert.deepEqual([verdict, timesGoal, limit], ['met', undefined, undefined])
  })

  it('is missed beyond it, says by how much and what limits it', () => {
    const { verdict, timesGoal, limit } = figure({ ...init, rounds: [70, 140, 140], goalMax: 70 })
    assert.deepEqual([verdict, timesGoal, limit], ['missed', 2, 'the disk'])
  })

  it('without a goal is not judged', () => {
    assert.equal(figure({ ...init, rounds: [1] }).verdict, undefined)
  })

  it('is the middle of its rounds', () => {
    assert.equal(median([3, 1, 2]), 2)
    assert.equal(median([4, 1, 2, 3]), 2.5)
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at)
    assert.equal(percentile(hundred, 0.5), 50)
    assert.equal(percentile(hundred, 0.99), 99)
  })

  it('has as many digits as it deserves', () => {
    assert.deepEqual([1234.5, 56.78, 1.234, 0.00423].map(formatNumber), [
      '1,235',
      '56.8',
      '1.23',
      '0.0042'
    ])
  })
})

describe('the load', () => {
  it('keeps so many in flight, and ends with the last answer', async () => {
    let inFlight = 0
    let most = 0
    let done = 0
    const lane = (answered: () => void): void => {
      most = Math.max(most, ++inFlight)
      setImmediate(() => {
        inFlight--
        done++
        answered()
      })
    }
    await keepInFlight([lane], { inFlight: 4, count: 10 })
    assert.deepEqual([most, done, inFlight], [4, 10, 0])
  })
})

describe('a profile', () => {
  it('gives native time to the package that asked for it, and none to waiting', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sealpost-profile-'))
    const path = join(directory, 'one.cpuprofile')
    const node = (
      id: number,
      functionName: string,
      url: string,
      children: number[] = []
    ): object => ({
      id,
      callFrame: { functionName, url, lineNumber: 0 },
      children
    })
    const nodes = [
      node(1, '(root)', '', [2, 3]),
      node(2, '(idle)', ''),
      node(3, 'decide', 'file:///x/packages/core/src/relay/deposits.ts', [4]),
      node(4, 'put', 'file:///x/node_modules/classic-level/index.js', [5]),
      node(5, 'std::symbol', '')
    ]
    await writeFile(
      path,
      JSON.stringify({ nodes, samples: [2, 3, 4, 5, 5], timeDeltas: [900, 10, 10, 10, 10] })
    )
    try {
      const { packages, functions } = profileOfOperation('a', await summariseProfile(path), 4)
      assert.deepEqual(packages, [
        { name: 'classic-level', us: 3 },
        { name: '@sealpost/core', us: 1 }
      ])
      assert.deepEqual(functions[0], {
        name: 'put (classic-level/index.js) > native code',
        us: 2
      })
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('the report', () => {
  it('tells what was missed, by how much and why', () => {
    const text = formatReport({
      date: '2026-11-22T10:00:00.000Z',
      depth: 'full',
      machine: thisMachine(),
      build: 'packed',
      raisedBounds: {},
      remarks: ['One remark.'],
      figures: [
        figure({
          scenario: 'deposit',
          name: 'durable deposit',
          unit: 'us of CPU',
          rounds: [140],
          goalMax: 70,
          limit: 'LevelDB.'
        })
      ],
      profiles: []
    })
    assert.match(text, /^2026-11-22, /)
    assert.match(text, /^- One remark\.$/m)
    assert.match(
      text,
      /^\| durable deposit +\| 140 us of CPU +\| 70\.0 +\| missed, 2\.00 times \|/m
    )
    assert.match(text, /^- durable deposit: LevelDB\.$/m)
  })
})
