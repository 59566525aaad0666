import assert from 'node:assert/strict'
import { type ContactState, messageIds, requestIds } from '@sealpost/protocol'
import {
  addressRecord,
  bytesOf,
  contactId,
  content,
  DAY_MS,
  deviceList,
  FIRST,
  identity,
  MINUTE_MS,
  relayAddress,
  shrunkList,
  START_MS
} from '../peer/cast.ts'
import { messagesOf, type Timeline } from '../peer/stored-messages.ts'
import { blankState, says, saysOf, type Siblings, siblings, tells } from './siblings-scene.ts'

const BOB = identity('bob')
const ADDRESS = relayAddress('rosa')
const ASKED = {
  requestId: requestIds.fromBytes(bytesOf('request bob', 16)),
  device: FIRST,
  number: 1,
  messageId: messageIds.fromBytes(bytesOf('id 1', 16)),
  sentAtMs: START_MS,
  receivedAtMs: START_MS,
  linkId: 'ab'.repeat(16)
}

function bobOf({ alice }: Siblings): ReturnType<typeof alice.machine.contactOf> {
  return alice.machine.contactOf(BOB)
}

function saidBy(scene: Siblings): readonly Timeline[] {
  return messagesOf(scene.alice.rows, bobOf(scene)?.contactId ?? contactId('nobody'))
}

/** Of bob, as another own device first told of him a second after the start. */
function known(changes: Partial<ContactState> = {}): Siblings {
  const scene = siblings()
  saysOf(scene, changes)
  assert.ok(bobOf(scene) !== undefined)
  return scene
}

function asks(changes: Partial<ContactState> = {}): Siblings {
  return known({ standing: 'pending', requestText: 'it is me', request: ASKED, ...changes })
}

