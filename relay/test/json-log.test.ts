import assert from 'node:assert/strict'
import { JsonLog, type JsonLogOptions, type LogOutput } from '../src/log/json-log.ts'

class Lines implements LogOutput {
  readonly lines: string[] = []
  writableLength = 0
  isBroken = false

  write(line: string): void {
    if (this.isBroken) {
      throw new Error('nobody reads')
    }
    this.lines.push(line)
  }
}

class Scene {
  readonly output = new Lines()
  nowMs = Date.UTC(2026, 10, 22)
  readonly log: JsonLog

  constructor(options: Partial<JsonLogOptions> = {}) {
    const wallMs = (): number => this.nowMs
    this.log = new JsonLog({
      level: 'info',
      format: 'json',
      output: this.output,
      wallMs,
      ...options
    })
  }

  /** What was logged, as objects without their time. */
  entries(): readonly unknown[] {
    return this.output.lines.map((line) => {
      const { at, ...entry } = JSON.parse(line) as Record<string, unknown>
      assert.equal(typeof at, 'string')
      return entry
    })
  }
}

describe('the log', () => {
  it('writes one JSON object a line', () => {
    const scene = new Scene()
    scene.log.info('relay.ready', { count: 3, isFresh: true, name: 'a\nb', nothing: undefined })
    assert.deepEqual(scene.output.lines, [
      '{"at":"2026-11-22T00:00:00.000Z","level":"info","event":"relay.ready","count":3,"isFresh":true,"name":"a\\nb"}\n'
    ])
  })

  it('writes lines for people', () => {
    const scene = new Scene({ format: 'pretty' })
    scene.log.warn('relay.disk', { freeBytes: 3, nothing: undefined })
    assert.deepEqual(scene.output.lines, [
      '2026-11-22T00:00:00.000Z warn  relay.disk freeBytes=3\n'
    ])
  })

  it('leaves out what is less urgent than its level', () => {
    const told = (level: JsonLogOptions['level']): number => {
      const { log, output } = new Scene({ level })
      log.debug('a')
      log.info('b')
      log.warn('c')
      log.error('d')
      return output.lines.length
    }
    assert.deepEqual((['error', 'warn', 'info', 'debug'] as const).map(told), [1, 2, 3, 4])
  })

  it('tells an event twenty times in ten seconds, and afterwards how often it came', () => {
    const scene = new Scene()
    for (let i = 0; i < 1_000; i++) {
      scene.log.info('relay.again')
    }
    assert.equal(scene.output.lines.length, 20)
    scene.log.info('relay.other')
    assert.equal(scene.output.lines.length, 21)
    scene.nowMs += 9_999
    scene.log.info('relay.again')
    assert.equal(scene.output.lines.length, 21)
    scene.nowMs += 1
    scene.log.info('relay.again')
    assert.deepEqual(scene.entries().at(-1), {
      level: 'info',
      event: 'relay.again',
      suppressedCount: 981
    })
  })

  it('drops lines while nobody reads them, and says how many', () => {
    const scene = new Scene()
    scene.output.writableLength = 1024 * 1024 + 1
    scene.log.info('relay.lost')
    scene.log.info('relay.lost')
    scene.output.writableLength = 1024 * 1024
    scene.log.info('relay.told')
    assert.deepEqual(scene.entries(), [{ level: 'info', event: 'relay.told', droppedCount: 2 }])
  })

  it('goes on where a line cannot be written', () => {
    const scene = new Scene()
    scene.output.isBroken = true
    scene.log.error('relay.lost')
    scene.output.isBroken = false
    scene.log.error('relay.told')
    assert.deepEqual(scene.entries(), [{ level: 'error', event: 'relay.told', droppedCount: 1 }])
  })
})
