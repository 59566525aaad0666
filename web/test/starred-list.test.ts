import assert from 'node:assert/strict'
import type { Message, StarredOptions, StarredPage } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import { StarredList } from '../src/state/starred-list.ts'

const bob = 'b'.repeat(32) as ContactId
const carol = 'c'.repeat(32) as ContactId

function message(number: number, changes: Partial<Message> = {}): Message {
  const contactId = changes.contactId ?? bob
  const key = `${contactId}.${number.toString(16).padStart(12, '0')}.01.000000000001`
  return { key, contactId, text: String(number), isStarred: true, ...changes } as Message
}

/** A home with these messages, in which a page is given once the test says so. */
class Home {
  readonly list: StarredList
  messages: readonly Message[]
  error: Error | undefined
  readonly #waiting: (() => void)[] = []

  constructor(messages: readonly Message[], contactId?: ContactId) {
    this.messages = messages
    this.list = new StarredList({ starred: (options) => this.#page(options) }, contactId)
  }

  #page({ contactId, limit = 50, before }: StarredOptions = {}): Promise<StarredPage> {
    const starred = this.messages
      .filter((one) => contactId === undefined || one.contactId === contactId)
      .filter(({ isStarred, key }) => isStarred && (before === undefined || key < before))
      .toSorted((a, b) => (a.key < b.key ? 1 : -1))
    const page = starred.slice(0, limit)
    const rest = starred.length > limit ? page.at(-1)?.key : undefined
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        if (this.error === undefined) {
          resolve({ messages: page, before: rest })
        } else {
          reject(this.error)
        }
      })
    })
  }

  /** Reads one page; `meanwhile` happens while it is on its way. */
  async read(meanwhile: () => void = () => undefined): Promise<void> {
    const reading = this.list.more()
    meanwhile()
    for (const answer of this.#waiting.splice(0)) {
      answer()
    }
    await reading
  }

  texts(): readonly string[] | undefined {
    return this.list.state.value.messages?.map(({ text, isStarred }) => {
      return isStarred ? text : `${text} without`
    })
  }
}

function many(count: number): readonly Message[] {
  return Array.from({ length: count }, (_, at) => message(at + 1))
}

describe('the list of starred messages', () => {
  it('begins with the newest, and goes on to the oldest, page by page', async () => {
    const home = new Home(many(70))
    assert.equal(home.texts(), undefined)
    await home.read()
    assert.deepEqual([home.texts()?.[0], home.texts()?.length], ['70', 30])
    while (home.list.state.value.before !== undefined) {
      await home.read()
    }
    assert.deepEqual(
      home.texts(),
      many(70)
        .map(({ text }) => text)
        .toReversed()
    )
    await home.read()
    assert.equal(home.texts()?.length, 70)
  })

  it('takes what is starred meanwhile, as far as it was read, and of its conversation alone', async () => {
    const home = new Home(many(40), bob)
    await home.read()
    home.list.take(message(41))
    home.list.take(message(5))
    home.list.take(message(42, { contactId: carol }))
    home.list.take(message(43, { isStarred: false }))
    assert.deepEqual([home.texts()?.[0], home.texts()?.at(-1)], ['41', '11'])
  })

  it('keeps what is unstarred in its place, and drops what is gone', async () => {
    const home = new Home(many(4))
    await home.read()
    home.list.take(message(2, { isStarred: false }))
    home.list.take(message(3, { isStarred: false, withdrawnAtMs: 5 }))
    home.list.remove(message(4).key)
    home.list.remove(message(9).key)
    assert.deepEqual(home.texts(), ['2 without', '1'])
    home.list.take(message(2))
    assert.deepEqual(home.texts(), ['2', '1'])
  })

  it('believes what is told while a page is on its way more than the page', async () => {
    const home = new Home(many(3))
    await home.read(() => {
      home.list.take(message(1, { isStarred: false }))
      home.list.remove(message(2).key)
      home.list.take(message(7))
    })
    assert.deepEqual(home.texts(), ['7', '3'])
  })

  it('says why it could not be read, and is read by asking again', async () => {
    const home = new Home(many(1))
    home.error = new Error('the store failed')
    await home.read()
    assert.equal(home.list.state.value.error, home.error)
    assert.equal(home.texts(), undefined)
    home.error = undefined
    await home.read()
    assert.equal(home.list.state.value.error, undefined)
    assert.deepEqual(home.texts(), ['1'])
  })
})
