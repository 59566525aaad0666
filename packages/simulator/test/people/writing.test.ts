import assert from 'node:assert/strict'
import fc from 'fast-check'
import { drawContacts } from '../../src/people/contacts.ts'
import { Writing, type WrittenText } from '../../src/people/writing.ts'
import type { Workload } from '../../src/scenario/scenario.ts'

const DAY_US = 86_400_000_000

const WORKLOAD: Workload = {
  messagesPerDay: 50,
  contacts: 12,
  messagesPerConversation: 6,
  gapUs: 20_000_000,
  textMedianBytes: 60,
  newContactsPerDay: 0,
  publicAddressShare: 0,
  textSigma: 1.2
}

function writing(count: number, parts: Partial<Workload> = {}, onlineShare = 1): Writing {
  const contacts = drawContacts(count, 12, 1)
  return new Writing({ workload: { ...WORKLOAD, ...parts }, count, contacts, onlineShare, seed: 5 })
}

/** What one client writes in so much time online. */
function texts(
  people: Writing,
  client: number,
  forUs: number
): readonly (WrittenText & { readonly atUs: number })[] {
  const all: (WrittenText & { readonly atUs: number })[] = []
  for (let atUs = people.cameOnline(client, 0); atUs < forUs;) {
    const text = people.write(client, atUs)
    all.push({ ...text, atUs })
    assert.ok(text.nextUs > atUs)
    atUs = text.nextUs
  }
  return all
}

describe('what people write', () => {
  it('is as much a day as was asked for, however much of it they are online', () => {
    const cases = [
      { share: 1, messagesPerDay: 50, days: 10, count: 100 },
      { share: 0.25, messagesPerDay: 50, days: 10, count: 100 },
      { share: 0.01, messagesPerDay: 50, days: 10, count: 100 },
      { share: 1, messagesPerDay: 5000, days: 1, count: 10 }
    ]
    for (const { share, messagesPerDay, days, count } of cases) {
      const people = writing(count, { messagesPerDay }, share)
      let written = 0
      for (let client = 0; client < count; client++) {
        written += texts(people, client, days * DAY_US * share).length
      }
      const ratio = written / (count * days * messagesPerDay)
      assert.ok(Math.abs(ratio - 1) < 0.04, `${share} ${ratio}`)
    }
  })

  it('comes in conversations with one contact, favourites first', () => {
    const contacts = drawContacts(200, 12, 1)
    const people = writing(200)
    let changes = 0
    let count = 0
    const ranks = new Map<number, number>()
    for (let client = 0; client < 200; client++) {
      const own = contacts.contactsOf(client)
      const all = texts(people, client, 10 * DAY_US)
      for (const [at, { to }] of all.entries()) {
        assert.ok(own.includes(to))
        changes += to === all[at - 1]?.to ? 0 : 1
        ranks.set(own.indexOf(to), (ranks.get(own.indexOf(to)) ?? 0) + 1)
        count += 1
      }
    }
    // Six texts a conversation, and some conversations with the same contact as before.
    assert.ok(changes / count > 0.1 && changes / count < 1 / 6, String(changes / count))
    assert.ok((ranks.get(0) ?? 0) > 2 * (ranks.get(4) ?? 0))
  })

  it('is as long as a log-normal distribution says, and never longer than a text can be', () => {
    const people = writing(100)
    const lengths = Array.from({ length: 100 }, (_, client) => texts(people, client, 20 * DAY_US))
      .flat()
      .map(({ textBytes }) => textBytes)
      .sort((a, b) => a - b)
    const quantile = (part: number): number => lengths[Math.floor(part * lengths.length)] ?? 0
    assert.ok(Math.abs(quantile(0.5) - 60) < 2, String(quantile(0.5)))
    // 60 exp(1.2 * 1.2816)
    assert.ok(Math.abs(quantile(0.9) - 279) < 12, String(quantile(0.9)))
    const long = writing(3, { textMedianBytes: 30_000, textSigma: 3 })
    for (const { textBytes } of texts(long, 0, 20 * DAY_US)) {
      assert.ok(textBytes >= 1 && textBytes <= 30_000)
    }
  })

  it('waits while they are away', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 ** 10 }), { maxLength: 20 }), (spans) => {
        const people = writing(3)
        const alone = writing(3)
        const firstUs = alone.cameOnline(0, 0)
        let onlineUs = 0
        let nowUs = 0
        for (const spanUs of spans) {
          nowUs += 7_000_000
          const atUs = people.cameOnline(0, nowUs)
          assert.equal(atUs - nowUs, firstUs - onlineUs)
          if (spanUs >= atUs - nowUs) {
            return
          }
          nowUs += spanUs
          onlineUs += spanUs
          people.wentOffline(0, nowUs)
        }
      })
    )
  })

  it('is nothing where nobody writes, or nobody is known', () => {
    assert.equal(writing(3, { messagesPerDay: 0 }).cameOnline(0, 0), Infinity)
    assert.equal(writing(1).cameOnline(0, 0), Infinity)
  })

  it('is the same whoever else is there, where they know the same people', () => {
    const contacts = drawContacts(50, 12, 1)
    const of = (count: number): Writing =>
      new Writing({ workload: WORKLOAD, count, contacts, onlineShare: 1, seed: 5 })
    assert.deepEqual(texts(of(50), 7, DAY_US), texts(of(5000), 7, DAY_US))
  })
})
