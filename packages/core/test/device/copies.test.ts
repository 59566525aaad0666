import assert from 'node:assert/strict'
import { type Content, messageIds } from '@sealpost/protocol'
import { bytesOf, contactId, content, DAY_MS, device, deviceList, identity } from '../peer/cast.ts'
import { messagesOf, type Timeline } from '../peer/stored-messages.ts'
import { copies, says, saysOf, type Siblings, siblings } from './siblings-scene.ts'

const BOB = identity('bob')

/** A text that a device sent under a number. */
function sent(from: number, number: number, text = `text ${String(number)}`): Content {
  const messageId = messageIds.fromBytes(bytesOf(`copy ${String(from)} ${String(number)}`, 16))
  return content(number, { type: 'text', text }, { messageId })
}

/** The word that takes it back. */
function takenBack(from: number, number: number): Content {
  const { messageId = messageIds.fromBytes(new Uint8Array(16)) } = sent(from, number)
  return content(number + 1, { type: 'withdrawal', messageId, number })
}

function shown({ alice }: Siblings): readonly Timeline[] {
  const id = alice.machine.contactOf(BOB)?.contactId ?? contactId('nobody')
  return messagesOf(alice.rows, id)
}

function texts(scene: Siblings): readonly string[] {
  return shown(scene).map(({ text }) => text)
}

/** Bob says what he holds of the second device's messages. */
function toldOf({ alice }: Siblings, deliveredUpTo: number, readUpTo: number): void {
  const id = alice.machine.contactOf(BOB)?.contactId ?? contactId('nobody')
  alice.told(id, { device: device(2), deliveredUpTo, readUpTo })
}

/** The second device hands over what it sent to bob. */
function brings(scene: Siblings, numbers: readonly number[]): void {
  const part = {
    type: 'history-part' as const,
    transferId: 'ab'.repeat(16) as never,
    index: 0,
    isLast: true,
    totalCount: numbers.length,
    records: new Uint8Array(0)
  }
  const records = numbers.map((number) => {
    const { messageId } = sent(2, number)
    const message = {
      identityKey: BOB,
      device: device(2),
      isOwn: true,
      number,
      lastNumber: 0,
      messageId,
      kind: 'text' as const,
      text: `text ${String(number)}`,
      sentAtMs: number,
      storedAtMs: number,
      orderMs: number,
      onRelayAtMs: 0,
      deliveredAtMs: 0,
      readAtMs: 0,
      withdrawnAtMs: 0,
      isUnread: false
    }
    return { type: 'message' as const, message }
  })
  says(scene, 2, part, { type: 'history', records, known: new Set() })
}

function knowing(): Siblings {
  const scene = siblings()
  saysOf(scene, { deviceList: deviceList(1, 1) })
  return scene
}

