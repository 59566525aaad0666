/** What must be true of people with several devices: all of them, and all of those they talk to, show the same. */
import assert from 'node:assert/strict'
import type { Message } from '../src/index.ts'
import { checkNoStorm, isDelivered, isOver } from './scenario-claims.ts'
import type { Person } from './scenario-people.ts'
import { personOf, type Stage } from './scenario-stage.ts'
import type { TestHome } from './world.ts'

const ALL = { limit: 10_000 }

interface Shown {
  readonly where: string
  readonly home: TestHome
  readonly messages: readonly Message[]
  /** Messages that the other sent, and that this device knows it lacks. */
  readonly missingCount: number
}

/** @throws AssertionError where two devices show what is not the same, and do not say so */
export async function checkDevices(stage: Stage): Promise<void> {
  for (const person of stage.people.values()) {
    for (const { home } of devicesOf(person)) {
      const bugs = home.log.entries.filter(({ fields }) => fields['code'] === 'SEALPOST_BUG')
      assert.deepEqual(bugs, [], `${person.name} logged no bug`)
      assert.equal(home.disk.rows('outbox').length, 0, `${person.name}: nothing is on its way`)
    }
    for (const side of person.sides.values()) {
      const other = personOf(stage, side.to)
      const mine = await shownBy(stage, person, other)
      const theirs = await shownBy(stage, other, person)
      check(person, other, mine, theirs)
    }
  }
  for (const { log } of stage.world.relays) {
    assert.deepEqual(log.events('error'), [])
  }
}

function devicesOf(person: Person): readonly { readonly home: TestHome }[] {
  return [person, ...person.others]
}

async function shownBy(stage: Stage, person: Person, other: Person): Promise<readonly Shown[]> {
  const shown: Shown[] = []
  for (const { home } of devicesOf(person)) {
    const { world } = stage
    const contacts = await world.run(home.client.contacts())
    const found = contacts.filter(({ profileName }) => profileName === other.name)
    const where = `device ${String(home.client.profile.device)} of ${person.name}`
    assert.equal(found.length, 1, `${where}: ${other.name} is one contact`)
    for (const { contactId, missingCount } of found) {
      const messages = await world.run(home.client.messages(contactId, ALL))
      const rows = messages.reduce((count, message) => count + message.missingCount, missingCount)
      shown.push({ where, home, messages, missingCount: rows })
    }
  }
  return shown
}

function check(
  sender: Person,
  recipient: Person,
  mine: readonly Shown[],
  theirs: readonly Shown[]
): void {
  const side = sender.sides.get(recipient.name)
  const isAnyLost = sender.gone.length > 0 || recipient.gone.length > 0
  const mayLack = isAnyLost || side?.wasBlocked === true
  const sent = mine.map((shown) => textsOf(shown, 'sent'))
  const held = theirs.map((shown) => textsOf(shown, 'received'))
  const all = new Set([...sent, ...held].flat())
  const recalled = side?.recalled ?? new Set()
  for (const text of side?.promised ?? []) {
    assert.ok(mayLack || all.has(text) || recalled.has(text), `${text} is still somewhere`)
  }
  for (const [at, shown] of [...mine, ...theirs].entries()) {
    const texts = [...sent, ...held][at] ?? []
    const where = `${sender.name} to ${recipient.name}, on ${shown.where}`
    checkNoStorm(shown.messages, where)
    assert.equal(new Set(texts).size, texts.length, `${where}: nothing is shown twice`)
    const lacking = [...all].filter((text) => !texts.includes(text))
    if (!mayLack || (at >= mine.length && lacking.length > shown.missingCount && !isAnyLost)) {
      assert.deepEqual(lacking, [], `${where}: nothing is missing`)
    }
    if (!mayLack) {
      assert.equal(shown.missingCount, 0, `${where}: nothing is said to be missing`)
      const unreadable = shown.messages.filter(({ kind }) => kind === 'unreadable')
      assert.equal(unreadable.length, 0, `${where}: nothing is unreadable`)
    }
  }
  for (const { messages, where } of mine) {
    for (const message of messages.filter(({ kind }) => kind === 'sent')) {
      const isHeld = held.some((texts) => texts.includes(message.text)) || isOver(message)
      const { text, state, isCopy } = message
      const isTrue = isDelivered(message) ? isHeld : mayLack || isOver(message) || isCopy === true
      assert.ok(isTrue || isAnyLost, `${where}: ${text} is ${String(state)}`)
    }
  }
}

function textsOf({ messages }: Shown, kind: 'sent' | 'received'): readonly string[] {
  return messages
    .filter((message) => message.kind === kind && !isOver(message))
    .map(({ text }) => text)
}
