import assert from 'node:assert/strict'
import fc from 'fast-check'
import { menuPlace } from '../src/state/menu-place.ts'

const SCREEN = { width: 360, height: 740 }
const MENU = { width: 180, height: 130 }

describe('the place of a menu', () => {
  it('is below what it was opened from, and ends where that ends', () => {
    const anchor = { left: 300, top: 100, right: 332, bottom: 132 }
    assert.deepEqual(menuPlace(anchor, MENU, SCREEN), { left: 152, top: 136 })
  })

  it('is above where there is no room below', () => {
    const anchor = { left: 300, top: 650, right: 332, bottom: 682 }
    assert.deepEqual(menuPlace(anchor, MENU, SCREEN), { left: 152, top: 516 })
  })

  it('is within the window, wherever it was opened from', () => {
    const at = fc.integer({ min: -400, max: 1_200 })
    fc.assert(
      fc.property(at, at, (left, top) => {
        const anchor = { left, top, right: left + 32, bottom: top + 32 }
        const place = menuPlace(anchor, MENU, SCREEN)
        assert.ok(place.left >= 8 && place.left + MENU.width <= SCREEN.width - 8)
        assert.ok(place.top >= 8 && place.top + MENU.height <= SCREEN.height - 8)
      })
    )
  })
})
