import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ParamValues } from '@sealpost/operator'
import { callRelay } from '../../src/operator/call-relay.ts'
import { RawClient, testMailbox } from '../raw-client.ts'
import { readyProcess } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const CLIENT_COUNT = 30
const RELOAD_COUNT = 20
const NOTHING = ParamValues.parse([], {})

describe('a reload', function () {
  this.timeout(60_000)

  it('under load loses no connection and no deposit, whether or not it is valid', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'relay.yaml')
    const ready = await readyProcess(directory.path)
    const { address } = ready
    await using relay = ready.process
    const mailbox = testMailbox()
    await using bob = await RawClient.connect(address)
    await bob.register([mailbox])
    const clients = await Promise.all(
      Array.from({ length: CLIENT_COUNT }, () => RawClient.connect(address))
    )
    let isDone = false
    let acceptedCount = 0
    const others: string[] = []
    const load = clients.map(async (client) => {
      while (!isDone) {
        const answer = await client.deposit(mailbox)
        if (answer.type === 'deposited') {
          acceptedCount++
        } else {
          others.push(answer.type)
        }
      }
    })
    let refusedCount = 0
    for (let index = 0; index < RELOAD_COUNT; index++) {
      const isValid = index % 2 === 0
      const bound = 500_000 + index
      await writeFile(
        path,
        `request-envelopes-max: ${String(bound)}\nsubscriptions-max: ${String(bound)}\npolicy: p${String(index)}\n${isValid ? '' : 'polcy: x\n'}`
      )
      const before = acceptedCount
      if (isValid) {
        const { changed } = await callRelay(directory.path, 'reload', NOTHING)
        assert.deepEqual(changed, ['request-envelopes-max', 'subscriptions-max', 'policy'])
      } else {
        await assert.rejects(callRelay(directory.path, 'reload', NOTHING), {
          code: 'SEALPOST_CONFIG_UNKNOWN_KEY'
        })
        refusedCount++
      }
      while (acceptedCount < before + CLIENT_COUNT) {
        await bob.ask({ type: 'info' })
      }
    }
    isDone = true
    await Promise.all(load)
    assert.equal(refusedCount, RELOAD_COUNT / 2)
    assert.deepEqual(others, [])
    assert.equal(clients.filter(({ isClosed }) => isClosed).length, 0)
    const status = await callRelay(directory.path, 'status', NOTHING)
    assert.equal(status.connectionCount, CLIENT_COUNT + 1)
    assert.equal(status.envelopeCount, acceptedCount)
    assert.equal(status.processId, relay.pid)
    await Promise.all(clients.map((client) => client.close()))
  })

  it('holds for who is connected, and for who comes', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'relay.yaml')
    const reload = async (text: string): Promise<void> => {
      await writeFile(path, text)
      await callRelay(directory.path, 'reload', NOTHING)
    }
    const ready = await readyProcess(directory.path)
    const { address } = ready
    await using relay = ready.process
    await using alice = await RawClient.connect(address)
    const mailbox = testMailbox('own')
    await alice.register([mailbox])
    await reload('own-envelopes-max: 1\npolicy: new rules\n')
    assert.equal((await alice.deposit(mailbox)).type, 'deposited')
    const full = await alice.deposit(mailbox)
    assert.equal(full.type === 'refused' && full.reason, 'quota-exceeded')
    const info = await alice.ask({ type: 'info' })
    assert.equal(info.type === 'info' && info.info.policy, 'new rules')
    await reload('connections-per-range-max: 1\n')
    await assert.rejects(RawClient.connect(address), { code: 'SEALPOST_DIAL_FAILED' })
    assert.equal(alice.isClosed, false)
    assert.equal((await alice.deposit(mailbox)).type, 'deposited')
    await reload('connections-per-range-max: 2\n')
    await using carol = await RawClient.connect(address)
    assert.equal(carol.isClosed, false)
    assert.match(relay.stderr, /relay\.config\.reloaded/)
  })
})
