/** Alice's direct paths, as the tests of them see them: her transport is open, and bob's node is whatever a test makes of it. */
import type { PeerAppEffect } from '@sealpost/core'
import type { ContactId, DirectFrame, Here, NodeKey } from '@sealpost/protocol'
import { scene, type Scene } from '../delivery/outbox-scene.ts'
import { content, MINUTE_MS, relayKey } from '../peer/cast.ts'
import type { TestPeer } from '../peer/test-peer.ts'

type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>

export const BOBS_ADDRESSES = ['/ip4/192.0.2.2/tcp/7700/ws']

export const ALICES_KEY: NodeKey = relayKey('direct alice')
export const BOBS_KEY: NodeKey = relayKey('direct bob')

/** Alice online, with bob at so many relays, and her transport open. */
export function directScene(relayCount = 2): Scene {
  const made = scene(relayCount)
  open(made.alice)
  return made
}

export function open(alice: TestPeer, nodeKey: NodeKey = ALICES_KEY): void {
  alice.take('open-direct')
  alice.give({ type: 'direct-opened', nodeKey, addresses: ['/ip4/192.0.2.1/tcp/7700/ws'] })
}

/** Bob says where he is. */
export function tell(alice: TestPeer, bob: ContactId, change: Partial<Here> = {}): void {
  const here = {
    nodeKey: BOBS_KEY,
    addresses: BOBS_ADDRESSES,
    validUntilMs: alice.nowMs + 50 * MINUTE_MS,
    ...change
  }
  alice.receive(bob, content(0, { type: 'receipt' }, { here, sentAtMs: alice.nowMs }))
}

/** A stream to bob, whom alice was told of and dialled. */
export function connect(alice: TestPeer, bob: ContactId, stream = 1): void {
  tell(alice, bob)
  alice.take('dial-direct')
  alice.give({ type: 'direct-connected', stream, nodeKey: BOBS_KEY, isDialled: true })
}

export function frame(alice: TestPeer, given: DirectFrame, stream = 1): void {
  alice.give({ type: 'direct-frame', stream, frame: given })
}

/** What alice deposited since the last look. */
export function deposits(alice: TestPeer): readonly Effect<'direct-deposit'>[] {
  return alice.take('direct-deposit')
}

/** What alice said beside deposits since the last look. */
export function said(alice: TestPeer): readonly Effect<'direct-frame'>['frame'][] {
  return alice.take('direct-frame').map((effect) => effect.frame)
}
