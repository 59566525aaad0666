import assert from 'node:assert/strict'
import { DEFAULT_RELAY_OPTIONS } from '@sealpost/core'
import type { OperatorNotice } from '@sealpost/protocol'
import { type Client, RelayWorld, START_MS } from './relay-world.ts'

const HOUR_MS = 3_600_000

function notice(number: number, endsAtMs: number): OperatorNotice {
  return {
    id: number.toString(16).padStart(16, '0'),
    language: '',
    text: 'Back at noon.',
    endsAtMs
  }
}

function say(world: RelayWorld, ...notices: readonly OperatorNotice[]): void {
  world.give({ type: 'options', options: { ...DEFAULT_RELAY_OPTIONS, notices } })
}

function toldTo(world: RelayWorld, client: Client): readonly OperatorNotice[] {
  const answer = world.ask(client, { type: 'info' })
  assert.ok(answer?.type === 'info')
  return answer.info.notices
}

describe('what an operator says to the people of a relay', () => {
  it('is told at once to who is connected to look at, once for each change', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    const pushCount = (): number => bob.pushes().filter(({ type }) => type === 'going-away').length
    const [one, other] = [notice(1, START_MS + HOUR_MS), notice(2, START_MS + HOUR_MS)]
    say(world, one)
    assert.equal(pushCount(), 1)
    say(world, { ...one })
    assert.equal(pushCount(), 1)
    assert.deepEqual(toldTo(world, bob), [one])
    say(world, one, other)
    assert.equal(pushCount(), 2)
    say(world)
    assert.equal(pushCount(), 3)
    assert.deepEqual(toldTo(world, bob), [])
  })

  it('is in its info until it ends', () => {
    const world = new RelayWorld()
    const one = notice(1, START_MS + HOUR_MS)
    say(world, one, notice(2, START_MS + 2 * HOUR_MS))
    const bob = world.connect()
    world.setClock(START_MS + HOUR_MS - 1)
    assert.equal(toldTo(world, bob).length, 2)
    world.setClock(START_MS + HOUR_MS)
    assert.deepEqual(
      toldTo(world, bob).map(({ id }) => id),
      [notice(2, 0).id]
    )
  })
})
