/** What the operators of relays say to their people. */
import assert from 'node:assert/strict'
import { formatRelayAddress, type OperatorNotice } from '@sealpost/protocol'
import { type TestHome, type TestRelay, World } from './world.ts'

const DAY_MS = 86_400_000

interface Scene {
  readonly world: World
  /** Of alice, and of bob. */
  readonly rita: TestRelay
  readonly rosa: TestRelay
  readonly alice: TestHome
  /** Ids that alice was told of, in order. */
  readonly told: string[]
}

async function scene(): Promise<Scene> {
  const world = new World()
  await world.addRelays(2)
  const [rita, rosa] = world.relays
  assert.ok(rita !== undefined && rosa !== undefined)
  const alice = await world.addHome('alice', [rita])
  const bob = await world.addHome('bob', [rosa])
  await alice.open()
  await bob.open()
  await world.meet(alice, bob)
  const told: string[] = []
  heed(alice, told)
  return { world, rita, rosa, alice, told }
}

function heed(home: TestHome, told: string[]): void {
  home.client.listen((event) => {
    if (event.type === 'operator-notice') {
      told.push(event.id)
    }
  })
}

function notice({ world }: Scene, number: number, days: number): OperatorNotice {
  const id = number.toString(16).padStart(16, '0')
  const endsAtMs = world.clock.wallMs() + days * DAY_MS
  return { id, language: 'en', text: 'Back at noon.', endsAtMs }
}

/** Ids that are shown, with a star where the person has seen it. */
function shown({ alice }: Scene): readonly string[] {
  const notices = alice.client.relays().flatMap((relay) => relay.notices)
  return notices.map(({ id, isDismissed }) => `${id.slice(-1)}${isDismissed ? '*' : ''}`)
}

describe('what the operator of an own relay says', () => {
  it('is told once, at once, and is there over restarts and without a connection until it ends', async () => {
    const at = await scene()
    const { world, rita, alice, told } = at
    const [one, other] = [notice(at, 1, 1), notice(at, 2, 2)]
    rita.say(one)
    await world.pass(2_000, 100)
    assert.deepEqual(told, [one.id])
    rita.say(one, other)
    await world.pass(2_000, 100)
    assert.deepEqual(told, [one.id, other.id])
    await rita.stop()
    await alice.close()
    await alice.open()
    heed(alice, told)
    assert.deepEqual(shown(at), ['1', '2'])
    await rita.start()
    rita.say(one, other)
    await world.pass(20_000, 100)
    assert.equal(told.length, 2)
    await world.pass(DAY_MS, 60_000)
    assert.deepEqual(shown(at), ['2'])
  }).timeout(20_000)

  it('is dismissed for good, and gone once its operator takes it back', async () => {
    const at = await scene()
    const { world, rita, alice, told } = at
    const [one, other] = [notice(at, 1, 7), notice(at, 2, 7)]
    rita.say(one, other)
    await world.pass(2_000, 100)
    await world.run(alice.client.dismissNotice(rita.address.nodeKey, one.id))
    await world.run(alice.client.dismissNotice(rita.address.nodeKey, 'ff'.repeat(8)))
    assert.deepEqual(shown(at), ['1*', '2'])
    await alice.close()
    await alice.open()
    await world.pass(5_000, 100)
    assert.deepEqual(shown(at), ['1*', '2'])
    rita.say(one)
    await world.pass(2_000, 100)
    assert.deepEqual(shown(at), ['1*'])
    assert.equal(told.length, 2)
  })

  it('is told of a relay that is added, and not any more of one that is left', async () => {
    const at = await scene()
    const { world, rita, rosa, alice, told } = at
    rita.say(notice(at, 1, 7))
    rosa.say(notice(at, 2, 7))
    await world.pass(5_000, 100)
    // The other one is only bob's so far.
    assert.deepEqual(shown(at), ['1'])
    assert.equal(told.length, 1)
    await world.run(alice.client.addRelay(addressOf(rosa)))
    await world.pass(5_000, 100)
    assert.deepEqual([...shown(at)].sort(), ['1', '2'])
    await world.run(alice.client.removeRelay(rita.address.nodeKey))
    assert.deepEqual(shown(at), ['2'])
  })
})

function addressOf({ address }: TestRelay): string {
  return formatRelayAddress(address)
}
