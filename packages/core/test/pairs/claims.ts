/** What must have come of a play once all is well: two people who have the same conversation, and nothing left over. */
import assert from 'node:assert/strict'
import type { StoredMessage } from '@sealpost/core'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../peer/cast.ts'
import type { PairHome } from './pair-home.ts'
import type { Play } from './play.ts'

/** The seeds of one contact that are told or still served, and some whose mailboxes are being destroyed. */
const SEEDS_MAX = 14
/** For so long contacts send again what a device of theirs missed. */
const HISTORY_MS: number = 30 * DAY_MS
/** What a home says in an hour in which nothing happens, heartbeats apart. */
const IDLE_EFFECTS_MAX = 30

/** @param isSaying whether everybody has a last word, which may bring to light what was lost before, or hide it. */
export function checkAll(play: Play, isSaying: boolean): void {
  play.heal(isSaying)
  play.settle()
  for (const home of play.homes) {
    checkRows(play, home)
    for (const other of play.homes.filter(({ person }) => person !== home.person)) {
      checkOneWay(play, home, other)
    }
    checkOrder(play, home)
  }
  checkPeace(play)
}

/** One home's messages, as another has them. */
function checkOneWay(play: Play, sender: PairHome, recipient: PairHome): void {
  const where = `${sender.name} to ${recipient.name}`
  const sent = play
    .messages(sender)
    .filter(({ kind }) => kind === 'sent')
    .sort((one, other) => one.number - other.number)
  const all = play.messages(recipient)
  const theirs = all.filter(({ device }) => device === sender.account.device)
  const held = theirs.filter(({ kind }) => kind === 'received')
  assert.deepEqual(
    all.filter(({ kind }) => kind === 'unreadable').map(({ isLost }) => isLost),
    [],
    `${where}: nothing is unreadable`
  )
  const numbers = held.map(({ number }) => number)
  assert.equal(new Set(numbers).size, numbers.length, `${where}: nothing is shown twice`)
  const kept = sent.filter(({ withdrawnAtMs }) => withdrawnAtMs === undefined)
  const isTakenBack = (number: number): boolean =>
    sent.some((message) => message.number === number && message.withdrawnAtMs !== undefined)
  for (const { text, number } of held) {
    assert.ok(!isTakenBack(number) || text === '', `${where}: ${text} was taken back`)
  }
  const texts = held.filter(({ number }) => !isTakenBack(number)).map(({ text }) => text)
  const missing = kept.filter(({ text }) => !texts.includes(text))
  const missingCount = theirs.reduce((sum, message) => sum + message.missingCount, 0)
  const wasBlocked = play.blocker !== undefined
  const isLeftToSibling =
    missing.length > 0 && missing.every(isWithSibling(play, sender, recipient))
  const mayMiss = wasBlocked || isLeftToSibling
  if (!mayMiss || missing.length > missingCount) {
    assert.deepEqual(
      missing.map(({ text }) => text),
      [],
      `${where}: nothing is missing`
    )
  }
  assert.ok(mayMiss || missingCount === 0, `${where}: nothing is said to be missing`)
  assert.deepEqual(
    texts,
    kept.filter((message) => !missing.includes(message)).map(({ text }) => text),
    `${where}: in the order in which they were written`
  )
  for (const text of play.promised.get(sender) ?? []) {
    assert.ok(
      sent.some((message) => message.text === text || message.withdrawnAtMs !== undefined),
      `${where}: ${text} is still there`
    )
  }
  checkStates(where, sent, wasBlocked)
}

/** What a device missed in a month or more is told by another of its person's, which has it: these do not talk here. */
function isWithSibling(
  { homes, world }: Play,
  sender: PairHome,
  recipient: PairHome
): (message: StoredMessage) => boolean {
  const siblings = homes.filter((home) => home !== recipient && home.person === recipient.person)
  return ({ number, storedAtMs }) =>
    world.nowMs - storedAtMs > HISTORY_MS && siblings.some((home) => home.holds(sender, number))
}