describe('what another own device says of a contact', () => {
  const decided: readonly (readonly [
    string,
    Partial<ContactState>,
    (scene: Siblings) => boolean
  ])[] = [
    ['a name', { name: 'Bobby' }, (scene) => bobOf(scene)?.name === 'Bobby'],
    ['being verified', { verifiedAtMs: 5 }, (scene) => bobOf(scene)?.verifiedAtMs === 5],
    ['a choice of paths', { direct: 'off' }, (scene) => bobOf(scene)?.direct === 'off'],
    ['being blocked', { standing: 'blocked' }, (scene) => bobOf(scene)?.standing === 'blocked'],
    [
      'what they call themselves',
      { profileName: 'rob' },
      (scene) => bobOf(scene)?.profileName === 'rob'
    ]
  ]
  for (const [what, changes, isSo] of decided) {
    it(`counts where it was decided later, and not otherwise: ${what}`, () => {
      const scene = known()
      saysOf(scene, { ...changes, changedAtMs: START_MS + 999 })
      assert.ok(!isSo(scene), 'older')
      saysOf(scene, { ...changes, changedAtMs: START_MS + 1_000 })
      assert.ok(!isSo(scene), 'of the same time')
      saysOf(scene, { ...changes, changedAtMs: START_MS + 1_001 })
      assert.ok(isSo(scene), 'newer')
      scene.alice.restart()
      assert.ok(isSo(scene), 'after a restart')
      assert.deepEqual(tells(scene), [], 'what was told is not told back')
    })
  }

  it('counts less than what was decided here later', () => {
    const scene = known()
    const id = bobOf(scene)?.contactId ?? contactId('nobody')
    scene.alice.advance(MINUTE_MS)
    scene.alice.give({ type: 'rename', contactId: id, name: 'Robert' })
    saysOf(scene, { name: 'Bobby', changedAtMs: START_MS + 30_000 })
    assert.equal(bobOf(scene)?.name, 'Robert')
    const [word] = tells(scene)
    assert.ok(word?.type === 'contact-state')
    assert.deepEqual(
      [word.contact.name, word.contact.changedAtMs],
      ['Robert', START_MS + MINUTE_MS]
    )
  })

  it('is followed by what is decided here afterwards, also where the clock says that it comes later', () => {
    const scene = known()
    const id = bobOf(scene)?.contactId ?? contactId('nobody')
    saysOf(scene, { name: 'Bobby', changedAtMs: START_MS + MINUTE_MS })
    scene.alice.give({ type: 'rename', contactId: id, name: 'Robert' })
    const [word] = tells(scene)
    assert.ok(word?.type === 'contact-state')
    assert.deepEqual(
      [word.contact.name, word.contact.changedAtMs],
      ['Robert', START_MS + MINUTE_MS + 1]
    )
  })

  it('makes one contact of an identity, whoever says it how often', () => {
    const scene = known()
    saysOf(scene, { name: 'Bobby', changedAtMs: START_MS + 2_000 }, 3)
    saysOf(scene, {}, 2)
    assert.equal(scene.alice.machine.contacts().length, 1)
    assert.equal(bobOf(scene)?.name, 'Bobby')
  })

  it('takes addresses and lists of the higher version, however old the decision is', () => {
    const scene = known({ addresses: [addressRecord('bob', [ADDRESS], { version: 3 })] })
    const id = bobOf(scene)?.contactId ?? contactId('nobody')
    const version = (): number | undefined => scene.alice.machine.theirAddress(id, FIRST)?.version
    const of = (number: number): Partial<ContactState> => ({
      changedAtMs: 0,
      addresses: [addressRecord('bob', [ADDRESS], { version: number })]
    })
    saysOf(scene, of(2))
    assert.equal(version(), 3)
    saysOf(scene, of(4))
    assert.equal(version(), 4)
    saysOf(scene, { changedAtMs: 0, deviceList: deviceList(2, 1, 2) })
    assert.deepEqual(scene.alice.machine.devices(id), [1, 2])
    saysOf(scene, { changedAtMs: START_MS + DAY_MS, deviceList: deviceList(1, 1) })
    assert.deepEqual(scene.alice.machine.devices(id), [1, 2])
  })

  it('says nothing of an address of a device that no list names', () => {
    const scene = known({
      addresses: [addressRecord('bob', [ADDRESS], { device: 9 as never })]
    })
    const id = bobOf(scene)?.contactId ?? contactId('nobody')
    assert.equal(scene.alice.machine.theirAddress(id, 9 as never), undefined)
  })

  it('makes mailboxes for who is accepted, and for nobody else', () => {
    for (const standing of ['accepted', 'requested', 'pending', 'failed', 'blocked'] as const) {
      const scene = known({ standing })
      const id = bobOf(scene)?.contactId ?? contactId('nobody')
      const hasAddress = scene.alice.machine.ownAddress(id) !== undefined
      assert.equal(hasAddress, standing === 'accepted', standing)
    }
  })

  it('does not take back that somebody was accepted, unless they are blocked', () => {
    for (const standing of ['requested', 'pending', 'failed', 'declined'] as const) {
      const scene = known()
      saysOf(scene, { standing, changedAtMs: START_MS + DAY_MS })
      assert.equal(bobOf(scene)?.standing, 'accepted', standing)
    }
  })

  it('blocks and unblocks with all that belongs to it', () => {
    const scene = known()
    const id = bobOf(scene)?.contactId ?? contactId('nobody')
    saysOf(scene, { standing: 'blocked', changedAtMs: START_MS + 2_000 })
    assert.equal(scene.alice.machine.ownAddress(id), undefined)
    saysOf(scene, { standing: 'blocked', name: 'Bobby', changedAtMs: START_MS + 3_000 })
    assert.deepEqual([bobOf(scene)?.standing, bobOf(scene)?.name], ['blocked', 'Bobby'])
    saysOf(scene, { standing: 'accepted', changedAtMs: START_MS + 4_000 })
    assert.equal(bobOf(scene)?.standing, 'accepted')
    assert.ok(scene.alice.machine.ownAddress(id) !== undefined)
  })

  it('knows what somebody was who was blocked before it came', () => {
    for (const standingBefore of ['accepted', 'failed', 'pending'] as const) {
      const scene = known({ standing: 'blocked', standingBefore, request: ASKED })
      const id = bobOf(scene)?.contactId ?? contactId('nobody')
      scene.alice.give({ type: 'unblock', contactId: id })
      assert.equal(bobOf(scene)?.standing, standingBefore)
    }
  })

  it('means nothing from a contact, and nothing from a device that is not listed', () => {
    const scene = siblings()
    const carol = scene.alice.knows('carol', [scene.rita])
    scene.alice.online()
    const contact = blankState({})
    scene.alice.receive(carol, content(1, { type: 'contact-state', contact }))
    says(scene, 9, { type: 'contact-state', contact })
    assert.equal(bobOf(scene), undefined)
  })

  it('about ourselves tells how our own devices are reached, and makes nobody', () => {
    const scene = siblings()
    const count = scene.alice.rows.all('contact').length
    const address = addressRecord('alice', [ADDRESS], { device: 3 as never })
    saysOf(scene, { identityKey: identity('alice'), addresses: [address] })
    assert.equal(scene.alice.rows.all('contact').length, count)
    assert.equal(scene.alice.machine.theirAddress(scene.self, 3 as never)?.version, 1)
    saysOf(scene, {
      identityKey: identity('alice'),
      standing: 'blocked',
      changedAtMs: START_MS + DAY_MS
    })
    assert.equal(scene.alice.machine.self()?.standing, 'self')
  })

  it('about ourselves tells of own devices that were not heard of here, too', () => {
    const scene = siblings()
    const address = addressRecord('alice', [ADDRESS], { device: 4 as never })
    const known = deviceList(3, 1, 2, 3, 4)
    saysOf(scene, { identityKey: identity('alice'), deviceList: known, addresses: [address] })
    assert.deepEqual(scene.alice.machine.devices(scene.self), [2, 3, 4])
    assert.equal(scene.alice.machine.theirAddress(scene.self, 4 as never)?.version, 1)
  })

  it('about ourselves is told to all once two lists were joined: who is named by one may be unknown to others', () => {
    const scene = siblings(1, shrunkList(5, [1, 2, 3], [6]))
    const joined = shrunkList(5, [1, 2, 3, 4], [])
    const update = { type: 'address-update', address: undefined, deviceList: joined } as const
    says(scene, 4, update)
    const address = addressRecord('alice', [ADDRESS], { device: 4 as never })
    says(scene, 4, { type: 'address-update', address, deviceList: undefined })
    tells(scene)
    const list = shrunkList(6, [1, 2, 3, 4], [6])
    scene.alice.give({ type: 'device-list-signed', deviceList: list, granted: undefined })
    const [word] = tells(scene)
    assert.ok(word?.type === 'contact-state')
    assert.deepEqual(word.contact.deviceList, list)
    assert.deepEqual(
      word.contact.addresses.map(({ device: number }) => number),
      [4]
    )
  })
})

