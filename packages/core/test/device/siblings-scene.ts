/** One device of alice's, who has three, and what the two others say to it. */
import assert from 'node:assert/strict'
import { type Account, ownIndexKey, type ReceivedOwn, writeAccount } from '@sealpost/core'
import {
  bytesToUtf8,
  type ContactId,
  type ContactState,
  type Content,
  type ContentBody,
  encodeContent,
  type IdentityKey,
  type SignedDeviceList
} from '@sealpost/protocol'
import type { OwnWord } from '../../src/device/device-contract.ts'
import { account, content, device, deviceList, identity, START_MS } from '../peer/cast.ts'
import { originOf } from '../peer/origin-of.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { MemoryRows } from '../relay/memory-rows.ts'

export interface Siblings {
  readonly alice: TestPeer
  readonly rita: TestRelay
  readonly self: ContactId
}

/** @param own the number of the device at hand. */
export function siblings(own = 1, list: SignedDeviceList = deviceList(2, 1, 2, 3)): Siblings {
  const rita = new TestRelay('rita')
  const rows = new MemoryRows()
  const given: Account = { ...account('alice', [rita.address]), device: device(own) }
  rows.apply(writeAccount({ ...given, deviceList: list }))
  const alice = new TestPeer('alice', [rita], { rows })
  alice.online()
  const self = alice.machine.self()?.contactId
  assert.ok(self !== undefined)
  return { alice, rita, self }
}

let lastNumber = 0
let envelopeCount = 0

/** Another own device says something that was not said before, unless `number` says that it was. */
export function says(
  { alice, rita, self }: Siblings,
  from: number,
  body: ContentBody,
  own?: ReceivedOwn,
  number = ++lastNumber
): void {
  envelopeCount += 1
  alice.give({
    type: 'received',
    origin: originOf(rita, envelopeCount, `own ${String(from)} ${String(envelopeCount)}`),
    contactId: self,
    device: device(from),
    content: content(number, body),
    own
  })
}

/** What another own device says of bob, unless a test says otherwise. */
export function saysOf(scene: Siblings, changes: Partial<ContactState>, from = 2): void {
  says(scene, from, { type: 'contact-state', contact: blankState(changes) })
}

export function blankState(changes: Partial<ContactState>): ContactState {
  return {
    identityKey: identity('bob'),
    name: 'bob',
    profileName: 'bob',
    standing: 'accepted',
    verifiedAtMs: 0,
    direct: 'default',
    deviceList: deviceList(1, 1),
    addresses: [],
    held: [],
    changedAtMs: START_MS + 1_000,
    createdAtMs: START_MS,
    requestText: '',
    replaces: undefined,
    isIdentityChanged: false,
    standingBefore: undefined,
    request: undefined,
    ...changes
  }
}

/** A copy of what another own device sent. */
export function copies(
  scene: Siblings,
  from: number,
  sent: Content,
  to: IdentityKey = identity('bob'),
  number?: number
): void {
  const { alice } = scene
  const { body, messageId } = sent
  const wanted = body.type === 'withdrawal' ? body.messageId : messageId
  const index = wanted && alice.rows.get({ table: 'message-index', key: ownIndexKey(wanted) })
  const key = index ? bytesToUtf8(index) : ''
  const value = alice.rows.get({ table: 'message', key })
  const message = value && { key, value }
  const copy = { type: 'sent-copy' as const, identityKey: to, content: encodeContent(sent) }
  says(scene, from, copy, { type: 'copy', identityKey: to, content: sent, message }, number)
}

/** What is owed to the others, told one word after another as a client does it. */
export function tells({ alice, self }: Siblings, untilCount = 100): readonly OwnWord['body'][] {
  const told: OwnWord['body'][] = []
  for (let word = alice.machine.ownWord(); word !== undefined; word = alice.machine.ownWord()) {
    const number = alice.machine.contact(self)?.nextNumber ?? 0
    const { body, words, revision } = word
    const submissions = [alice.submission(self, content(number, body))]
    alice.give({ type: 'submit', submissions, told: { words, revision } })
    told.push(body)
    if (told.length === untilCount) {
      break
    }
  }
  return told
}