function checkStates(where: string, sent: readonly StoredMessage[], wasBlocked: boolean): void {
  for (const { text, number, recall, withdrawnAtMs, deliveredAtMs } of sent) {
    const name = `${where}: ${String(number)} ${text}`
    assert.ok(recall !== 'pending', `${name} is still being taken back`)
    const isOver = withdrawnAtMs !== undefined || deliveredAtMs !== undefined
    assert.ok(isOver || wasBlocked, `${name} is not known to have arrived`)
  }
}

/** Whoever answers stands below what they had seen, in everybody's conversation. */
function checkOrder(play: Play, home: PairHome): void {
  const texts = play.messages(home).map(({ text }) => text)
  for (const [at, text] of texts.entries()) {
    const above = play.above.get(text)
    const below = texts.slice(at + 1).filter((other) => other !== '' && above?.has(other) === true)
    assert.deepEqual(below, [], `${home.name}: ${text} stands above what it answers`)
  }
}

/** What may grow without a bound is bounded: nothing is left of what is over. */
function checkRows(play: Play, home: PairHome): void {
  const { rows, name } = home
  const deviceCount = play.homes.filter(({ person }) => person !== home.person).length
  const messages = play.messages(home)
  const shownCount = messages.filter(({ kind }) => kind === 'sent' || kind === 'received').length
  const sent = messages.filter(({ kind }) => kind === 'sent')
  // A sent message has one by its id and one by its number; the word that takes it back has one by that word's number.
  const recallCount = play.recallCounts.get(home) ?? 0
  for (const table of ['outbox', 'recall', 'withdrawal', 'invitation', 'claimed-link'] as const) {
    assert.equal(rows.count(table), 0, `${name}: nothing is left in ${table}`)
  }
  assert.equal(rows.count('contact'), 1)
  assert.equal(rows.count('message'), messages.length)
  // What was taken back before it came has one by its id, should another device of theirs send it.
  const unseenCount = rows.count('message-index') - (shownCount + sent.length + recallCount)
  const theirs = play.homes.filter(({ person }) => person !== home.person)
  const unseenMax = theirs.reduce((count, one) => count + (play.recallCounts.get(one) ?? 0), 0)
  assert.ok(unseenCount >= 0 && unseenCount <= unseenMax, `${name}: indexes`)
  assert.ok(rows.count('unread') <= messages.length)
  assert.equal(rows.count('progress'), deviceCount, `${name}: one progress a device`)
  assert.equal(rows.count('their-address'), deviceCount, `${name}: one address a device`)
  assert.ok(rows.count('receipt') <= deviceCount, `${name}: one receipt a device`)
  assert.ok(rows.count('session') <= deviceCount, `${name}: one session a device`)
  assert.ok(rows.count('known-relay') <= play.relays.length)
  assert.ok(rows.count('own-address') <= SEEDS_MAX, `${name}: few seeds`)
}

/** Nothing happens any more, not even after a restart. */
function checkPeace(play: Play): void {
  const { world, homes, truth } = play
  // A relay that denied what others took meanwhile is left alone for up to 6 hours.
  world.sleep(7 * HOUR_MS)
  world.advance(30 * MINUTE_MS)
  for (const home of homes) {
    home.said.clear()
  }
  const { depositCount } = truth
  world.advance(HOUR_MS)
  for (const { name, said } of homes) {
    said.delete('heartbeat')
    const total = [...said.values()].reduce((sum, count) => sum + count, 0)
    assert.ok(total <= IDLE_EFFECTS_MAX, `${name} does not rest: ${JSON.stringify([...said])}`)
  }
  assert.equal(truth.depositCount, depositCount, 'nothing is deposited where nothing is written')
  const before = homes.map((home) => play.messages(home).map(({ key, text }) => `${key} ${text}`))
  for (const home of homes) {
    home.crash()
    home.start()
  }
  world.advance(10 * MINUTE_MS)
  const after = homes.map((home) => play.messages(home).map(({ key, text }) => `${key} ${text}`))
  assert.deepEqual(after, before, 'a restart changes nothing')
  assert.equal(truth.depositCount, depositCount, 'a restart deposits nothing')
}
