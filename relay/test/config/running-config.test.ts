import assert from 'node:assert/strict'
import { inspectConfig, type InspectedConfig } from '../../src/config/config.ts'
import { OPTION_ROWS } from '../../src/config/option-rows.ts'
import { type ReloadOutcome, RunningConfig } from '../../src/config/running-config.ts'
import { otherValue, PARTNERS } from './other-value.ts'

interface Scene {
  readonly running: RunningConfig
  readonly outcomes: ReloadOutcome[]
  readonly write: (text: string) => void
}

function scene(first = '', flags: Readonly<Record<string, string>> = {}): Scene {
  let text = first
  const inspect = (): InspectedConfig =>
    inspectConfig({
      flags: new Map(Object.entries(flags).map(([name, value]) => [name, [value]])),
      environment: {},
      file: { name: 'relay.yaml', text }
    })
  const running = new RunningConfig({
    inspected: inspect(),
    read: () => Promise.resolve().then(inspect)
  })
  const outcomes: ReloadOutcome[] = []
  running.onReload((outcome) => outcomes.push(outcome))
  const write = (next: string): void => {
    text = next
  }
  return { running, outcomes, write }
}

describe('the configuration of a relay that runs', () => {
  for (const row of OPTION_ROWS) {
    const { name, isLive } = row
    it(`${isLive ? 'takes' : 'only names'} another ${name}`, async () => {
      const partner = PARTNERS[name]
      const beside = partner === undefined ? '' : `${partner}: /beside\n`
      const { running, outcomes, write } = scene(beside === '' ? '' : `${beside}${name}: /before\n`)
      const before = running.config
      const shown = async (): Promise<string | undefined> => {
        const { options } = await running.show(false)
        return options.find((option) => option.name === name)?.value
      }
      const shownBefore = await shown()
      write(`${beside}${name}: ${otherValue(row)}`)
      assert.deepEqual(await running.reload(), {
        changed: isLive ? [name] : [],
        needRestart: isLive ? [] : [name]
      })
      assert.equal((await shown()) === shownBefore, !isLive)
      if (!isLive) {
        assert.deepEqual(running.config, before)
      }
      assert.equal(outcomes[0]?.config, running.config)
      // A second time it is as it is: what needs a restart still does.
      assert.deepEqual(await running.reload(), { changed: [], needRestart: isLive ? [] : [name] })
    })
  }

  it('stays whole as it was where anything is wrong', async () => {
    const { running, outcomes, write } = scene('work-bits: 3')
    const before = running.config
    write('work-bits: 4\nreqest-burst: 1\nlog-level: loud')
    await assert.rejects(running.reload(), {
      name: 'ConfigError',
      message: /^2 things are wrong .*reqest-burst .*Did you mean request-burst\?.*log-level/s
    })
    assert.equal(running.config, before)
    assert.deepEqual(outcomes, [{ isValid: false, changed: [], config: before }])
    write('work-bits: 5')
    assert.deepEqual(await running.reload(), { changed: ['work-bits'], needRestart: [] })
    assert.equal(running.config.relay.workBits, 5)
  })

  it('goes back to a default where a line is gone', async () => {
    const { running, write } = scene('work-bits: 3')
    write('')
    assert.deepEqual(await running.reload(), { changed: ['work-bits'], needRestart: [] })
    assert.equal(running.config.relay.workBits, 16)
  })

  it('keeps what a flag says, whatever the file does', async () => {
    const { running, write } = scene('', { 'work-bits': '7' })
    write('work-bits: 3')
    assert.deepEqual(await running.reload(), { changed: [], needRestart: [] })
    assert.equal(running.config.relay.workBits, 7)
  })

  it('tells what a restart would take, without taking it', async () => {
    const { running, write } = scene()
    write('work-bits: 3\nlisten: 127.0.0.1:1')
    const next = await running.show(true)
    assert.equal(next.of, 'next')
    const values = new Map(next.options.map(({ name, value }) => [name, value]))
    assert.equal(values.get('work-bits'), '3')
    assert.equal(values.get('listen'), '127.0.0.1:1')
    assert.equal(running.config.relay.workBits, 16)
    assert.equal((await running.show(false)).of, 'running')
  })

  it('is reloaded once at a time, and ends as the last one was', async () => {
    const { running, outcomes, write } = scene()
    const reloads = [1, 2, 3].map(() => running.reload())
    write('work-bits: 3')
    const answers = await Promise.all(reloads)
    assert.equal(answers.filter(({ changed }) => changed.length === 1).length, 1)
    assert.equal(outcomes.length, 3)
    assert.equal(running.config.relay.workBits, 3)
  })
})
