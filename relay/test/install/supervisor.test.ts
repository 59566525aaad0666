import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock, MemoryLog, settle } from '@sealpost/host/testing'
import { Supervisor } from '../../src/command/supervisor.ts'
import { RelayProcess } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

class Scene {
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  readonly told: string[] = []
  isDeaf = false
  readonly supervisor: Supervisor

  constructor(environment: Readonly<Record<string, string>>) {
    const { clock, log } = this
    const tell = (words: readonly string[]): Promise<void> => {
      this.told.push(words.join(' '))
      return this.isDeaf ? Promise.reject(new Error('no')) : Promise.resolve()
    }
    this.supervisor = new Supervisor({ environment, clock, log, tell })
  }
}

describe('a relay under systemd', () => {
  it('tells that it is ready, thrice in each time of the watchdog that it runs, and that it stops', async () => {
    const { clock, supervisor, told } = new Scene({
      NOTIFY_SOCKET: '/run',
      WATCHDOG_USEC: '60000000'
    })
    clock.advance(60_000)
    assert.deepEqual(told, [])
    await supervisor.ready()
    clock.advance(60_000)
    await supervisor.stopping()
    clock.advance(20_000)
    supervisor.end()
    clock.advance(60_000)
    const runs = 'WATCHDOG=1'
    assert.deepEqual(told, ['--ready', runs, runs, runs, 'STOPPING=1', runs])
  })

  it('tells nothing where systemd does not listen, and has no watchdog where that is not wanted', async () => {
    const alone = new Scene({ WATCHDOG_USEC: '60000000' })
    await alone.supervisor.ready()
    await alone.supervisor.stopping()
    assert.deepEqual(alone.told, [])
    assert.equal(alone.clock.timerCount, 0)
    for (const wanted of [{}, { WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: 'soon' }]) {
      const calm = new Scene({ NOTIFY_SOCKET: '/run', ...wanted })
      await calm.supervisor.ready()
      assert.equal(calm.clock.timerCount, 0)
    }
  })

  it('serves people where systemd cannot be told', async () => {
    const scene = new Scene({ NOTIFY_SOCKET: '/run', WATCHDOG_USEC: '3000000' })
    scene.isDeaf = true
    await scene.supervisor.ready()
    scene.clock.advance(1_000)
    await settle()
    assert.deepEqual(scene.log.events('warn'), Array(2).fill('relay.supervisor.not-told'))
    scene.supervisor.end()
  })

  it('tells so with the program of systemd', async () => {
    await using directory = await temporaryDirectory()
    const written = join(directory.path, 'told')
    const program = join(directory.path, 'systemd-notify')
    await writeFile(program, `#!/bin/sh\necho "$@" >> ${written}\n`)
    await chmod(program, 0o755)
    const environment = {
      PATH: `${directory.path}:${process.env['PATH'] ?? ''}`,
      NOTIFY_SOCKET: join(directory.path, 'notify'),
      WATCHDOG_USEC: '300000'
    }
    const where = ['--data', join(directory.path, 'data'), '--listen', '127.0.0.1:0']
    const quiet = ['--web', 'none', '--operator-listen', 'none', '--json']
    await using relay = new RelayProcess(['run', ...where, ...quiet], environment)
    await relay.untilWritten(/"event":"ready"/)
    assert.equal((await readFile(written, 'utf8')).split('\n')[0], '--ready')
    relay.kill('SIGTERM')
    assert.equal((await relay.ended()).code, 0)
    assert.match(await readFile(written, 'utf8'), /^STOPPING=1$/m)
  }).timeout(30_000)
})
