import assert from 'node:assert/strict'
import { FreshLink } from '../src/state/fresh-link.ts'

const LINK = { invitationId: 'a', link: 'sealpost:i/A', expiresAtMs: 2_000, isPublished: true }

describe('a link that was given to nobody', () => {
  it('is shown again until it expires', () => {
    const fresh = new FreshLink()
    assert.equal(fresh.at(1_000), undefined)
    fresh.keep(LINK)
    assert.equal(fresh.at(1_999), LINK)
    assert.equal(fresh.at(2_000), undefined)
  })

  it('is not shown again once somebody may have it', () => {
    const fresh = new FreshLink()
    fresh.keep(LINK)
    fresh.gone('b')
    assert.equal(fresh.at(1_000), LINK)
    fresh.gone('a')
    assert.equal(fresh.at(1_000), undefined)
  })
})
