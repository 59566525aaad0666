import assert from 'node:assert/strict'
import { epochAt, mailboxSecrets, type MailboxSecrets } from '@sealpost/core'
import {
  type ContactId,
  type DirectFrame,
  type Envelope,
  envelopeIds,
  type NodeKey
} from '@sealpost/protocol'
import { ContactState } from '@sealpost/protocol/home'
import { SeedChain } from '../../src/address/seeds.ts'
import { scene } from '../delivery/outbox-scene.ts'
import { bytesOf, content, FIRST, MINUTE_MS, relayKey, SECOND_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import {
  ALICES_KEY,
  BOBS_ADDRESSES,
  BOBS_KEY,
  connect,
  directScene,
  frame,
  open,
  said,
  tell
} from './direct-scene.ts'

const HOUR_MS = 60 * MINUTE_MS

/** Alice, whom bob reached through a link of hers, so that he was given a seed. */
function met(): { readonly alice: TestPeer; readonly bob: ContactId } {
  const alice = new TestPeer('alice', [new TestRelay('rita')])
  alice.online()
  const bob = alice.meet('bob')
  open(alice)
  return { alice, bob }
}

/** What opens alice's mailbox for bob at a node, so many epochs from the present. */
function secrets(alice: TestPeer, bob: ContactId, node: NodeKey, shift = 0): MailboxSecrets {
  const record = alice.machine.ownAddress(bob)
  assert.ok(record)
  const epoch = epochAt(alice.machine.networkTimeMs(alice.nowMs), record.phaseMs) + shift
  const seed = new SeedChain(record.seed, record.seedEpoch).at(epoch)
  assert.ok(seed)
  return mailboxSecrets(seed, node)
}

function envelope(number: number): Envelope {
  return {
    envelopeId: envelopeIds.fromBytes(bytesOf(`envelope ${String(number)}`, 16)),
    recallHash: bytesOf('recall hash', 32),
    lifetime: 2,
    sealed: bytesOf('sealed', 2_048)
  }
}

function depositOf(
  number: number,
  { mailboxId, depositToken }: MailboxSecrets,
  isLive = false
): Extract<DirectFrame, { type: 'deposit' }> {
  return { type: 'deposit', number, mailboxId, depositToken, envelope: envelope(number), isLive }
}

/** Bob, and what he was told, dials alice. */
function dialled(alice: TestPeer, bob: ContactId, nodeKey = BOBS_KEY): void {
  const here = alice.machine.here(bob)
  assert.ok(here)
  alice.submit(bob, content(0, { type: 'receipt' }, { here }))
  alice.give({ type: 'direct-connected', stream: 1, nodeKey, isDialled: false })
}

describe('the leave for direct paths', () => {
  it('opens the transport while somebody may have one, and closes it with the last', () => {
    const { alice, bob } = directScene()
    const count = (): readonly [number, number] => [
      alice.take('open-direct').length,
      alice.take('close-direct').length
    ]
    alice.give({ type: 'set-direct', contactId: bob, direct: 'off' })
    assert.deepEqual(count(), [0, 1])
    alice.give({ type: 'change-settings', settings: { isDirect: false } })
    alice.give({ type: 'set-direct', contactId: bob, direct: 'default' })
    assert.deepEqual(count(), [0, 0])
    alice.give({ type: 'set-direct', contactId: bob, direct: 'on' })
    assert.deepEqual(count(), [1, 0])
    alice.give({ type: 'offline' })
    assert.deepEqual(count(), [0, 1])
  })

  it('is nobody’s who is no contact yet', () => {
    const relay = new TestRelay('rita')
    const alice = new TestPeer('alice', [relay], { own: [] })
    const bob = alice.knows('bob', [relay], { contact: { state: ContactState.REQUESTED } })
    alice.online()
    assert.deepEqual(alice.take('open-direct'), [])
    open(alice)
    assert.equal(alice.machine.here(bob), undefined)
    tell(alice, bob)
    assert.deepEqual(alice.take('dial-direct'), [])
  })

  it('is tried again five minutes after the transport could not be opened', () => {
    const { alice } = scene(1)
    assert.equal(alice.take('open-direct').length, 1)
    alice.give({ type: 'direct-unavailable' })
    alice.advance(5 * MINUTE_MS - 1)
    assert.equal(alice.take('open-direct').length, 0)
    alice.advance(1)
    assert.equal(alice.take('open-direct').length, 1)
  })
})

describe('where a device is', () => {
  it('is told within an hour’s bounds, and again only when that runs out', () => {
    const { alice, bob } = directScene()
    const here = alice.machine.here(bob)
    assert.ok(here)
    assert.equal(here.nodeKey, ALICES_KEY)
    assert.ok(here.validUntilMs > alice.nowMs && here.validUntilMs <= alice.nowMs + HOUR_MS)
    alice.submit(bob, content(0, { type: 'receipt' }, { here }))
    assert.equal(alice.machine.here(bob), undefined)
    alice.advance(40 * MINUTE_MS)
    assert.ok(alice.machine.here(bob))
  })

  it('is told anew to a device that was started anew', () => {
    const { alice, bob } = directScene()
    const here = alice.machine.here(bob)
    assert.ok(here)
    tell(alice, bob)
    alice.submit(bob, content(0, { type: 'receipt' }, { here }))
    tell(alice, bob, { nodeKey: relayKey('bob again'), validUntilMs: alice.nowMs + HOUR_MS })
    assert.ok(alice.machine.here(bob))
  })

  it('is dialled when a device says it, unless that is old, ours or nowhere', () => {
    for (const [change, count] of [
      [{}, 1],
      [{ addresses: [] }, 0],
      [{ nodeKey: ALICES_KEY }, 0],
      [{ validUntilMs: 0 }, 0]
    ] as const) {
      const { alice, bob } = directScene()
      tell(alice, bob, change)
      const dials = alice.take('dial-direct')
      assert.equal(dials.length, count)
      assert.deepEqual(dials[0]?.addresses ?? BOBS_ADDRESSES, BOBS_ADDRESSES)
    }
  })

  it('is forgotten after an hour, whatever the device says', () => {
    for (const [afterMs, count] of [
      [HOUR_MS - SECOND_MS, 1],
      [HOUR_MS + SECOND_MS, 0]
    ] as const) {
      const { alice, bob } = directScene()
      tell(alice, bob, { validUntilMs: alice.nowMs + 24 * HOUR_MS })
      alice.take('dial-direct')
      alice.give({ type: 'direct-failed', nodeKey: BOBS_KEY })
      alice.advance(afterMs)
      alice.send(bob)
      assert.equal(alice.take('dial-direct').length, count)
    }
  })

  it('is dialled again for the next message, but not for a while after it failed', () => {
    const { alice, bob } = directScene()
    tell(alice, bob)
    assert.equal(alice.take('dial-direct').length, 1)
    alice.send(bob)
    assert.equal(alice.take('dial-direct').length, 0, 'it is being dialled')
    alice.give({ type: 'direct-failed', nodeKey: BOBS_KEY })
    alice.send(bob)
    assert.equal(alice.take('dial-direct').length, 0)
    alice.advance(30 * SECOND_MS)
    alice.send(bob)
    assert.equal(alice.take('dial-direct').length, 1)
  })
})

describe('a direct stream', () => {
  for (const isOursFirst of [true, false]) {
    it(`stays alone, the one that the smaller node key dialled, where ${isOursFirst ? 'ours' : 'theirs'} came first`, () => {
      const { alice, bob } = directScene()
      tell(alice, bob)
      assert.equal(alice.take('dial-direct').length, 1)
      const [first, second] = [isOursFirst, !isOursFirst]
      alice.give({ type: 'direct-connected', stream: 1, nodeKey: BOBS_KEY, isDialled: first })
      alice.give({ type: 'direct-connected', stream: 2, nodeKey: BOBS_KEY, isDialled: second })
      const isFirstKept = ALICES_KEY < BOBS_KEY === isOursFirst
      assert.deepEqual(
        alice.take('cut-direct').map(({ stream }) => stream),
        [isFirstKept ? 2 : 1]
      )
      assert.equal(alice.machine.hasPath(bob, FIRST), true)
    })
  }

  it('is cut after half a minute of which nobody knows whose it is', () => {
    const { alice } = directScene()
    alice.give({ type: 'direct-connected', stream: 5, nodeKey: BOBS_KEY, isDialled: false })
    alice.advance(30 * SECOND_MS - 1)
    assert.deepEqual(alice.take('cut-direct'), [])
    alice.advance(1)
    assert.deepEqual(alice.take('cut-direct'), [{ type: 'cut-direct', stream: 5 }])
  })

  it('is a device’s once that says that the node key is its own', () => {
    const { alice, bob } = directScene()
    alice.give({ type: 'direct-connected', stream: 5, nodeKey: BOBS_KEY, isDialled: false })
    assert.equal(alice.machine.hasPath(bob, FIRST), false)
    tell(alice, bob)
    assert.equal(alice.machine.hasPath(bob, FIRST), true)
    assert.deepEqual(alice.take('dial-direct'), [])
  })

  it('is cut when its other side has been silent for too long', () => {
    const { alice, bob } = directScene()
    connect(alice, bob)
    alice.advance(3 * MINUTE_MS)
    assert.ok(said(alice).some(({ type }) => type === 'ping'))
    assert.equal(alice.take('cut-direct').length, 1)
  })

  it('answers pings', () => {
    const { alice, bob } = directScene()
    connect(alice, bob)
    frame(alice, { type: 'ping', number: 7 })
    assert.deepEqual(said(alice), [{ type: 'pong', number: 7 }])
  })
})

describe('a deposit on a direct stream', () => {
  it('is for the mailbox that the recipient’s own node key makes, now or an epoch off', () => {
    for (const shift of [0, 1, -1]) {
      const { alice, bob } = met()
      dialled(alice, bob)
      const deposit = depositOf(1, secrets(alice, bob, ALICES_KEY, shift))
      frame(alice, deposit)
      assert.equal(alice.machine.directMailbox(1, deposit)?.contactId, bob)
    }
  })

  it('is for nobody under another node key, another token or another epoch', () => {
    const { alice, bob } = met()
    dialled(alice, bob)
    const right = secrets(alice, bob, ALICES_KEY)
    for (const [number, wrong] of [
      secrets(alice, bob, BOBS_KEY),
      { ...right, depositToken: bytesOf('guess', 32) },
      secrets(alice, bob, ALICES_KEY, 2)
    ].entries()) {
      const deposit = depositOf(number + 1, wrong)
      frame(alice, deposit)
      assert.equal(alice.machine.directMailbox(1, deposit), undefined)
    }
    assert.deepEqual(said(alice), [], 'what it is the client finds out')
  })

  it('is for nobody once the contact has no leave', () => {
    const { alice, bob } = met()
    dialled(alice, bob)
    const deposit = depositOf(1, secrets(alice, bob, ALICES_KEY))
    frame(alice, deposit)
    alice.give({ type: 'set-direct', contactId: bob, direct: 'off' })
    assert.equal(alice.machine.directMailbox(1, deposit), undefined)
  })

  it('is stored once its content is, and proves whose stream it is', () => {
    const { alice, bob } = met()
    dialled(alice, bob)
    frame(alice, depositOf(3, secrets(alice, bob, ALICES_KEY)))
    assert.deepEqual(said(alice), [])
    alice.give({
      type: 'received',
      origin: { stream: 1, number: 3, ciphertextHash: undefined },
      contactId: bob,
      device: FIRST,
      content: content(2)
    })
    assert.deepEqual(said(alice), [{ type: 'stored', number: 3 }])
    assert.equal(alice.machine.hasPath(bob, FIRST), true)
  })

  it('is denied where it is nothing to us, and thirty of these are enough', () => {
    const { alice, bob } = met()
    dialled(alice, bob)
    const deny = (number: number): void => {
      frame(alice, depositOf(number, secrets(alice, bob, BOBS_KEY)))
      alice.give({
        type: 'discarded',
        origin: { stream: 1, number, ciphertextHash: undefined },
        reason: 'foreign',
        contactId: undefined,
        device: undefined
      })
    }
    for (let number = 1; number <= 30; number++) {
      deny(number)
    }
    assert.deepEqual(said(alice).at(-1), { type: 'refused', number: 30, reason: 'denied' })
    assert.deepEqual(alice.take('cut-direct'), [])
    deny(31)
    assert.equal(alice.take('cut-direct').length, 1)
  })

  it('is not taken beyond sixty-four that wait, nor twice under one number', () => {
    const { alice, bob } = met()
    dialled(alice, bob)
    for (let number = 1; number <= 64; number++) {
      frame(alice, depositOf(number, secrets(alice, bob, ALICES_KEY)))
    }
    assert.deepEqual(said(alice), [])
    frame(alice, depositOf(65, secrets(alice, bob, ALICES_KEY)))
    assert.deepEqual(said(alice), [{ type: 'refused', number: 65, reason: 'busy' }])
    frame(alice, depositOf(64, secrets(alice, bob, ALICES_KEY)))
    assert.equal(alice.take('cut-direct').length, 1)
  })
})
