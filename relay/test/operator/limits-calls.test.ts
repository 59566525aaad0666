import assert from 'node:assert/strict'
import { type LimitAnswer, ParamValues, type StatusAnswer } from '@sealpost/operator'
import { ANSWER_TEXTS } from '../../src/command/answer-texts.ts'
import type { RelayOverview } from '../../src/compose.ts'
import { inspectConfig } from '../../src/config/config.ts'
import { RunningConfig } from '../../src/config/running-config.ts'
import { limitsCalls } from '../../src/operator/limits-calls.ts'

const MIB = 1024 * 1024
const CALLER = { roles: [], isOwner: true, name: 'socket' }

interface World {
  readonly flags?: Readonly<Record<string, string>>
  readonly disk?: RelayOverview['disk']
}

async function limitsOf({ flags = {}, disk }: World): Promise<ReadonlyMap<string, LimitAnswer>> {
  const inspected = inspectConfig({
    flags: new Map(Object.entries(flags).map(([name, value]) => [name, [value]])),
    environment: {}
  })
  const runningConfig = new RunningConfig({ inspected, read: () => Promise.resolve(inspected) })
  const overview = (): RelayOverview => ({
    machine: {
      connectionCount: 31,
      subscriptionCount: 62,
      readCount: 3,
      cachedMailboxCount: 7
    } as RelayOverview['machine'],
    disk,
    ballastBytes: 0,
    crashCount: 0,
    streamCount: 31,
    commitWaitMs: 0
  })
  const load = (): StatusAnswer['load'] => ({ step: 'normal', cause: undefined })
  const calls = limitsCalls({ relay: { overview }, runningConfig, load })
  const { limits } = await calls.limits(ParamValues.parse([], {}), CALLER)
  return new Map(limits.map((limit) => [limit.option, limit]))
}

describe('the limits of a relay', () => {
  it('are those of its options, with what is counted for the whole of it', async () => {
    const limits = await limitsOf({ flags: { 'connections-max': '62' } })
    assert.deepEqual(limits.get('connections-max'), {
      option: 'connections-max',
      unit: 'connections',
      limit: 62,
      used: 31
    })
    assert.equal(limits.get('subscriptions-max')?.used, 62)
    assert.equal(limits.get('pending-reads-max')?.used, 3)
    assert.deepEqual(limits.get('deposit-burst'), {
      option: 'deposit-burst',
      unit: 'deposits',
      limit: 60,
      used: undefined
    })
    assert.equal(limits.has('listen'), false)
    assert.equal(limits.has('registration'), false)
  })

  const disk = { storeBytes: 100 * MIB, freeBytes: 900 * MIB, totalBytes: 2_000 * MIB }
  for (const [what, flags, expected] of [
    ['what is free but for the reserve', { 'reserve-bytes': '100MiB' }, 900],
    ['its own limit', { 'reserve-bytes': '100MiB', 'store-bytes-max': '200MiB' }, 200],
    [
      'the disk, where that is less',
      { 'reserve-bytes': '850MiB', 'store-bytes-max': '200MiB' },
      150
    ],
    ['what it has, where the reserve is touched', { 'reserve-bytes': '950MiB' }, 100]
  ] as const) {
    it(`bound the store by ${what}`, async () => {
      const limits = await limitsOf({ flags, disk })
      const { limit, used } = limits.get('store-bytes-max') ?? {}
      assert.deepEqual([limit, used], [expected * MIB, 100 * MIB])
    })
  }

  it('name the reserve that holds where it is auto', async () => {
    const limits = await limitsOf({ disk })
    assert.equal(limits.get('reserve-bytes')?.limit, 500 * MIB)
  })

  it('are told the nearest first', async () => {
    const limits = await limitsOf({ disk, flags: { 'connections-max': '62' } })
    const load = { step: 'normal', cause: undefined } as const
    const text = ANSWER_TEXTS.limits({ limits: [...limits.values()], load }, 0)
    const [, , first = '', second = ''] = text.split('\n')
    assert.match(first, /^connections-max +31 of 62 connections, 50 %$/)
    assert.match(second, /^store-bytes-max +100 MiB of 500 MiB, 20 %$/)
    assert.match(text, /^contact-bytes-max +8\.0 MiB$/m)
  })

  it('are told after what is turned away beyond them', () => {
    const load = { step: 'read-only', cause: 'commits' } as const
    const text = ANSWER_TEXTS.limits({ limits: [], load }, 0)
    assert.match(text, /^Too much to do: it only delivers and takes acks; .*: the disk takes long/)
  })
})
