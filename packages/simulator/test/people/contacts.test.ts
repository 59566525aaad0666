import assert from 'node:assert/strict'
import fc from 'fast-check'
import { drawContacts, drawReplicas } from '../../src/people/contacts.ts'

function sorted(contacts: Uint32Array): readonly number[] {
  return [...contacts].sort((a, b) => a - b)
}

describe('who knows whom', () => {
  it('is mutual, never oneself, never twice, and bounded', () => {
    const drawn = fc.tuple(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 2, max: 100 }),
      fc.nat()
    )
    fc.assert(
      fc.property(drawn, ([count, mean, seed]) => {
        const graph = drawContacts(count, mean, seed)
        for (let client = 0; client < count; client++) {
          const contacts = graph.contactsOf(client)
          assert.equal(new Set(contacts).size, contacts.length)
          assert.ok(contacts.length <= 250)
          assert.ok(count === 1 || contacts.length > 0)
          for (const other of contacts) {
            assert.ok(other < count && other !== client)
            assert.ok(graph.contactsOf(other).includes(client))
          }
        }
      }),
      { numRuns: 40 }
    )
  })

  it('has the mean that was asked for, and few with many', () => {
    const graph = drawContacts(20_000, 12, 3)
    const degrees = Array.from({ length: 20_000 }, (_, client) => graph.contactsOf(client).length)
    const mean = degrees.reduce((sum, degree) => sum + degree, 0) / degrees.length
    assert.ok(Math.abs(mean - 12) < 0.2, String(mean))
    degrees.sort((a, b) => a - b)
    assert.ok((degrees[10_000] ?? 0) < 12)
    assert.ok((degrees[19_900] ?? 0) > 30)
    assert.ok((degrees.at(-1) ?? 0) > 150)
  })

  it('changes for nobody else where one more comes', () => {
    const few = drawContacts(300, 8, 5)
    const many = drawContacts(900, 8, 5)
    for (let client = 0; client < 300; client++) {
      const before = sorted(many.contactsOf(client)).filter((other) => other < 300)
      assert.deepEqual(before, sorted(few.contactsOf(client)))
    }
  })

  it('gives each client different relays, all of them as often', () => {
    const counts = new Array<number>(10).fill(0)
    for (let client = 0; client < 3000; client++) {
      const relays = drawReplicas(client, { count: 10, replicas: 3 }, 1)
      assert.equal(new Set(relays).size, 3)
      for (const relay of relays) {
        counts[relay] = (counts[relay] ?? 0) + 1
      }
    }
    assert.ok(
      counts.every((count) => Math.abs(count - 900) < 120),
      String(counts)
    )
    assert.equal(drawReplicas(0, { count: 2, replicas: 5 }, 1).length, 2)
  })
})
