import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess, SimProcess } from './sim-process.ts'

const SCENARIO = `sealpost-sim: 1
question: Do they hear of each other?
duration: 10m
clients: {count: 6}
relays: {count: 3}
churn: {model: always-on}
workload: {messagesPerDay: 1000, contacts: 2}
`

describe('the command in a process of its own', function () {
  this.timeout(180_000)
  let directory: string
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sealpost-sim-process-'))
    writeFileSync(join(directory, 'few.yaml'), SCENARIO)
  })
  after(() => {
    rmSync(directory, { recursive: true, force: true })
  })

  function read(...path: readonly string[]): string {
    return readFileSync(join(directory, ...path), 'utf8')
  }

  it('runs seeds in threads, runs them again, and compares them with other ones', async () => {
    const a = await runProcess(directory, 'run', 'few.yaml', '--seeds', '1..3', '--out', 'a')
    assert.deepEqual([a.code, a.stderr], [0, ''])
    const one = ['--workers', '1', '--out', 'b']
    const b = await runProcess(directory, 'run', 'few.yaml', '--seeds', '1..3', ...one)
    assert.equal(b.code, 0)
    for (const file of ['summary.json', 'latency.csv', 'relays.csv', 'clients-sample.jsonl']) {
      assert.equal(read('a', file), read('b', file), file)
    }
    const { values } = JSON.parse(read('a', 'summary.json')) as {
      values: Record<string, { mean: number }>
    }
    assert.equal(values['deliveryRatio']?.mean, 1)
    assert.ok((values['messagesWritten']?.mean ?? 0) > 0)
    const again = await runProcess(directory, 'replay', 'a')
    assert.deepEqual([again.code, again.stderr], [0, ''])
    assert.match(again.stdout, /All 3 runs came out the same, event by event\.\n$/)
    const compared = await runProcess(directory, 'diff', 'a', 'b')
    assert.equal(compared.code, 0)
    assert.doesNotMatch(compared.stdout, /differs/)
  })

  it('says which trace differs where a manifest says another', async () => {
    await runProcess(directory, 'run', 'few.yaml', '--seeds', '5', '--out', 'c')
    const path = join(directory, 'c', 'manifest.json')
    const text = read('c', 'manifest.json')
    writeFileSync(path, text.replace(/(?<="traceHash": ")../, '??'))
    const again = await runProcess(directory, 'replay', 'c')
    assert.equal(again.code, 1)
    assert.match(again.stdout, /^seed 5 differs: \d+ events with hash [0-9a-f]+, where there were/)
  })

  it('finds the same whether frames are objects or bytes', async () => {
    const { code, stdout } = await runProcess(directory, 'check', 'few.yaml')
    assert.equal(code, 0)
    assert.match(stdout, /^seed 1: the same \d+ events \(object, object, wire\)\n$/)
  })

  it('hunts in threads', async () => {
    const { code, stdout } = await runProcess(directory, 'hunt', '--seeds', '1..4')
    assert.equal(code, 0, stdout)
    assert.equal(stdout, '4 of 4 seeds played: no promise is broken.\n')
  })

  it('keeps what is done at Ctrl-C', async () => {
    const run = new SimProcess(directory, [
      'run',
      'few.yaml',
      '--seeds',
      '1..5000',
      '--workers',
      '1',
      '--out',
      'd'
    ])
    await fileThere(directory, 'd')
    await fileThere(join(directory, 'd'), 'manifest.json')
    run.child.kill('SIGINT')
    assert.equal(await run.end(), 130)
    const { isPartial, seeds } = JSON.parse(read('d', 'summary.json')) as {
      isPartial: boolean
      seeds: number[]
    }
    assert.equal(isPartial, true)
    assert.ok(seeds.length > 0 && seeds.length < 5000)
    assert.match(run.stderr, new RegExp(`ended early: ${String(seeds.length)} of 5000 runs`))
    assert.equal((await runProcess(directory, 'replay', 'd')).code, 0)
  })

  it('ends quietly where nobody reads its output', async () => {
    const run = new SimProcess(directory, ['--help'])
    run.child.stdout?.destroy()
    await once(run.child, 'exit')
    assert.equal(run.stderr, '')
  })
})

/** Resolves once a folder has an entry of that name. */
async function fileThere(folder: string, name: string): Promise<void> {
  const watcher = watch(folder)
  try {
    while (!readdirSync(folder).includes(name)) {
      await once(watcher, 'change')
    }
  } finally {
    watcher.close()
  }
}
