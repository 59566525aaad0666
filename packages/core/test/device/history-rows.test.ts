import assert from 'node:assert/strict'
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { readMessage, recordMessage, type StoredMessage } from '@sealpost/core'
import {
  type DeviceNumber,
  encodeBackupRecord,
  HISTORY_PART_BYTES_MAX,
  type HistoryMessage,
  type MessageId,
  TEXT_BYTES_MAX
} from '@sealpost/protocol'
import { MessageKind, MessageRowSchema, NoticeCode } from '@sealpost/protocol/home'
import { historyOfRow, rowsOfHistory } from '../../src/device/history-rows.ts'
import { noticeNumber } from '../../src/peer/conversation-notice.ts'
import { messageKey } from '../../src/peer/keys.ts'
import { contactId, identity, START_MS } from '../peer/cast.ts'

const BOB = contactId('bob')

interface Given {
  readonly kind: MessageKind
  readonly isOwn?: boolean
  readonly number?: number
  readonly lastNumber?: number
  readonly notice?: NoticeCode
  readonly device?: number
  readonly isLost?: boolean
  readonly words?: MessageInitShape<typeof MessageRowSchema>
}

function rowOf(given: Given): { readonly key: string; readonly value: Uint8Array } {
  const { kind, isOwn = false, number = 0, lastNumber = 0, notice } = given
  const place = notice === undefined ? number : noticeNumber(notice)
  const sender = (given.device ?? 1) as DeviceNumber
  const row = create(MessageRowSchema, {
    kind,
    device: sender,
    number,
    lastNumber,
    text: kind === MessageKind.SENT || kind === MessageKind.RECEIVED ? 'hello' : '',
    messageId: kind === MessageKind.SENT ? ('0a'.repeat(16) as MessageId) : '',
    notice: notice ?? NoticeCode.UNSPECIFIED,
    isLost: given.isLost ?? false,
    sentAtMs: START_MS,
    storedAtMs: START_MS + 1,
    ...given.words
  })
  return {
    key: messageKey(BOB, START_MS, { device: sender, isOwn }, place),
    value: toBinary(MessageRowSchema, row)
  }
}

/** All that can be said with a text and about it. */
const WORDS: MessageInitShape<typeof MessageRowSchema> = {
  reply: { messageId: '0b'.repeat(16), isOfSender: true, excerpt: 'how are you' },
  isForwarded: true,
  fadeAfterS: 3_600,
  fadesAtMs: START_MS + 3_600_000,
  edit: { sentAtMs: START_MS + 5, device: 1, number: 9 },
  earlier: [{ text: 'helo', sentAtMs: START_MS, device: 0, number: 0 }],
  reactions: [
    { isOwn: true, emoji: '\u{1f44d}', sentAtMs: START_MS + 6, device: 2, number: 3 },
    { isOwn: false, emoji: '', sentAtMs: START_MS + 7, device: 1, number: 4 }
  ]
}

/** The message as the phone shows it. */
function onPhone(record: HistoryMessage): StoredMessage {
  const [write] = rowsOfHistory(BOB, record)
  assert.ok(write)
  return readMessage(write)
}

