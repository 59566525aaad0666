import assert from 'node:assert/strict'
import type { ContactId } from '@sealpost/protocol'
import type { WholeClient } from '../../src/whole/whole-client.ts'
import { WholeWorld } from './whole-world.ts'

interface Scene {
  readonly world: WholeWorld
  readonly alice: WholeClient
  readonly bob: WholeClient
  readonly toBob: ContactId
  readonly toAlice: ContactId
}

/** Bob opens a link of alice's. */
async function meet(seed: number): Promise<Scene> {
  const world = new WholeWorld(seed, ['alice', 'bob'])
  const [alice, bob] = world.clients
  assert.ok(alice && bob)
  for (const client of [alice, bob]) {
    await world.until(client.makeHome())
    await world.until(client.open())
  }
  const { link } = await world.until(alice.client.invite())
  const { contactId: toAlice } = await world.until(bob.client.add(link))
  await world.pass(30)
  const { contactId: toBob } = await world.until(alice.client.findContact('bob'))
  return { world, alice, bob, toBob, toAlice }
}

async function texts(
  { world }: Scene,
  who: WholeClient,
  of: ContactId
): Promise<readonly string[]> {
  const messages = await world.until(who.client.messages(of))
  return messages.map(({ text }) => text)
}

describe('a whole client in virtual time', function () {
  this.timeout(60_000)

  it('meets another through a link and talks with them, under the browser’s engine', async () => {
    const scene = await meet(1)
    const { world, alice, bob, toBob, toAlice } = scene
    await world.until(alice.client.send(toBob, 'hello bob'))
    await world.until(bob.client.send(toAlice, 'hello alice'))
    await world.pass(30)
    assert.deepEqual((await texts(scene, alice, toBob)).toSorted(), ['hello alice', 'hello bob'])
    assert.deepEqual((await texts(scene, bob, toAlice)).toSorted(), ['hello alice', 'hello bob'])
    const [first] = await world.until(alice.client.messages(toBob))
    assert.equal(first?.state, 'delivered')
    assert.deepEqual(world.errors, [])
  })

  it('is the same for the same seed, and another for another', async () => {
    const traces = []
    for (const seed of [1, 1, 2]) {
      const { world, alice, toBob } = await meet(seed)
      await world.until(alice.client.send(toBob, 'hello'))
      await world.pass(10)
      traces.push(world.kernel.traceHash)
    }
    assert.equal(traces[0], traces[1])
    assert.notEqual(traces[0], traces[2])
  })

  it('keeps what it said was kept wherever it is killed, and doubles nothing', async () => {
    const scene = await meet(3)
    const { world, alice, bob, toBob, toAlice } = scene
    const kept: string[] = []
    for (let round = 0; round < 12; round++) {
      const text = String(round)
      alice.client.send(toBob, text).then(
        () => kept.push(text),
        () => undefined
      )
      await world.pass(round / 100)
      alice.kill()
      bob.kill()
      await world.pass(1)
      await world.until(alice.open())
      await world.until(bob.open())
    }
    await world.pass(120)
    const shown = await texts(scene, bob, toAlice)
    assert.equal(new Set(shown).size, shown.length)
    assert.ok(kept.length > 3 && kept.length < 12, String(kept.length))
    assert.deepEqual(
      kept.filter((text) => !shown.includes(text)),
      []
    )
    assert.deepEqual(world.errors, [])
  })
})
