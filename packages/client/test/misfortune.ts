/**
 * A conversation in both directions while everything goes wrong that may: homes are killed between any two commits, relays stop,
 * come back, lose what they held, and the network is cut. One relay of three is ill at a time. What must come of it is checked
 * at the end, when all is well again.
 */
import assert from 'node:assert/strict'
import { seededRandom } from '@sealpost/host/testing'
import { randomBelow } from '@sealpost/core'
import type { ContactId } from '@sealpost/protocol'
import { type TestHome, type TestRelay, World } from './world.ts'

interface Person {
  readonly name: string
  readonly home: TestHome
  isOpen: boolean
  contactId: ContactId
  /** What `send` resolved for: it must arrive. What it did not may. */
  readonly promised: string[]
  readonly tried: string[]
}

const STEPS_BETWEEN_CHECKS_MS = 2_000

export async function misfortune(seed: number, messageCount: number): Promise<void> {
  const random = seededRandom(seed)
  const below = (bound: number): number => randomBelow(random, bound)
  const world = new World()
  await world.addRelays(3, {
    depositsPerSecond: 1_000,
    depositBurst: 1_000,
    mailboxDepositsPerMinute: 100_000
  })
  const people = await Promise.all(
    ['alice', 'bob'].map(async (name): Promise<Person> => {
      const home = await world.addHome(name)
      await home.open()
      return { name, home, isOpen: true, contactId: '' as ContactId, promised: [], tried: [] }
    })
  )
  const [alice, bob] = people
  assert.ok(alice !== undefined && bob !== undefined)
  await world.meet(alice.home, bob.home)
  alice.contactId = (await alice.home.client.findContact('bob')).contactId
  bob.contactId = (await bob.home.client.findContact('alice')).contactId
  let ill: TestRelay | undefined
  let sentCount = 0

  const reopen = async (person: Person): Promise<void> => {
    if (!person.isOpen) {
      await person.home.open()
      person.isOpen = true
    }
  }
  const heal = async (): Promise<void> => {
    if (ill !== undefined) {
      await ill.start()
      ill = undefined
    }
  }
  while (sentCount < messageCount) {
    const person = people[below(2)] ?? alice
    switch (below(12)) {
      case 0:
        if (person.isOpen) {
          person.home.kill(below(3))
          person.isOpen = false
        }
        break
      case 1:
        if (ill === undefined) {
          ill = world.relays[below(3)]
          await ill?.stop()
        }
        break
      case 2:
        await heal()
        break
      case 3:
        if (ill === undefined && below(4) === 0) {
          // What lost its store must be given back what it lost before another may fall ill.
          await world.relays[below(3)]?.wipe()
          await Promise.all(people.map(reopen))
          await world.pass(STEPS_BETWEEN_CHECKS_MS * 5)
        }
        break
      case 4:
        world.network.cut(world.relays[below(3)]?.address.nodeKey)
        break
      case 5:
        await world.pass(below(3_000))
        break
      default: {
        await reopen(person)
        const burst = 1 + below(5)
        for (let i = 0; i < burst; i++) {
          const text = `${person.name} ${String(person.tried.length)}`
          person.tried.push(text)
          sentCount += 1
          const sending = person.home.client.send(person.contactId, text)
          if (below(3) === 0) {
            await world.run(sending)
            person.promised.push(text)
          } else {
            sending.then(
              () => person.promised.push(text),
              () => undefined
            )
          }
        }
      }
    }
    await world.pass(below(60), 5)
  }
  await heal()
  await Promise.all(people.map(reopen))
  await settleAll(world, people)
  for (const person of people) {
    await check(world, person, person === alice ? bob : alice)
  }
  for (const person of people) {
    await person.home.close()
  }
}

/** Waits until every message of both is delivered. */
async function settleAll(world: World, people: readonly Person[]): Promise<void> {
  for (let round = 0; round < 60; round++) {
    await world.pass(STEPS_BETWEEN_CHECKS_MS)
    const states = await Promise.all(
      people.map(async ({ home, contactId }) =>
        world.run(home.client.messages(contactId, { limit: 10_000 }))
      )
    )
    if (
      states
        .flat()
        .every(({ kind, state }) => kind !== 'sent' || state === 'delivered' || state === 'read')
    ) {
      return
    }
  }
}

async function check(world: World, sender: Person, recipient: Person): Promise<void> {
  const got = await world.run(
    recipient.home.client.messages(recipient.contactId, { limit: 10_000 })
  )
  const texts = got.filter(({ kind }) => kind === 'received').map(({ text }) => text)
  const own = await world.run(sender.home.client.messages(sender.contactId, { limit: 10_000 }))
  const sent = own.filter(({ kind }) => kind === 'sent')
  assert.equal(got.filter(({ kind }) => kind === 'unreadable').length, 0, 'nothing is unreadable')
  assert.equal(new Set(texts).size, texts.length, 'nothing is shown twice')
  assert.deepEqual(
    texts,
    sent.map(({ text }) => text),
    'both hold the same messages in the same order'
  )
  for (const text of sender.promised) {
    assert.ok(texts.includes(text), `${text} is not lost`)
  }
  for (const { text, state } of sent) {
    assert.ok(
      state === 'delivered' || state === 'read',
      `${text} was receipted, not ${String(state)}`
    )
  }
}
