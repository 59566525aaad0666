import { leadsSomewhere, leavesNothing } from './address-play.ts'

describe('addresses, whatever happens', () => {
  it('lead to a mailbox that is fetched from, once all is well', () => {
    leadsSomewhere(60)
  }).timeout(30_000)

  it('leave nothing behind at living relays, once the contact has the last one and 9 weeks have passed', () => {
    leavesNothing(20)
  }).timeout(30_000)
})
