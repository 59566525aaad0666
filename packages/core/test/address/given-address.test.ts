import assert from 'node:assert/strict'
import { siblings } from '../device/siblings-scene.ts'
import { DAY_MS } from '../peer/cast.ts'

describe('the address of own devices, once another takes its place', () => {
  /** How many mailboxes of the seed that there was at first are left a day later. @param isGiven whether it was handed over. */
  function left(isGiven: boolean): number {
    const { alice, rita, self } = siblings()
    const seedOf = (id: Parameters<typeof alice.machine.mailbox>[1]): string | undefined => {
      const mailbox = alice.machine.mailbox(rita.nodeKey, id)
      return mailbox?.contactId === self ? mailbox.seedId : undefined
    }
    const [first] = [...rita.mailboxes].map(seedOf).filter((id) => id !== undefined)
    assert.ok(first !== undefined)
    alice.give({ type: 'expect-device', isGiven })
    alice.restart()
    alice.online()
    alice.give({ type: 'relays-changed', relays: [rita.address] })
    alice.advance(DAY_MS)
    return [...rita.mailboxes].filter((id) => seedOf(id) === first).length
  }

  it('is served on where a device has it that joined, or is restored, and was not heard yet', () => {
    assert.ok(left(true) > 0)
  })

  it('is served no longer where nobody has it', () => {
    assert.equal(left(false), 0)
  })
})
