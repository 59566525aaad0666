import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'
import { madeUpRun, type Ran, runHere } from './run-here.ts'

const SCENARIO =
  'sealpost-sim: 1\nname: small\nquestion: Is it?\nduration: 1h\nrelays: {count: 5}\n'
const COSTS = [
  'client-commit',
  'client-handle',
  'client-handshake',
  'client-hash',
  'client-read',
  'relay-commit',
  'relay-handle',
  'relay-handshake',
  'relay-read'
]

describe('the command', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sealpost-sim-'))
    writeFileSync(join(directory, 'small.yaml'), SCENARIO)
  })
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true })
  })

  function sim(...line: readonly string[]): Promise<Ran> {
    return runHere(line, { directory })
  }

  function write(name: string, text: string): void {
    writeFileSync(join(directory, name), text)
  }

  function read(...path: readonly string[]): string {
    return readFileSync(join(directory, ...path), 'utf8')
  }

  it('runs every seed and says what they came to', async () => {
    const { code, printed, warned } = await sim(
      'run',
      'small.yaml',
      '--seeds',
      '1..3',
      '--out',
      'a'
    )
    assert.deepEqual([code, warned], [0, []])
    assert.match(printed.join('\n'), /deliveryRatio +99\.8\s% +99\.552\s% to 100\s%/)
    assert.match(printed.at(-1) ?? '', /report\.html$/)
    assert.ok(readdirSync(join(directory, 'a')).includes('report.html'))
  })

  it('names the folder after the scenario, and no folder twice', async () => {
    await sim('run', 'small.yaml')
    await sim('run', 'small.yaml')
    assert.ok(existsSync(join(directory, 'small/manifest.json')))
    assert.ok(existsSync(join(directory, 'small-2/manifest.json')))
  })

  it('ends with 1 where an expectation is not met, with a sentence for each', async () => {
    write('strict.yaml', `${SCENARIO}expect: {deliveryRatio: {min: 1}, duplicates: {max: 0}}\n`)
    const { code, warned } = await sim('run', 'strict.yaml', '--seeds', '1')
    assert.equal(code, 1)
    assert.deepEqual(warned, ['deliveryRatio was to be at least 1, and is 0.999 on average.'])
  })

  it('says with --json the same as objects', async () => {
    const { code, printed } = await sim('run', 'small.yaml', '--seeds', '4', '--out', 'a', '--json')
    assert.deepEqual([code, printed.length], [0, 1])
    const { folder, seeds } = JSON.parse(printed[0] ?? '') as { folder: string; seeds: number[] }
    assert.deepEqual([folder, seeds], [join(directory, 'a'), [4]])
  })

  it('keeps what is done when it is ended', async () => {
    const ending = new AbortController()
    const { code, warned } = await runHere(['run', 'small.yaml', '--seeds', '1..9', '--out', 'a'], {
      directory,
      signal: ending.signal,
      runScenario: (scenario, seeds) => {
        if (seeds.workload === 2) {
          ending.abort()
        }
        return madeUpRun(scenario, seeds)
      }
    })
    assert.equal(code, 130)
    assert.match(warned.join(), /ended early: 2 of 9 runs/)
    const { isPartial, seeds } = JSON.parse(read('a', 'summary.json')) as Record<string, unknown>
    assert.deepEqual([isPartial, seeds], [true, [1, 2]])
    assert.equal((await sim('replay', 'a')).code, 0)
  })

  it('leaves nothing where nothing was done', async () => {
    const { code } = await runHere(['run', 'small.yaml', '--out', 'a'], {
      directory,
      signal: AbortSignal.abort()
    })
    assert.equal(code, 130)
    assert.deepEqual(readdirSync(join(directory, 'a')), [])
  })

  it('makes a folder for each variant of a sweep, and a table and a page over them', async () => {
    write('sweep.yaml', `${SCENARIO}sweep: {relays.count: [3, 6], seeds: 2}\n`)
    const { code } = await sim('run', 'sweep.yaml', '--out', 'a')
    assert.equal(code, 0)
    assert.deepEqual(readdirSync(join(directory, 'a')).sort(), [
      '01-relays.count=3',
      '02-relays.count=6',
      'report.html',
      'sweep.csv'
    ])
    const rows = read('a', 'sweep.csv').trimEnd().split('\n')
    assert.equal(rows[0], 'folder,relays.count,value,mean,low,high,seeds')
    assert.ok(rows.includes('02-relays.count=6,6,relayConnectionsMax,6,6,6,2'))
    assert.match(read('a', 'report.html'), /href="01-relays.count%3D3\/report.html"/)
    const again = await sim('replay', 'a')
    assert.deepEqual([again.code, again.printed.length], [0, 5])
  })

  it('says what it changes over the file', async () => {
    await sim('run', 'small.yaml', '--set', 'relays.count=9', '--out', 'a')
    assert.match(read('a', 'manifest.json'), /\\"count\\": 9/)
  })

  it('replays a folder and says which seed differs', async () => {
    await sim('run', 'small.yaml', '--seeds', '1..3', '--out', 'a')
    const same = await sim('replay', 'a')
    assert.deepEqual(
      [same.code, same.printed.at(-1)],
      [0, 'All 3 runs came out the same, event by event.']
    )
    const other = await runHere(['replay', 'a'], {
      directory,
      runScenario: (scenario, seeds) => {
        const result = madeUpRun(scenario, seeds)
        return seeds.workload === 2 ? { ...result, traceHash: 'other' } : result
      }
    })
    assert.equal(other.code, 1)
    assert.match(other.printed.join('\n'), /seed 1 is the same\nseed 2 differs: .*\nseed 3 is the/)
    assert.match(other.warned.join(), /was made with commit [0-9a-f]{40}/)
  })

  it('replays nothing that ran on the wall clock', async () => {
    await runHere(['run', 'small.yaml', '--out', 'a'], {
      directory,
      runScenario: (scenario, seeds) => {
        return { ...madeUpRun(scenario, seeds), traceHash: undefined }
      }
    })
    const { code, warned } = await sim('replay', 'a')
    assert.equal(code, 2)
    assert.match(warned.join(), /on the wall clock.*diff/)
  })

  it('checks that twice, and with bytes, comes out the same', async () => {
    const same = await sim('check', 'small.yaml')
    assert.deepEqual(same, {
      code: 0,
      printed: ['seed 1: the same 10001 events (object, object, wire)'],
      warned: []
    })
    const inEarnest = await sim('check', 'small.yaml', '--crypto')
    assert.match(inEarnest.printed.join(), /\(object, object, wire, crypto\)$/)
    const other = await runHere(['check', 'small.yaml'], {
      directory,
      runScenario: (scenario, seeds) => {
        return { ...madeUpRun(scenario, seeds), traceHash: scenario.fidelity }
      }
    })
    assert.equal(other.code, 1)
    assert.match(other.printed.join(), /wire: 10001 events, hash wire/)
  })

  it('compares two folders value by value', async () => {
    await sim('run', 'small.yaml', '--seeds', '1..5', '--out', 'a')
    await sim('run', 'small.yaml', '--seeds', '101..105', '--set', 'relays.count=7', '--out', 'b')
    const { code, printed } = await sim('diff', 'a', 'b', '--json')
    assert.equal(code, 0)
    const verdicts = printed.map((line) => {
      const { value, difference } = JSON.parse(line) as {
        value: string
        difference: { verdict: string }
      }
      return `${value} ${difference.verdict}`
    })
    assert.deepEqual(verdicts, [
      'deliveryRatio differs',
      'duplicates the same',
      'linkedBy50PercentShare differs',
      'linkedByOneShare the same',
      'networkLatencyP50Ms cannot be told apart',
      'recoveryMs differs',
      'relayConnectionsMax differs',
      'timingAucByOne the same'
    ])
    assert.match((await sim('diff', 'a', 'b')).printed.join(), /deliveryRatio +99\.7\s% ±.*Welch/)
    await sim('run', 'small.yaml', '--seeds', '1..5', '--set', 'relays.count=7', '--out', 'c')
    assert.match(
      (await sim('diff', 'a', 'c')).printed.join(),
      /relayConnectionsMax .* pairs +differs/
    )
  })

  it('makes what fails small, with a seed that fails alone', async () => {
    write(
      'strict.yaml',
      `${SCENARIO}expect: {relayConnectionsMax: {max: 4}, deliveryRatio: {min: 0.5}}\n`
    )
    assert.equal((await sim('run', 'strict.yaml', '--out', 'a')).code, 1)
    const { code, printed } = await sim('shrink', 'a', '--out', 'small.json')
    assert.equal(code, 0)
    assert.match(printed.join(), /clients, 5 relays, .* It fails relayConnectionsMax with seed 1/)
    assert.equal((await sim('run', 'small.json', '--out', 'b')).code, 1)
    const { warned } = await sim('shrink', 'a', '--out', 'small.json')
    assert.match(warned.join(), /small.json cannot be written/)
  })

  it('has nothing to make small where nothing fails', async () => {
    await sim('run', 'small.yaml', '--out', 'a')
    assert.match((await sim('shrink', 'a')).warned.join(), /expects nothing/)
    write('easy.yaml', `${SCENARIO}expect: {deliveryRatio: {min: 0.5}}\n`)
    await sim('run', 'easy.yaml', '--out', 'b')
    assert.match((await sim('shrink', 'b')).warned.join(), /No seed of .* fails alone/)
  })

  it('hunts, and tells and keeps what breaks a promise', async () => {
    const well = await sim('hunt', '--seeds', '1..3')
    assert.deepEqual([well.code, well.printed], [0, ['3 of 3 seeds played: no promise is broken.']])
    const { code, printed } = await runHere(['hunt', '--seeds', '1..3', '--out', 'found'], {
      directory,
      broken: [2]
    })
    assert.equal(code, 1)
    assert.match(printed.join('\n'), /sealpost-sim hunt --seeds 2\nsealpost-sim .*, Node \d/)
    assert.match(printed.at(-1) ?? '', /1 break a promise/)
    assert.deepEqual(readdirSync(join(directory, 'found')).sort(), ['seed-2.json', 'seed-2.txt'])
    assert.equal((JSON.parse(read('found', 'seed-2.json')) as { seed: number }).seed, 2)
  })

  it('measures this machine as costs that a scenario takes', async () => {
    const { code, printed } = await sim('calibrate')
    assert.equal(code, 0)
    const text = `${SCENARIO}${printed.join('\n')}\n`
    const { costs } = parseScenario({ name: 'x', text }).variants[0]?.scenario ?? {}
    assert.deepEqual([...(costs?.keys() ?? [])].sort(), COSTS)
    assert.ok([...(costs?.values() ?? [])].every((us) => us >= 1))
    assert.deepEqual(readdirSync(directory), ['small.yaml'])
  }).timeout(60_000)

  it('lists what is shipped, and every one of them is a scenario with a question', async () => {
    const { code, printed } = await sim('list', '--json')
    assert.equal(code, 0)
    assert.ok(printed.length > 0)
    for (const line of printed) {
      assert.match((JSON.parse(line) as { question: string }).question, /\?$/)
    }
  })

  it('begins a scenario that can be run at once, and overwrites none', async () => {
    assert.equal((await sim('new', 'mine')).code, 0)
    const { code } = await sim('run', 'mine.yaml', '--out', 'a')
    assert.equal(code, 0)
    assert.equal(readdirSync(join(directory, 'a')).length, 5)
    const again = await sim('new', 'mine')
    assert.deepEqual([again.code, again.warned.length], [2, 1])
    assert.match(again.warned.join(), /is there already/)
  })

  const wrong: readonly (readonly [line: string, sentence: RegExp])[] = [
    ['', /Say what to do/],
    ['rum small.yaml', /no command "rum". Did you mean run\?/],
    ['run', /SCENARIO is missing. Write: sealpost-sim run SCENARIO/],
    ['run small.yaml other', /"other" is one word too many/],
    ['run smal.yaml', /no file .*smal.yaml/],
    ['run defualt', /Did you mean default\?/],
    ['run small.yaml --seed 3', /no flag "--seed". Did you mean --seeds\?/],
    ['run small.yaml --seeds', /--seeds needs a value/],
    ['run small.yaml --seeds 3..1', /--seeds takes numbers/],
    ['run small.yaml --seeds 1..99999', /at most 10000/],
    ['run small.yaml --seeds 1 --seeds 2', /given twice/],
    ['run small.yaml --workers 0', /--workers takes/],
    ['run small.yaml --json=1', /takes no value/],
    ['run small.yaml --set relays', /--set takes a path and a value/],
    ['run small.yaml --set relays.cuont=3', /relays\.cuont/],
    ['run small.yaml --out .', /something in .* already/],
    ['hunt --size large', /--size is one of/],
    ['hunt --depth deep', /--depth is one of/],
    ['hunt --depth whole --size full', /leave --size out/],
    ['replay .', /no manifest.json/],
    ['replay nowhere', /no manifest.json/],
    ['diff . .', /summary.json cannot be read/],
    ['new ../mine', /NAME takes letters/]
  ]
  for (const [line, sentence] of wrong) {
    it(`ends with 2 and a sentence for ${line || 'nothing'}`, async () => {
      const { code, printed, warned } = await sim(...line.split(' ').filter((word) => word !== ''))
      assert.match(warned.join('\n'), sentence)
      assert.deepEqual([code, printed], [2, []])
    })
  }

  it('says errors as objects with --json', async () => {
    const { warned } = await sim('run', '--json')
    const { error } = JSON.parse(warned[0] ?? '') as { error: { code: string } }
    assert.equal(error.code, 'SEALPOST_USAGE')
  })

  it('has help for all and for each, and a version', async () => {
    const all = (await sim('--help')).printed.join('\n')
    for (const name of [
      'run',
      'replay',
      'check',
      'diff',
      'shrink',
      'hunt',
      'list',
      'new',
      'calibrate'
    ]) {
      assert.match(all, new RegExp(`^ {2}${name} `, 'm'))
      const { code, printed } = await sim(name, '--help')
      assert.equal(code, 0)
      assert.match(printed.join('\n'), new RegExp(`^sealpost-sim ${name}\\b`))
    }
    assert.match((await sim('--version')).printed.join(), /^sealpost-sim \d/)
  })
})
