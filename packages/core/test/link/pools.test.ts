import assert from 'node:assert/strict'
import { create, fromBinary } from '@bufbuild/protobuf'
import { oneTimePrekeyRow, readOneTimePrekey } from '@sealpost/core'
import { CLAIMABLES_MAX, type LinkId } from '@sealpost/protocol'
import {
  InvitationRowSchema,
  InvitationState,
  type InvitationRow,
  OneTimePrekeyRowSchema
} from '@sealpost/protocol/home'
import fc from 'fast-check'
import { linkSecrets } from '../../src/address/seeds.ts'
import { bytesOf, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, START_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

/** A public address for ever, at some relays. */
function scene(relayCount = 1): {
  readonly alice: TestPeer
  readonly relays: readonly TestRelay[]
  readonly rita: TestRelay
} {
  const relays = ['rita', 'rosa', 'ruth'].slice(0, relayCount).map((name) => new TestRelay(name))
  const alice = new TestPeer('alice', relays)
  alice.online()
  const [rita] = relays
  assert.ok(rita !== undefined)
  return { alice, relays, rita }
}

function publish(alice: TestPeer): void {
  alice.invite('link', { isPublic: true, expiresAtMs: 0 })
}

function linkAt(relay: TestRelay): LinkId {
  return linkSecrets(bytesOf('link secret link', 32), relay.nodeKey).linkId
}

function left(relay: TestRelay): number | undefined {
  return relay.claimables.get(linkAt(relay))?.length
}

/** So many strangers claim. */
function claim(relay: TestRelay, count: number, who = 'mallory'): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const answer = relay.claimAs(linkAt(relay), bytesOf(`${who} ${String(index)}`, 32))
    assert.equal(answer.type, 'claimed')
    return answer.blob
  })
}

function row(alice: TestPeer): InvitationRow | undefined {
  const value = alice.rows.get({ table: 'invitation', key: 'link' })
  return value === undefined ? undefined : fromBinary(InvitationRowSchema, value)
}

function hex(blobs: readonly Uint8Array[]): ReadonlySet<string> {
  return new Set(blobs.map((blob) => Buffer.from(blob).toString('hex')))
}

