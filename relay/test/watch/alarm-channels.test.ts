import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ManualClock, MemoryLog, settle } from '@sealpost/host/testing'
import type { Alarm } from '@sealpost/operator'
import {
  AlarmChannels,
  type AlarmChannelsOptions,
  type AlarmWord
} from '../../src/watch/alarm-channels.ts'
import { SYSTEM_CLOCK } from '../../src/world/system-clock.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const ALARM: Alarm = {
  id: 7,
  name: 'commit-slow',
  isUrgent: false,
  sentence: 'The disk takes long to write.',
  test: 'commit-ms > 250 for 2m',
  value: 412.3456,
  raisedAtMs: 1_767_225_600_000,
  resolvedAtMs: undefined,
  answeredAtMs: undefined,
  escalatedAtMs: undefined
}

interface Scene {
  readonly channels: AlarmChannels
  readonly clock: ManualClock
  readonly log: MemoryLog
}

function scene(options: Partial<AlarmChannelsOptions>): Scene {
  const clock = new ManualClock()
  const log = new MemoryLog()
  const none = { webhook: undefined, command: [], relay: () => '/dns4/relay.example' }
  return { channels: new AlarmChannels({ clock, log, ...none, ...options }), clock, log }
}

describe('who is told of alarms', function () {
  this.timeout(20_000)

  it('is the log, always', () => {
    const { channels, log } = scene({})
    channels.tell({ type: 'raised', alarm: ALARM })
    channels.tell({ type: 'resolved', alarm: ALARM })
    assert.deepEqual(log.events('warn'), ['relay.alarm.raised'])
    assert.deepEqual(log.events('info'), ['relay.alarm.resolved'])
    assert.equal(log.entries[0]?.fields.value, 412.3)
  })

  it('is a webhook, as JSON', async () => {
    const got = Promise.withResolvers<string>()
    const server = createServer((request, response) => {
      let text = `${request.method ?? ''} ${request.url ?? ''} ${request.headers['content-type'] ?? ''}\n`
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      request.on('end', () => {
        response.end('x'.repeat(1_000_000))
        got.resolve(text)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const webhook = `http://127.0.0.1:${String(port)}/hook`
    const { channels } = scene({ webhook, clock: SYSTEM_CLOCK })
    channels.tell({ type: 'raised', alarm: ALARM })
    const [line, body = ''] = (await got.promise).split('\n')
    assert.equal(line, 'POST /hook application/json')
    const word = JSON.parse(body) as AlarmWord
    assert.equal(word.type, 'raised')
    assert.equal(word.id, 7)
    assert.equal(word.relay, '/dns4/relay.example')
    server.close()
    server.closeAllConnections()
  })

  it('is a command, without a shell', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'told')
    const program = `const { writeFileSync, readFileSync } = require('node:fs')
writeFileSync(process.argv[1], process.argv[2] + process.env.SEALPOST_ALARM_NAME + readFileSync(0, 'utf8'))`
    const command = [process.execPath, '-e', program, path, '$(id)`id`;']
    const { channels } = scene({ command, clock: SYSTEM_CLOCK })
    channels.tell({ type: 'raised', alarm: ALARM })
    while (channels.state.some(({ waitingCount }) => waitingCount > 0)) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      SYSTEM_CLOCK.setTimer(20, () => {
        resolve(undefined)
      })
      await promise
    }
    assert.match(await readFile(path, 'utf8'), /^\$\(id\)`id`;commit-slow\{"type":"raised"/)
  })

  it('is tried again, ever more slowly, and at last given up for the next', async () => {
    const words: string[] = []
    let isDown = true
    const { channels, clock, log } = scene({
      webhook: 'https://relay.example/hook',
      tell: (_channel, { type }) => {
        words.push(type)
        return isDown ? Promise.reject(new Error('secret.example is down')) : Promise.resolve()
      }
    })
    channels.tell({ type: 'raised', alarm: ALARM })
    channels.tell({ type: 'resolved', alarm: ALARM })
    for (const delayMs of [1_000, 5_000, 30_000, 120_000, 600_000]) {
      await settle()
      clock.advance(delayMs - 1)
      await settle()
      const before = words.length
      clock.advance(1)
      await settle()
      assert.equal(words.length, before + (delayMs === 600_000 ? 2 : 1))
    }
    assert.deepEqual(words, [...Array.from({ length: 6 }, () => 'raised'), 'resolved'])
    isDown = false
    clock.advance(1_000)
    await settle()
    assert.deepEqual(channels.state[1], {
      name: 'webhook',
      toldCount: 1,
      failedCount: 1,
      waitingCount: 0
    })
    assert.equal(log.events('warn').filter((event) => event === 'relay.alarm.not-told').length, 7)
    assert.doesNotMatch(JSON.stringify(log.entries), /secret/)
  })

  it('has at most 64 that wait', async () => {
    const told: number[] = []
    const first = Promise.withResolvers<undefined>()
    const { channels } = scene({
      command: ['x'],
      tell: (_channel, { id }) => {
        told.push(id)
        return first.promise
      }
    })
    for (let id = 1; id <= 66; id++) {
      channels.tell({ type: 'raised', alarm: { ...ALARM, id } })
    }
    assert.equal(channels.state[1]?.waitingCount, 64)
    assert.equal(channels.state[1].failedCount, 2)
    first.resolve(undefined)
    await settle()
    assert.equal(told.length, 64)
    assert.deepEqual([told[0], told[1], told.at(-1)], [1, 4, 66])
  })

  it('is nobody any more once it is closed', async () => {
    let count = 0
    const { channels, clock } = scene({
      webhook: 'https://relay.example/',
      tell: () => {
        count += 1
        return Promise.reject(new Error('down'))
      }
    })
    channels.test(0)
    await settle()
    channels.close()
    clock.advance(1_000_000)
    await settle()
    assert.equal(count, 1)
  })
})
