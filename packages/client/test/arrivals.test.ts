import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ArrivalPage, type ArrivalPlace } from '../src/arrivals.ts'
import type { Message } from '../src/index.ts'

/** What came, out of order, several at one time. */
const CAME = fc.uniqueArray(
  fc.record({ storedAtMs: fc.integer({ min: 0, max: 9 }), key: fc.stringMatching(/^[a-f]{1,3}$/) }),
  { selector: ({ key }) => key, maxLength: 40 }
)

function page(
  came: readonly Pick<Message, 'storedAtMs' | 'key'>[],
  options: { readonly after?: ArrivalPlace; readonly limit: number }
): readonly Message[] {
  const gathered = new ArrivalPage(options)
  for (const message of came) {
    gathered.add(message as Message)
  }
  return gathered.messages()
}

const placed = ({ storedAtMs, key }: Pick<Message, 'storedAtMs' | 'key'>): string =>
  `${String(storedAtMs)} ${key}`

describe('pages of what came', () => {
  it('show each message once, in order, whatever their size', () => {
    fc.assert(
      fc.property(CAME, fc.integer({ min: 1, max: 12 }), (came, limit) => {
        const seen: string[] = []
        let after: ArrivalPlace = { atMs: -1 }
        for (;;) {
          const messages = page(came, { after, limit })
          assert.ok(messages.length <= limit)
          seen.push(...messages.map(placed))
          const last = messages.at(-1)
          if (last === undefined) {
            break
          }
          after = { atMs: last.storedAtMs, key: last.key }
        }
        assert.deepEqual(seen, came.map(placed).sort())
      })
    )
  })

  it('are the newest where nothing is said to come after', () => {
    fc.assert(
      fc.property(CAME, fc.integer({ min: 1, max: 12 }), (came, limit) => {
        assert.deepEqual(page(came, { limit }).map(placed), came.map(placed).sort().slice(-limit))
      })
    )
  })

  it('leave out all of a time that alone is named', () => {
    const came = [1, 2, 2, 3].map((storedAtMs, at) => ({ storedAtMs, key: String(at) }))
    assert.deepEqual(page(came, { after: { atMs: 2 }, limit: 9 }).map(placed), ['3 3'])
    assert.deepEqual(page(came, { after: { atMs: 2, key: '1' }, limit: 9 }).map(placed), [
      '2 2',
      '3 3'
    ])
  })
})