describe('a public address', () => {
  it('has a pool at each relay for 30 days, and a fallback for 26 weeks, in one request', () => {
    const { alice, relays } = scene(3)
    publish(alice)
    for (const relay of relays) {
      assert.equal(left(relay), 32)
      assert.ok(relay.fallbacks.has(linkAt(relay)))
      const [put] = relay.all('put-claimables')
      assert.ok(put !== undefined && put.claimables.length <= CLAIMABLES_MAX)
      assert.equal(put.replaceAll, true)
      for (const { isFallback, expiresAtMs } of put.claimables) {
        assert.equal(expiresAtMs - START_MS, (isFallback ? 182 : 30) * DAY_MS)
      }
    }
    assert.equal(row(alice)?.state, InvitationState.PUBLISHED)
    assert.deepEqual(
      alice.machine
        .links()
        .map(({ isPublic, state, relays: at }) => [
          isPublic,
          state,
          at.map((place) => [place.isPublished, place.left])
        ]),
      [[true, 'published', relays.map(() => [true, 32])]]
    )
  })

  it('has no claimable at two relays', () => {
    const { alice, relays } = scene(3)
    publish(alice)
    const all = relays.flatMap((relay) => relay.claimables.get(linkAt(relay)) ?? [])
    assert.equal(hex(all).size, 96)
  })

  it('is filled again once fewer than 20 are left, and not before', () => {
    const { alice, rita } = scene()
    publish(alice)
    claim(rita, 12)
    alice.advance(HOUR_MS + MINUTE_MS)
    assert.equal(left(rita), 20)
    claim(rita, 1, 'carol')
    alice.advance(HOUR_MS)
    assert.equal(left(rita), 32)
    const [, put] = rita.all('put-claimables')
    assert.equal(put?.replaceAll, false)
    assert.ok(put.claimables.every(({ isFallback }) => !isFallback))
  })

  it('is counted on every new connection', () => {
    const { alice, rita } = scene()
    publish(alice)
    claim(rita, 30)
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    assert.equal(left(rita), 32)
  })

  it('is counted a minute after somebody came through it', () => {
    const { alice, rita } = scene()
    publish(alice)
    claim(rita, 30)
    alice.request('link', 'bob')
    alice.advance(MINUTE_MS - 1)
    assert.equal(left(rita), 2)
    alice.advance(1)
    assert.equal(left(rita), 32)
  })

  it('has its fallback for everybody once it is empty, and nothing else is handed out twice', () => {
    const { alice, rita } = scene()
    publish(alice)
    const blobs = claim(rita, 100)
    assert.equal(hex(rita.handedOut).size, 32)
    assert.equal(hex(blobs).size, 33)
    alice.advance(HOUR_MS)
    assert.equal(left(rita), 32)
  })

  it('is made anew every four weeks, with all that is left of it', () => {
    const { alice, rita } = scene()
    publish(alice)
    const before = hex(rita.claimables.get(linkAt(rita)) ?? [])
    alice.advance(28 * DAY_MS - HOUR_MS)
    assert.equal(rita.count('put-claimables'), 1)
    alice.advance(2 * HOUR_MS)
    assert.equal(rita.all('put-claimables').at(-1)?.replaceAll, true)
    const after = hex(rita.claimables.get(linkAt(rita)) ?? [])
    assert.equal(after.size, 32)
    assert.ok([...after].every((blob) => !before.has(blob)))
  })

  it('is made anew after an absence, when the relay is there', () => {
    const { alice, rita } = scene()
    publish(alice)
    alice.nowMs += 100 * DAY_MS
    alice.restart()
    assert.equal(rita.count('put-claimables'), 2)
    alice.restart()
    assert.equal(rita.count('put-claimables'), 2)
  })

  it('gets claimables that nobody saw before at a relay with another store', () => {
    const { alice, rita } = scene()
    publish(alice)
    const before = hex(rita.claimables.get(linkAt(rita)) ?? [])
    rita.wipe()
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    const after = rita.claimables.get(linkAt(rita)) ?? []
    assert.equal(after.length, 32)
    assert.ok([...hex(after)].every((blob) => !before.has(blob)))
  })

  it('is registered again at a relay that has forgotten it', () => {
    const { alice, rita } = scene()
    publish(alice)
    rita.claimables.clear()
    alice.advance(HOUR_MS)
    alice.advance(MINUTE_MS)
    assert.equal(left(rita), 32)
    assert.equal(
      rita.all('register').filter(({ registrations }) => registrations[0]?.type === 'link').length,
      2
    )
  })

  it('never sends again what was sent and not answered', () => {
    const { alice, rita } = scene()
    let dropped: readonly Uint8Array[] = []
    rita.script = ({ request }) => {
      if (request.type !== 'put-claimables' || dropped.length > 0) {
        return undefined
      }
      dropped = request.claimables.map(({ blob }) => blob)
      return 'silent'
    }
    publish(alice)
    alice.advance(5 * MINUTE_MS)
    assert.equal(left(rita), 32)
    const sent = hex(dropped)
    assert.ok([...hex(rita.claimables.get(linkAt(rita)) ?? [])].every((blob) => !sent.has(blob)))
  })

  it('sends again what a relay refused', () => {
    const { alice, rita } = scene()
    let count = 0
    rita.script = ({ request }) =>
      request.type === 'put-claimables' && count++ === 0
        ? { type: 'refused', reason: 'busy', retryAfterMs: 1_000 }
        : undefined
    publish(alice)
    alice.advance(5 * MINUTE_MS)
    assert.equal(left(rita), 32)
    assert.equal(alice.madeCount, 33)
  })

  it('asks for claimables again where the client does not make them, and over a restart', () => {
    const { alice, rita } = scene()
    alice.isMaking = false
    publish(alice)
    assert.equal(alice.take('make-claimables').length, 1)
    alice.advance(31 * SECOND_MS)
    assert.equal(alice.take('make-claimables').length, 1)
    alice.restart()
    alice.makeClaimables()
    assert.equal(left(rita), 32)
    assert.equal(row(alice)?.state, InvitationState.PUBLISHED)
  })

  it('lives on without a time of its own, and ends at its time where it has one', () => {
    const { alice, rita } = scene()
    publish(alice)
    alice.invite('other', { isPublic: true, expiresAtMs: START_MS + 3 * DAY_MS })
    const put = rita.all('put-claimables').at(-1)
    assert.ok(put?.claimables.every(({ expiresAtMs }) => expiresAtMs === START_MS + 3 * DAY_MS))
    alice.advance(100 * DAY_MS)
    assert.deepEqual(
      alice.machine.links().map(({ state }) => state),
      ['published']
    )
  })
})

