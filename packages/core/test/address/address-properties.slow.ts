import { leadsSomewhere, leavesNothing } from './address-play.ts'

describe('addresses, whatever happens (slow: thousands of plays)', () => {
  it('lead to a mailbox that is fetched from, once all is well', () => {
    leadsSomewhere(3_000)
  }).timeout(600_000)

  it('leave nothing behind at living relays, once the contact has the last one and 9 weeks have passed', () => {
    leavesNothing(1_000)
  }).timeout(600_000)
})