describe('a copy of what another own device sent', () => {
  it('stands in the conversation as ours, once, however often and through whichever device it comes', () => {
    const scene = knowing()
    copies(scene, 2, sent(2, 1))
    copies(scene, 2, sent(2, 1))
    scene.alice.restart()
    copies(scene, 2, sent(2, 1))
    assert.deepEqual(texts(scene), ['text 1'])
    const [row] = shown(scene)
    assert.deepEqual([row?.kind, row?.isCopy, row?.device], ['sent', true, 2])
  })

  it('of two devices under one number is two messages', () => {
    const scene = knowing()
    copies(scene, 2, sent(2, 1, 'from the second'))
    copies(scene, 3, sent(3, 1, 'from the third'))
    assert.deepEqual(texts(scene), ['from the second', 'from the third'])
  })

  it('is there also where another came under the same numbers: the device was copied, and both were started', () => {
    const scene = knowing()
    const [one, other] = ['one', 'other'].map((text) => {
      const messageId = messageIds.fromBytes(bytesOf(text, 16))
      return content(1, { type: 'text', text }, { messageId })
    })
    assert.ok(one && other)
    for (const copy of [one, other, one, other]) {
      copies(scene, 2, copy, BOB, 1)
    }
    assert.deepEqual(texts(scene), ['one', 'other'])
  })

  it('makes its contact where nothing is known of them yet, and is there when that comes', () => {
    const scene = siblings()
    copies(scene, 2, sent(2, 1))
    saysOf(scene, { standing: 'requested', name: 'bob' })
    const bob = scene.alice.machine.contactOf(BOB)
    assert.deepEqual([bob?.name, bob?.standing], ['bob', 'requested'])
    assert.deepEqual(texts(scene), ['text 1'])
  })

  it('to ourselves, or of what is no message, says nothing', () => {
    const scene = knowing()
    copies(scene, 2, sent(2, 1), identity('alice'))
    copies(scene, 2, content(0, { type: 'receipt' }))
    copies(scene, 2, content(3, { type: 'link-used' }))
    assert.equal(scene.alice.rows.all('message').length, 0)
  })

  it('is as far delivered as the contact said before it came', () => {
    const scene = knowing()
    const id = scene.alice.machine.contactOf(BOB)?.contactId ?? contactId('nobody')
    scene.alice.told(id, { device: device(2), deliveredUpTo: 1, readUpTo: 0 })
    copies(scene, 2, sent(2, 1))
    copies(scene, 2, sent(2, 2))
    assert.deepEqual(
      shown(scene).map(({ deliveredAtMs }) => deliveredAtMs !== undefined),
      [true, false]
    )
    scene.alice.told(id, { device: device(2), deliveredUpTo: 2, readUpTo: 2 })
    assert.deepEqual(
      shown(scene).map(({ readAtMs }) => readAtMs !== undefined),
      [true, true]
    )
  })

  it('costs no more than there are, whatever a contact says it holds', () => {
    const scene = knowing()
    for (let number = 1; number <= 200; number++) {
      copies(scene, 2, sent(2, number))
    }
    let readCount = 0
    scene.alice.onInput = ({ type }) => {
      readCount += type === 'records' ? 1 : 0
      assert.ok(readCount < 20, 'it ends')
    }
    const most = Number.MAX_SAFE_INTEGER
    toldOf(scene, most, 130)
    assert.equal(shown(scene).filter(({ readAtMs }) => readAtMs !== undefined).length, 130)
    toldOf(scene, most, most)
    assert.ok(shown(scene).every(({ readAtMs }) => readAtMs !== undefined))
    copies(scene, 2, sent(2, 202))
    assert.ok(shown(scene).at(-1)?.readAtMs !== undefined)
  })

  it('is found also where history brought it', () => {
    const scene = knowing()
    brings(scene, [1, 2])
    toldOf(scene, 2, 1)
    const states = shown(scene).map(({ deliveredAtMs, readAtMs }) => [deliveredAtMs, readAtMs])
    assert.deepEqual(
      states.map((atMs) => atMs.map((one) => one !== undefined)),
      [
        [true, true],
        [true, false]
      ]
    )
  })

  it('learns all that the contact said, wherever the process ended', () => {
    for (let inInputs = 1; inInputs <= 12; inInputs++) {
      const scene = knowing()
      for (let number = 1; number <= 100; number++) {
        copies(scene, 2, sent(2, number))
      }
      scene.alice.crash = { inInputs, isCommitted: true }
      toldOf(scene, 100, 90)
      scene.alice.crash = undefined
      scene.alice.advance(1)
      const rows = shown(scene)
      assert.equal(rows.filter(({ deliveredAtMs }) => deliveredAtMs !== undefined).length, 100)
      assert.equal(rows.filter(({ readAtMs }) => readAtMs !== undefined).length, 90)
    }
  })
})

describe('a copy that is taken back', () => {
  it('loses its text, by the device that sent it, or another that sent it on', () => {
    for (const from of [2, 3]) {
      const scene = knowing()
      copies(scene, 2, sent(2, 1))
      copies(scene, from, takenBack(2, 1), identity('carol'))
      assert.deepEqual(texts(scene), ['text 1'], 'in whose conversation it is')
      copies(scene, from, takenBack(2, 1))
      assert.deepEqual(texts(scene), [''])
      assert.ok(shown(scene)[0]?.withdrawnAtMs !== undefined)
    }
  })

  it('is shown without its text where the word of it came first', () => {
    for (const isRestarted of [false, true]) {
      const scene = knowing()
      copies(scene, 2, takenBack(2, 1))
      copies(scene, 3, takenBack(3, 1))
      assert.deepEqual(texts(scene), [])
      if (isRestarted) {
        scene.alice.restart()
      }
      copies(scene, 2, sent(2, 1))
      copies(scene, 2, sent(2, 3))
      assert.deepEqual(texts(scene), ['', 'text 3'])
      assert.ok(shown(scene)[0]?.withdrawnAtMs !== undefined)
      assert.equal(scene.alice.rows.all('withdrawal').length, 1, 'that of the third is waited for')
      scene.alice.restart()
      assert.deepEqual(texts(scene), ['', 'text 3'])
    }
  })

  it('is without its text in a history that comes later, too', () => {
    const scene = knowing()
    copies(scene, 2, takenBack(2, 1))
    brings(scene, [1])
    assert.deepEqual(texts(scene), [''])
    assert.equal(scene.alice.rows.all('withdrawal').length, 0)
  })

  it('is remembered for two months, and for a few hundred copies that never come', () => {
    const scene = knowing()
    for (let number = 1; number <= 300; number++) {
      copies(scene, 2, takenBack(2, number))
    }
    assert.equal(scene.alice.rows.all('withdrawal').length, 256)
    scene.alice.advance(61 * DAY_MS)
    copies(scene, 2, takenBack(2, 1_000))
    assert.equal(scene.alice.rows.all('withdrawal').length, 1)
  })
})