describe('who asks, as another own device says', () => {
  it('waits here with their words, and may be accepted here: the answer is composed', () => {
    const scene = asks()
    const bob = bobOf(scene)
    assert.deepEqual([bob?.standing, bob?.request?.text], ['pending', 'it is me'])
    assert.equal(scene.alice.takeNotices('request').length, 1)
    saysOf(scene, { standing: 'pending', requestText: 'it is me', request: ASKED })
    assert.equal(scene.alice.takeNotices('request').length, 0)
    scene.alice.give({
      type: 'accept-request',
      contactId: bob?.contactId ?? contactId('nobody'),
      name: '',
      replaces: undefined
    })
    assert.equal(bobOf(scene)?.standing, 'accepted')
    assert.equal(scene.alice.take('compose-answer').length, 1)
    assert.deepEqual(
      saidBy(scene).map(({ text }) => text),
      ['it is me']
    )
  })

  it('is accepted here when that was so there: their words are shown, and nobody answers twice', () => {
    for (const isKnown of [true, false]) {
      const scene = isKnown ? asks() : siblings()
      const accepted = { standing: 'accepted', requestText: 'it is me', request: ASKED } as const
      saysOf(scene, { ...accepted, changedAtMs: START_MS + 2_000 })
      saysOf(scene, { ...accepted, changedAtMs: START_MS + 3_000 })
      scene.alice.advance(MINUTE_MS)
      assert.equal(bobOf(scene)?.standing, 'accepted')
      assert.deepEqual(scene.alice.take('compose-answer'), [])
      assert.deepEqual(
        saidBy(scene).map(({ text }) => text),
        ['it is me']
      )
      scene.alice.restart()
      assert.equal(saidBy(scene).length, 1)
    }
  })

  it('is forgotten when declined there, and the same request is not shown again', () => {
    const scene = asks()
    saysOf(scene, { standing: 'declined', changedAtMs: START_MS + 2_000 })
    assert.equal(bobOf(scene), undefined)
    assert.deepEqual(tells(scene), [])
    scene.alice.invite('address', { isPublic: true, expiresAtMs: 0 })
    scene.alice.request('address', 'bob')
    assert.equal(bobOf(scene), undefined)
  })

  it('is told of as declined until that is in the outbox, over a restart, and once', () => {
    const scene = asks()
    tells(scene)
    const id = bobOf(scene)?.contactId ?? contactId('nobody')
    scene.alice.give({ type: 'decline-request', contactId: id })
    scene.alice.restart()
    const told = tells(scene)
    assert.equal(told.length, 1)
    assert.ok(told[0]?.type === 'contact-state')
    assert.deepEqual([told[0].contact.identityKey, told[0].contact.standing], [BOB, 'declined'])
    scene.alice.restart()
    assert.deepEqual(tells(scene), [])
  })

  it('is forgotten there and here where a link led nowhere and either gives them up', () => {
    const told = known({ standing: 'failed' })
    saysOf(told, { standing: 'declined', changedAtMs: START_MS + 2_000 })
    assert.equal(bobOf(told), undefined)
    assert.deepEqual(tells(told), [])
    const tell = known({ standing: 'failed' })
    tells(tell)
    tell.alice.give({
      type: 'forget-failed',
      contactId: bobOf(tell)?.contactId ?? contactId('nobody')
    })
    const [word] = tells(tell)
    assert.ok(word?.type === 'contact-state')
    assert.deepEqual([word.contact.identityKey, word.contact.standing], [BOB, 'declined'])
  })

  it('has asked anew where the word that they were declined is older', () => {
    const scene = asks({ changedAtMs: START_MS + DAY_MS })
    saysOf(scene, { standing: 'declined', changedAtMs: START_MS + 2_000 })
    assert.equal(bobOf(scene)?.standing, 'pending')
  })

  it('gives way to others where hundreds wait', () => {
    const scene = siblings()
    for (let number = 0; number <= 512; number++) {
      const name = `guest ${String(number)}`
      const createdAtMs = START_MS + number
      saysOf(scene, { identityKey: identity(name), name, standing: 'pending', createdAtMs })
    }
    const waiting = scene.alice.machine.contacts()
    assert.equal(waiting.length, 512)
    assert.equal(scene.alice.machine.contactOf(identity('guest 0')), undefined)
  })
})

