/**
 * How long a long history takes to reach a new device: prints the figures, and fails where it takes longer than anybody would wait.
 * Run it with mocha by its path.
 */
import assert from 'node:assert/strict'
import { acquainted } from './acquaintance.ts'
import { askToLink, join } from './linked-device.ts'
import { writeHistory } from '../bench/long-history.ts'

const COUNT = 50_000
const MINUTES_MAX = 2

describe('the history of an account (slow)', function () {
  this.timeout(600_000)

  it(`of ${String(COUNT)} messages comes to a new device within ${String(MINUTES_MAX)} minutes of work`, async () => {
    const relayOptions = {
      depositsPerSecond: 10_000,
      depositBurst: 10_000,
      mailboxDepositsPerMinute: 100_000
    }
    const { world, alice: laptop, bob, toBob: contactId } = await acquainted({ relayOptions })
    await world.run(laptop.client.settle())
    await laptop.close()
    await bob.close()
    const closed = { open: () => laptop.disk.open(), passphrase: 'correct horse' }
    const lastAtMs = world.clock.wallMs() - 60_000
    await writeHistory(closed, { contactId, count: COUNT, lastAtMs })
    await laptop.open()
    const { code, linked } = await askToLink(world, laptop)
    const phone = await join(world, code, 'phone')
    await phone.open()
    await world.run(linked)
    const startMs = performance.now()
    const startedAtMs = world.clock.wallMs()
    const isDone = (): boolean =>
      phone.client.transfers().some(({ isIncoming, isDone }) => isIncoming && isDone)
    while (!isDone()) {
      await world.pass(50, 5)
    }
    const tookMs = performance.now() - startMs
    const [transfer] = phone.client.transfers()
    assert.equal(transfer?.done, COUNT)
    const clockMs = world.clock.wallMs() - startedAtMs
    console.log(
      `      ${String(COUNT)} messages: ${(tookMs / 1_000).toFixed(1)} s of work for both devices and two relays, ${(clockMs / 1_000).toFixed(1)} s on their clock`
    )
    assert.ok(tookMs < MINUTES_MAX * 60_000)
  })
})
