import assert from 'node:assert/strict'
import { FreshLink, type TabStorage } from '../src/state/fresh-link.ts'

function storage(): TabStorage {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value)
    },
    removeItem: (key) => {
      kept.delete(key)
    }
  }
}

describe('a link that was given to nobody', () => {
  it('is known again, also when the page was loaded anew', () => {
    const tab = storage()
    const fresh = new FreshLink(() => tab)
    assert.equal(fresh.invitationId, undefined)
    fresh.keep('a')
    assert.equal(new FreshLink(() => tab).invitationId, 'a')
  })

  it('is not known any more once somebody may have it', () => {
    const tab = storage()
    const fresh = new FreshLink(() => tab)
    fresh.keep('a')
    fresh.gone('b')
    assert.equal(fresh.invitationId, 'a')
    fresh.gone('a')
    assert.equal(fresh.invitationId, undefined)
  })

  it('is forgotten where the browser keeps nothing', () => {
    const fresh = new FreshLink(() => {
      throw new DOMException('', 'SecurityError')
    })
    fresh.keep('a')
    fresh.gone('a')
    assert.equal(fresh.invitationId, undefined)
  })
})
