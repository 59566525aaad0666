import assert from 'node:assert/strict'
import { drawContacts } from '../../src/people/contacts.ts'
import { GrowingContacts } from '../../src/people/growing-contacts.ts'

describe('contacts that grow', () => {
  it('are those that were drawn, and those that came, each once', () => {
    const drawn = drawContacts(20, 3, 1)
    const contacts = new GrowingContacts(drawn)
    assert.deepEqual([...contacts.contactsOf(4)], [...drawn.contactsOf(4)])
    const stranger = [...Array(20).keys()].find((other) => !contacts.knows(4, other)) ?? -1
    contacts.add(4, stranger)
    contacts.add(4, stranger)
    assert.deepEqual([...contacts.contactsOf(4)], [...drawn.contactsOf(4), stranger])
    assert.ok(contacts.knows(4, stranger))
    assert.deepEqual([...contacts.contactsOf(stranger)], [...drawn.contactsOf(stranger)])
  })
})