describe('a message that one own device hands to another', () => {
  const cases: readonly (readonly [string, Given])[] = [
    ['sent', { kind: MessageKind.SENT, isOwn: true, number: 3 }],
    ['received', { kind: MessageKind.RECEIVED, number: 4 }],
    ['sent, edited, reacted to', { kind: MessageKind.SENT, isOwn: true, number: 3, words: WORDS }],
    ['received, edited, reacted to', { kind: MessageKind.RECEIVED, number: 4, words: WORDS }],
    [
      'a timer',
      {
        kind: MessageKind.NOTICE,
        notice: NoticeCode.TIMER_BY_THEM,
        device: 0,
        words: { timerSeconds: 60 }
      }
    ],
    ['missing', { kind: MessageKind.MISSING, number: 5, lastNumber: 9 }],
    ['a device more', { kind: MessageKind.NOTICE, notice: NoticeCode.DEVICE_ADDED, device: 7 }],
    [
      'another identity',
      { kind: MessageKind.NOTICE, notice: NoticeCode.IDENTITY_CHANGED, device: 0 }
    ]
  ]

  for (const [what, given] of cases) {
    it(`is what it was, also in a backup: ${what}`, () => {
      const row = rowOf(given)
      const before = readMessage(row)
      const handed = historyOfRow(identity('bob'), row, false)
      assert.ok(handed)
      assert.deepEqual(recordMessage(identity('bob'), before, false), handed)
      const after = onPhone(handed)
      assert.equal(after.key, row.key)
      const { kind, notice, number, missingCount, text, sentAtMs } = before
      assert.deepEqual(
        [after.kind, after.notice, after.device, after.number, after.missingCount],
        [kind, notice, before.device, number, missingCount]
      )
      assert.deepEqual([after.text, after.sentAtMs], [text, sentAtMs])
      assert.deepEqual(after.words, before.words)
      assert.equal(after.timerSeconds, before.timerSeconds)
    })
  }

  it('is nothing where it could not be read: the other gets it from the contact', () => {
    for (const isLost of [false, true]) {
      const row = rowOf({ kind: MessageKind.UNREADABLE, isLost })
      assert.equal(historyOfRow(identity('bob'), row, false), undefined)
    }
  })

  it('has no row where it is a notice of a later version', () => {
    const notice = rowOf({ kind: MessageKind.NOTICE, notice: NoticeCode.DEVICE_ADDED })
    const handed = historyOfRow(identity('bob'), notice, false)
    assert.ok(handed)
    assert.deepEqual(rowsOfHistory(BOB, { ...handed, text: 'moved-to-mars:1' }), [])
  })

  it('that we sent is a copy, whichever device sent it: another copy of this home may have its number', () => {
    const sent = rowOf({ kind: MessageKind.SENT, isOwn: true })
    const handed = historyOfRow(identity('bob'), sent, false)
    assert.ok(handed)
    const [write] = rowsOfHistory(BOB, handed)
    assert.ok(write)
    assert.equal(fromBinary(MessageRowSchema, write.value).isCopy, true)
  })
})

describe('a message with long texts', () => {
  it('fits a part of a history, without what there is no room for: the oldest texts, then the excerpt', () => {
    const version = (text: string, number: number) => ({
      text,
      sentAtMs: Number.MAX_SAFE_INTEGER,
      device: 127,
      number
    })
    const longest = 'a'.repeat(TEXT_BYTES_MAX)
    const row = rowOf({
      kind: MessageKind.SENT,
      isOwn: true,
      number: 2 ** 47,
      device: 127,
      words: {
        ...WORDS,
        reply: { messageId: '0b'.repeat(16), isOfSender: true, excerpt: 'e'.repeat(256) },
        text: longest,
        edit: version('', Number.MAX_SAFE_INTEGER),
        earlier: [version('b', 1)]
      }
    })
    const record = historyOfRow(identity('bob'), row, true)
    assert.ok(record)
    assert.deepEqual([record.earlier, record.reply?.excerpt], [undefined, ''])
    const bytes = encodeBackupRecord({ type: 'message', message: record })
    assert.ok(bytes.length + 3 <= HISTORY_PART_BYTES_MAX)
    const texts = Array.from({ length: 10 }, (_, at) =>
      version(`${'c'.repeat(5_000)}${String(at)}`, at + 1)
    )
    const many = rowOf({
      kind: MessageKind.RECEIVED,
      number: 2 ** 47,
      words: { ...WORDS, edit: version('', 11), earlier: texts }
    })
    const shortened = historyOfRow(identity('bob'), many, true)
    assert.ok(shortened)
    assert.deepEqual(shortened.earlier, texts.slice(-5))
    const otherBytes = encodeBackupRecord({ type: 'message', message: shortened })
    assert.ok(otherBytes.length + 3 <= HISTORY_PART_BYTES_MAX)
  })
})
