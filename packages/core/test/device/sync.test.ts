import assert from 'node:assert/strict'
import { type AccountState, type ContactId, READ_MARKS_MAX } from '@sealpost/protocol'
import {
  contactId,
  content,
  device,
  FIRST,
  identity,
  MINUTE_MS,
  shrunkList,
  START_MS
} from '../peer/cast.ts'
import { unreadOf } from '../peer/stored-messages.ts'
import { says, saysOf, type Siblings, siblings, tells } from './siblings-scene.ts'

function idOf({ alice }: Siblings, name: string): ContactId {
  return alice.machine.contactOf(identity(name))?.contactId ?? contactId('nobody')
}

function rename(scene: Siblings, name: string, to: string): void {
  scene.alice.give({ type: 'rename', contactId: idOf(scene, name), name: to })
}

/** Bob and carol are known, and all of it was told. */
function knowing(): Siblings {
  const scene = siblings()
  saysOf(scene, {})
  saysOf(scene, { identityKey: identity('carol'), name: 'carol' })
  scene.alice.advance(MINUTE_MS)
  tells(scene)
  return scene
}

describe('what own devices are owed', () => {
  it('is told once, in the order in which it changed, and each as it is when it is told', () => {
    const scene = knowing()
    rename(scene, 'carol', 'Caro')
    rename(scene, 'bob', 'Bobby')
    rename(scene, 'carol', 'Carola')
    scene.alice.give({ type: 'rename-device', device: device(2), name: 'phone' })
    const told = tells(scene).map((body) => {
      return body.type === 'contact-state' ? body.contact.name : body.type
    })
    assert.deepEqual(told, ['Carola', 'Bobby', 'account-state'])
    assert.deepEqual(tells(scene), [])
  })

  it('is owed still after a crash, and asked for again until it is in the outbox', () => {
    const scene = knowing()
    rename(scene, 'bob', 'Bobby')
    scene.alice.take('compose-own')
    scene.alice.restart()
    assert.equal(scene.alice.take('compose-own').length, 1)
    scene.alice.advance(MINUTE_MS)
    assert.ok(scene.alice.take('compose-own').length > 0)
    assert.equal(tells(scene).length, 1)
    scene.alice.restart()
    assert.deepEqual(tells(scene), [])
  })

  it('is owed once more where it changed while it was composed', () => {
    const scene = knowing()
    const { alice, self } = scene
    rename(scene, 'bob', 'Bobby')
    const word = alice.machine.ownWord()
    assert.ok(word !== undefined)
    rename(scene, 'bob', 'Robert')
    const number = alice.machine.contact(self)?.nextNumber ?? 0
    const { words, revision } = word
    const submissions = [alice.submission(self, content(number, word.body))]
    alice.give({ type: 'submit', submissions, told: { words, revision } })
    const [again] = tells(scene)
    assert.ok(again?.type === 'contact-state')
    assert.equal(again.contact.name, 'Robert')
  })

  it('is nothing once there is no other device', () => {
    const scene = knowing()
    const alone = shrunkList(3, [1], [2, 3])
    scene.alice.give({ type: 'device-list-signed', deviceList: alone, granted: undefined })
    rename(scene, 'bob', 'Bobby')
    assert.deepEqual(tells(scene), [])
    assert.equal(scene.alice.machine.isBusy(), false)
  })

  it('is all that was read in few words, none with too many marks', () => {
    const scene = siblings()
    const count = READ_MARKS_MAX + 1
    for (let number = 1; number <= count; number++) {
      const name = `contact ${String(number)}`
      saysOf(scene, { identityKey: identity(name), name })
      const id = idOf(scene, name)
      scene.alice.receive(id, content(1), undefined, number)
      const [messageKey] = unreadOf(scene.alice.rows, id)
      assert.ok(messageKey !== undefined)
      const messages = [{ contactId: id, device: FIRST, number: 1, messageKey }]
      scene.alice.give({ type: 'shown', messages })
    }
    const marks = tells(scene).map((body) => (body.type === 'read-marks' ? body.marks.length : 0))
    assert.deepEqual(marks, [READ_MARKS_MAX, 1])
  })
})

