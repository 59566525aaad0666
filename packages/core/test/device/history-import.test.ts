import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { keysUnder } from '@sealpost/core'
import { type HistoryMessage, transferIds } from '@sealpost/protocol'
import { MessageRowSchema } from '@sealpost/protocol/home'
import { bytesOf, content, deviceList, FIRST, identity } from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { says, saysOf, type Siblings, siblings } from './siblings-scene.ts'

const BOB = identity('bob')

/** The phone hands over what it has, or misses, of bob's. */
function hands(scene: Siblings, ...changes: readonly Partial<HistoryMessage>[]): void {
  handsAll(scene, changes, false)
}

/** The same, of which nothing or all is here already. */
function handsAll(
  scene: Siblings,
  changes: readonly Partial<HistoryMessage>[],
  isHere: boolean
): void {
  const records = changes.map((changed) => {
    const message: HistoryMessage = {
      identityKey: BOB,
      device: FIRST,
      isOwn: false,
      number: 1,
      lastNumber: 0,
      messageId: undefined,
      kind: 'missing',
      text: '',
      sentAtMs: 1,
      storedAtMs: 1,
      orderMs: 1,
      onRelayAtMs: 0,
      deliveredAtMs: 0,
      readAtMs: 0,
      withdrawnAtMs: 0,
      isUnread: false,
      ...changed
    }
    return { type: 'message' as const, message }
  })
  const part = {
    type: 'history-part' as const,
    transferId: transferIds.fromBytes(bytesOf('transfer', 16)),
    index: 0,
    isLast: true,
    totalCount: 1,
    records: new Uint8Array(0)
  }
  const known = new Set(isHere ? records.map(({ message }) => message) : [])
  says(scene, 2, part, { type: 'history', records, known })
}

function text(number: number): Partial<HistoryMessage> {
  return {
    kind: 'text',
    number,
    messageId: content(number).messageId,
    text: `text ${String(number)}`
  }
}

/** What the conversation with bob shows: texts, and the numbers that are missing. */
function shown({ alice }: Siblings): readonly string[] {
  return messagesOf(alice.rows, alice.contactOf(BOB)).map((message) => {
    const { kind, missingCount, number } = message
    return kind === 'missing'
      ? `${String(number)}-${String(number + missingCount - 1)}`
      : message.text
  })
}

function knowing(): Siblings {
  const scene = siblings()
  saysOf(scene, { deviceList: deviceList(1, 1) })
  return scene
}

describe('what another own device misses', () => {
  it('is missed here, too, as far as it is not here', () => {
    const scene = knowing()
    const { alice } = scene
    for (const number of [1, 2, 5]) {
      alice.receive(alice.contactOf(BOB), content(number))
    }
    const misses = (first: number, last: number): void => {
      hands(scene, { number: first, lastNumber: last, orderMs: last })
    }
    misses(1, 2)
    misses(5, 5)
    misses(2, 3)
    misses(3, 6)
    const missing = shown(scene).filter((one) => one.includes('-'))
    assert.deepEqual(missing, ['3-3', '4-4', '6-6'])
  })
})

describe('what is missing here', () => {
  it('is missed no more once another own device hands it over', () => {
    const scene = knowing()
    const { alice } = scene
    const bob = alice.contactOf(BOB)
    alice.receive(
      bob,
      content(6, { type: 'unavailable', shown: [{ first: 1, last: 5 }], silent: [] })
    )
    assert.deepEqual(shown(scene), ['1-5'])
    assert.equal(alice.rows.count('unread'), 1)
    hands(scene, text(3))
    assert.deepEqual(shown(scene).toSorted(), ['1-2', '4-5', 'text 3'])
    alice.restart()
    hands(scene, text(1), text(2), text(5))
    assert.deepEqual(shown(scene).toSorted(), ['4-4', 'text 1', 'text 2', 'text 3', 'text 5'])
    assert.equal(alice.rows.count('unread'), 0)
    hands(scene, text(4))
    assert.deepEqual(
      shown(scene).toSorted(),
      [1, 2, 3, 4, 5].map((number) => `text ${String(number)}`)
    )
  })

  it('is missed no more, either, where the other device missed it first', () => {
    const scene = knowing()
    hands(scene, { number: 1, lastNumber: 2 })
    hands(scene, text(2))
    assert.deepEqual(shown(scene).toSorted(), ['1-1', 'text 2'])
  })
})