describe('another identity, as another own device says', () => {
  function replaced(changes: Partial<ContactState> = {}): Siblings {
    const scene = known({ verifiedAtMs: 1 })
    saysOf(scene, {
      identityKey: identity('bob anew'),
      name: 'bob',
      replaces: BOB,
      isIdentityChanged: true,
      ...changes
    })
    return scene
  }
  const anew = ({ alice }: Siblings): ReturnType<typeof bobOf> =>
    alice.machine.contactOf(identity('bob anew'))

  it('goes on with the conversation, held, under the name that it had', () => {
    const scene = replaced()
    const before = bobOf(scene)
    assert.equal(before?.standing, 'replaced')
    assert.deepEqual(
      [anew(scene)?.name, anew(scene)?.replaces, anew(scene)?.identityChange],
      ['bob', before.contactId, 'held']
    )
    assert.deepEqual(tells(scene), [])
    assert.equal(scene.alice.takeNotices('identity-changed').length, 1)
  })

  it('is held no more once it was looked at there, and only then', () => {
    const scene = replaced()
    const word = { identityKey: identity('bob anew'), name: 'bob', replaces: BOB } as const
    saysOf(scene, { ...word, isIdentityChanged: true, changedAtMs: START_MS + 2_000 })
    assert.equal(anew(scene)?.identityChange, 'held')
    saysOf(scene, { ...word, changedAtMs: START_MS })
    assert.equal(anew(scene)?.identityChange, 'held')
    saysOf(scene, { ...word, changedAtMs: START_MS + 3_000 })
    assert.equal(anew(scene)?.identityChange, 'none')
    assert.equal(scene.alice.takeNotices('identity-changed').length, 1)
  })

  it('is told to the others when it was looked at here', () => {
    const scene = replaced()
    const id = anew(scene)?.contactId ?? contactId('nobody')
    scene.alice.advance(MINUTE_MS)
    scene.alice.give({ type: 'acknowledge-identity', contactId: id })
    const [word] = tells(scene)
    assert.ok(word?.type === 'contact-state')
    assert.deepEqual([word.contact.isIdentityChanged, word.contact.replaces], [false, BOB])
  })

  it('is held although nothing is known here of whom it replaces', () => {
    const scene = siblings()
    saysOf(scene, {
      identityKey: identity('bob anew'),
      name: 'bob',
      replaces: BOB,
      isIdentityChanged: true
    })
    assert.equal(anew(scene)?.identityChange, 'held')
  })
})
