import assert from 'node:assert/strict'
import { EPOCH_MS, type MailboxId } from '@sealpost/protocol'
import { MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

interface Scene {
  readonly alice: TestPeer
  readonly rita: TestRelay
  /** Mailboxes that were destroyed. */
  readonly gone: readonly MailboxId[]
}

/** Alice with so many contacts, three of whose mailboxes each were destroyed since. */
function scene(contactCount: number): Scene {
  const rita = new TestRelay('rita')
  const alice = new TestPeer('alice', [rita])
  alice.online()
  for (let number = 0; number < contactCount; number++) {
    alice.meet(`contact ${String(number)}`)
  }
  const before = [...rita.mailboxes]
  alice.nowMs += 3 * EPOCH_MS
  alice.restart()
  alice.advance(MINUTE_MS)
  const gone = before.filter((id) => !rita.mailboxes.has(id))
  assert.equal(gone.length, 3 * contactCount)
  return { alice, rita, gone }
}

/** The relay comes back as it was in an old backup: the mailboxes are there again, under another store. */
function comeBack({ alice, rita, gone }: Scene): void {
  const present = [...rita.mailboxes]
  alice.down(rita)
  rita.wipe()
  for (const id of [...present, ...gone]) {
    rita.mailboxes.add(id)
  }
  rita.isUp = true
  rita.asked.length = 0
}

function left({ rita, gone }: Scene): number {
  return gone.filter((id) => rita.mailboxes.has(id)).length
}

/** How many mailboxes each look was for. */
function looks({ rita, gone }: Scene): readonly number[] {
  return rita
    .all('subscribe')
    .map(({ subscriptions }) => subscriptions.filter(({ mailboxId }) => gone.includes(mailboxId)))
    .map((subscriptions) => subscriptions.length)
    .filter((length) => length > 0)
}

describe('mailboxes that were destroyed', () => {
  it('are destroyed again at a relay that has them again, and are looked for once', () => {
    const all = scene(2)
    comeBack(all)
    all.alice.advance(10 * SECOND_MS)
    assert.equal(left(all), 0)
    assert.deepEqual(looks(all), [6])
    all.alice.cut(all.rita.nodeKey)
    all.alice.restart()
    all.alice.advance(MINUTE_MS)
    assert.deepEqual(looks(all), [6])
  })

  it('are looked for 64 at a time, and destroyed only where they are', () => {
    const all = scene(30)
    comeBack(all)
    for (const id of all.gone.slice(0, 80)) {
      all.rita.mailboxes.delete(id)
    }
    all.alice.advance(10 * SECOND_MS)
    assert.deepEqual(looks(all), [64, 26])
    assert.equal(left(all), 0)
    const destroyed = all.rita
      .all('destroy')
      .filter(({ mailboxId }) => all.gone.includes(mailboxId))
    assert.equal(destroyed.length, 10)
  })

  it('are looked for again after what the relay asks to wait', () => {
    const all = scene(2)
    comeBack(all)
    let refused = 0
    all.rita.script = ({ request }) => {
      const isLook =
        request.type === 'subscribe' &&
        request.subscriptions.some(({ mailboxId }) => all.gone.includes(mailboxId))
      return isLook && refused++ === 0
        ? { type: 'refused', reason: 'slow-down', retryAfterMs: 100_000 }
        : undefined
    }
    all.alice.advance(90 * SECOND_MS)
    assert.equal(left(all), 6)
    all.alice.advance(20 * SECOND_MS)
    assert.equal(left(all), 0)
  })

  for (const when of ['the connection is lost', 'this client is restarted'] as const) {
    it(`are looked for from the beginning where ${when} between two of them`, () => {
      const all = scene(2)
      comeBack(all)
      let isOnce = true
      all.rita.script = ({ request }) => {
        const isMeant = request.type === 'destroy' && left(all) === 4 && isOnce
        return isMeant ? 'silent' : undefined
      }
      all.alice.advance(10 * SECOND_MS)
      assert.equal(left(all), 4)
      isOnce = false
      if (when === 'the connection is lost') {
        all.alice.cut(all.rita.nodeKey)
      } else {
        all.alice.restart()
      }
      all.alice.advance(10 * SECOND_MS)
      assert.equal(left(all), 0)
      assert.deepEqual(looks(all), [6, 6])
    })
  }

  it('are forgotten once no relay can have them any more', () => {
    const all = scene(2)
    const { alice } = all
    assert.equal(alice.rows.count('destroyed-mailbox'), 6)
    for (let week = 0; week < 26; week++) {
      alice.nowMs += EPOCH_MS - 5 * MINUTE_MS
      alice.advance(5 * MINUTE_MS)
    }
    const keys = (): number =>
      alice.rows
        .all('destroyed-mailbox')
        .filter(({ key }) => all.gone.some((id) => key.endsWith(id))).length
    assert.equal(keys(), 6)
    alice.nowMs += 2 * EPOCH_MS
    alice.advance(25 * 60 * MINUTE_MS)
    assert.equal(keys(), 0)
  })
})