describe('a link that is revoked', () => {
  for (const isPublic of [false, true]) {
    const kind = isPublic ? 'a public address' : 'a link for one person'
    it(`is withdrawn at once, where a relay is away when that is back: ${kind}`, () => {
      const { alice, relays } = scene(2)
      const [rita, rosa] = relays as [TestRelay, TestRelay]
      alice.invite('link', { isPublic })
      alice.down(rosa)
      alice.give({ type: 'revoke-link', invitationId: 'link' })
      assert.equal(row(alice)?.state, InvitationState.REVOKED)
      assert.equal(left(rita), 0)
      assert.ok(!rita.fallbacks.has(linkAt(rita)))
      assert.ok((left(rosa) ?? 0) > 0)
      alice.restart()
      rosa.isUp = true
      alice.advance(10 * MINUTE_MS)
      assert.equal(left(rosa), 0)
      alice.advance(37 * DAY_MS)
      assert.equal(row(alice), undefined)
    })
  }

  it('is withdrawn although claimables are just being made', () => {
    const { alice, rita } = scene()
    alice.isMaking = false
    publish(alice)
    alice.give({ type: 'revoke-link', invitationId: 'link' })
    assert.equal(left(rita), 0)
    alice.makeClaimables()
    alice.advance(HOUR_MS)
    assert.equal(left(rita), 0)
  })

  it('stays as it ended', () => {
    const { alice } = scene()
    alice.invite('link')
    alice.request('link', 'bob')
    alice.give({ type: 'revoke-link', invitationId: 'link' })
    assert.equal(row(alice)?.state, InvitationState.USED)
    alice.give({ type: 'revoke-link', invitationId: 'nobody knows' })
  })
})

describe('a pool under whatever order of claims, losses and restarts', () => {
  it('hands out no claimable twice but its fallback, and is full in the end', () => {
    const step = fc.constantFrom(
      'claim',
      'many',
      'cut',
      'restart',
      'hour',
      'wipe',
      'silent',
      'busy'
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { alice, rita } = scene()
        publish(alice)
        let claimed = 0
        for (const [index, what] of steps.entries()) {
          if (what === 'claim' || what === 'many') {
            for (let left = what === 'many' ? 25 : 1; left > 0; left--) {
              rita.claimAs(linkAt(rita), bytesOf(`claim ${String(claimed++)}`, 32))
            }
          } else if (what === 'silent' || what === 'busy') {
            let isFirst = true
            rita.script = ({ request }) => {
              if (request.type !== 'put-claimables' || !isFirst) {
                return undefined
              }
              isFirst = false
              if (what === 'silent') {
                // It takes them, and the answer is lost.
                rita.claimables.set(
                  request.linkId,
                  request.claimables.map(({ blob }) => blob)
                )
                return 'silent'
              }
              return { type: 'refused', reason: 'busy', retryAfterMs: index }
            }
          } else if (what === 'hour') {
            alice.advance(HOUR_MS)
          } else {
            if (what === 'wipe') {
              rita.wipe()
            }
            if (what === 'restart') {
              alice.restart()
            } else {
              alice.cut(rita.nodeKey)
              alice.advance(SECOND_MS)
            }
          }
        }
        rita.script = () => undefined
        alice.advance(2 * HOUR_MS)
        assert.equal(hex(rita.handedOut).size, rita.handedOut.length)
        assert.ok((left(rita) ?? 0) >= 20)
        assert.ok(rita.fallbacks.has(linkAt(rita)))
      }),
      { numRuns: 60 }
    )
  })
})

describe('the private half of a one-time prekey', () => {
  it('is kept until 37 days after its claimable expired, by both clocks', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    for (let id = 0; id < 200; id++) {
      const key = id.toString(16).padStart(8, '0')
      const value = oneTimePrekeyRow(Uint8Array.of(id), START_MS + (id % 2) * 30 * DAY_MS)
      alice.rows.apply({ type: 'write', table: 'one-time-prekey', key, value })
    }
    alice.online()
    alice.advance(37 * DAY_MS - HOUR_MS)
    assert.equal(alice.rows.count('one-time-prekey'), 200)
    alice.advance(2 * DAY_MS)
    assert.equal(alice.rows.count('one-time-prekey'), 100)
    rita.change({ timeMs: START_MS - 60 * DAY_MS })
    alice.cut(rita.nodeKey)
    alice.advance(30 * DAY_MS)
    assert.equal(alice.rows.count('one-time-prekey'), 100)
    rita.change({ timeMs: START_MS })
    alice.cut(rita.nodeKey)
    alice.advance(2 * DAY_MS)
    assert.equal(alice.rows.count('one-time-prekey'), 0)
  })

  it('is read as the engine gave it', () => {
    assert.deepEqual(
      readOneTimePrekey(oneTimePrekeyRow(Uint8Array.of(1, 2), 3)),
      Uint8Array.of(1, 2)
    )
    assert.equal(
      fromBinary(OneTimePrekeyRowSchema, oneTimePrekeyRow(Uint8Array.of(1), 3)).expiresAtMs,
      3
    )
    assert.ok(create(OneTimePrekeyRowSchema).record.length === 0)
  })
})
