import assert from 'node:assert/strict'
import { linkDevice } from './linked-device.ts'
import { type TestHome, World } from './world.ts'

const SECOND_MS = 1_000

interface Two {
  readonly world: World
  readonly laptop: TestHome
  readonly phone: TestHome
}

/** Two devices of alice with a stream between them; only the laptop can be dialled, if any. */
async function two(isListening = true): Promise<Two> {
  const world = new World()
  await world.addRelays(1)
  const reached = { isListening, takesOffers: !isListening }
  const laptop = await world.addHome('alice', world.relays, { isDirect: true, ...reached })
  await laptop.open()
  const phone = await linkDevice(world, laptop, 'phone')
  const both = { world, laptop, phone }
  await connected(both)
  return both
}

/** Resolves once there is a stream between them. */
async function connected({ world, laptop, phone }: Two): Promise<void> {
  const isSo = (): boolean =>
    [laptop, phone].every(
      ({ direct }) => direct !== undefined && world.network.streamsOf(direct.nodeKey).length === 1
    )
  for (let waitedMs = 0; waitedMs < 20 * SECOND_MS; waitedMs += SECOND_MS / 2) {
    if (isSo()) {
      return
    }
    await world.pass(SECOND_MS / 2)
  }
  assert.fail('they did not find each other')
}

describe('the path between two devices of an account', () => {
  for (const name of ['laptop', 'phone'] as const) {
    it(`is there again soon after the ${name} was killed, though nobody says anything`, async () => {
      const both = await two()
      const { world } = both
      await world.pass(10 * SECOND_MS)
      both[name].kill()
      await world.pass(10 * SECOND_MS)
      await both[name].open()
      await connected(both)
    })
  }

  it('is there where neither can be dialled, too', async () => {
    const { world } = await two(false)
    assert.ok(world.network.pathCount > 0)
  })

  it('is there again though the relay takes nothing more from the one that was killed', async () => {
    const both = await two()
    const { world, phone } = both
    phone.kill()
    await world.pass(10 * SECOND_MS)
    const [relay] = world.relays
    assert.ok(relay)
    relay.lie = 'stores-nothing'
    await phone.open()
    await connected(both)
  })
})