describe('what another own device knows of a message that is here', () => {
  /** Bob's first text, of which the phone knows that. */
  function told(...changes: readonly Partial<HistoryMessage>[]): readonly string[] {
    const scene = knowing()
    const { alice } = scene
    const bob = alice.contactOf(BOB)
    alice.receive(bob, content(1))
    alice.restart()
    for (const changed of changes) {
      handsAll(scene, [{ ...text(1), ...changed }], true)
    }
    const range = { table: 'message', ...keysUnder(bob), limit: 10 } as const
    return alice.rows.range(range).rows.map(({ value }) => {
      const { reactions, star, text: shows, withdrawnAtMs } = fromBinary(MessageRowSchema, value)
      const isStarred = star !== undefined && star.value > 0
      assert.equal(alice.rows.count('star'), isStarred ? 1 : 0)
      const said = [...reactions.map(({ emoji }) => emoji), ...(isStarred ? ['starred'] : [])]
      return [shows, ...said, ...(withdrawnAtMs === 0 ? [] : ['taken back'])].join(' ')
    })
  }

  const edited = { text: 'edited', edit: { sentAtMs: 5, device: 1, number: 3 } }
  const reaction = { isOwn: true, emoji: '+', sentAtMs: 6, device: 2, number: 4 }

  it('is that it was taken back: nothing of it is left, whatever another knows', () => {
    assert.deepEqual(told({ text: '', withdrawnAtMs: 7 }), [' taken back'])
    assert.deepEqual(told({ text: '', withdrawnAtMs: 7 }, edited), [' taken back'])
  })

  it('is what was said about it, in whichever order that comes', () => {
    const earlier = { text: 'edited before', edit: { sentAtMs: 4, device: 1, number: 2 } }
    assert.deepEqual(told({ ...edited, reactions: [reaction] }), ['edited +'])
    assert.deepEqual(told(edited, { ...earlier, reactions: [reaction] }), ['edited +'])
    assert.deepEqual(told(earlier, edited), ['edited'])
  })

  it('is that it is starred, of which the later choice counts', () => {
    const star = { star: { value: 5, changedAtMs: 5 } }
    const none = { star: { value: 0, changedAtMs: 6 } }
    assert.deepEqual(told(star), ['text 1 starred'])
    assert.deepEqual(told({ ...edited, ...star }), ['edited starred'])
    assert.deepEqual(told(star, none), ['text 1'])
    assert.deepEqual(told(none, star), ['text 1'])
    assert.deepEqual(told(star, { text: '', withdrawnAtMs: 7 }), [' taken back'])
    assert.deepEqual(told({ text: '', withdrawnAtMs: 7 }, star), [' taken back'])
  })

  it('comes with its star where it is not here, but for what was taken back', () => {
    const star = { star: { value: 5, changedAtMs: 5 } }
    const scene = knowing()
    hands(scene, { ...text(1), ...star }, { ...text(2), ...star, text: '', withdrawnAtMs: 7 })
    const { alice } = scene
    const starred = messagesOf(alice.rows, alice.contactOf(BOB)).filter(({ words }) => words.star)
    assert.deepEqual(
      starred.map(({ text: said, words }) => [said, words.star]),
      [['text 1', star.star]]
    )
    assert.deepEqual(
      alice.rows.all('star').map(({ key }) => key),
      starred.map(({ key }) => key)
    )
  })

  it('changes nothing of it where nothing was said', () => {
    assert.deepEqual(told({ text: 'something else' }), ['text 1'])
  })
})