describe('what another own device says of the account', () => {
  const state = (changes: Partial<AccountState>): AccountState => ({
    profile: { name: 'Alice' },
    settings: {
      lifetime: 3,
      isTypingShown: true,
      isPresenceShown: true,
      isReadShown: false,
      isDirect: false
    },
    deviceNames: [{ device: device(2), name: 'phone' }],
    changedAtMs: START_MS + MINUTE_MS,
    ...changes
  })
  const saysAccount = (scene: Siblings, changes: Partial<AccountState>): void => {
    says(scene, 2, { type: 'account-state', account: state(changes) })
  }

  it('counts where it is later than what was chosen here, and is not told back', () => {
    const scene = siblings()
    scene.alice.advance(MINUTE_MS)
    scene.alice.give({ type: 'rename-device', device: device(3), name: 'tablet' })
    tells(scene)
    for (const changedAtMs of [START_MS, START_MS + MINUTE_MS]) {
      saysAccount(scene, { changedAtMs })
      assert.equal(scene.alice.machine.account.name, 'alice')
    }
    saysAccount(scene, { changedAtMs: START_MS + MINUTE_MS + 1 })
    scene.alice.restart()
    const { account } = scene.alice.machine
    assert.deepEqual([account.name, account.settings.lifetime], ['Alice', 3])
    assert.deepEqual(
      scene.alice.machine.accountState().deviceNames.map(({ name }) => name),
      ['phone']
    )
    assert.deepEqual(tells(scene), [])
  })

  it('is followed by what is chosen here afterwards, also where the clock says that it comes later', () => {
    const scene = siblings()
    saysAccount(scene, { changedAtMs: START_MS + MINUTE_MS })
    scene.alice.give({ type: 'rename-device', device: device(3), name: 'tablet' })
    const [word] = tells(scene)
    assert.ok(word?.type === 'account-state')
    assert.equal(word.account.changedAtMs, START_MS + MINUTE_MS + 1)
  })

  it('leaves the name where it says none', () => {
    const scene = siblings()
    saysAccount(scene, { profile: { name: '' } })
    assert.equal(scene.alice.machine.account.name, 'alice')
    assert.equal(scene.alice.machine.account.settings.lifetime, 3)
  })
})

describe('what was read on another own device', () => {
  it('is read here up to there, and not beyond, and never unread again', () => {
    const scene = knowing()
    const id = idOf(scene, 'bob')
    for (const number of [1, 2, 3]) {
      scene.alice.receive(id, content(number))
    }
    const marks = (upTo: number, name = 'bob'): void => {
      const mark = { identityKey: identity(name), device: FIRST, upTo }
      says(scene, 2, { type: 'read-marks', marks: [mark] })
    }
    marks(2)
    assert.equal(unreadOf(scene.alice.rows, id).length, 1)
    marks(1)
    marks(3, 'nobody')
    assert.equal(unreadOf(scene.alice.rows, id).length, 1)
    marks(Number.MAX_SAFE_INTEGER)
    assert.equal(unreadOf(scene.alice.rows, id).length, 0)
    scene.alice.restart()
    assert.equal(unreadOf(scene.alice.rows, id).length, 0)
    assert.deepEqual(tells(scene), [])
  })
})

describe('own devices’ words from anybody else', () => {
  it('mean nothing, each of them', () => {
    const scene = siblings()
    const carol = scene.alice.knows('carol', [scene.rita])
    scene.alice.online()
    const before = [...scene.alice.rows.all('account'), ...scene.alice.rows.all('invitation')]
    const mark = { identityKey: identity('carol'), device: FIRST, upTo: 9 }
    const account = {
      profile: { name: 'mallory' },
      settings: scene.alice.machine.account.settings,
      deviceNames: [],
      changedAtMs: START_MS * 2
    }
    const bodies = [
      { type: 'account-state', account },
      { type: 'read-marks', marks: [mark] },
      { type: 'history-request', transferId: 'ab'.repeat(16) as never, sinceMs: 0 }
    ] as const
    for (const [index, body] of bodies.entries()) {
      scene.alice.receive(carol, content(index + 1, body))
    }
    const after = [...scene.alice.rows.all('account'), ...scene.alice.rows.all('invitation')]
    assert.deepEqual(after, before)
    assert.deepEqual(scene.alice.machine.transfers(), [])
  })
})
