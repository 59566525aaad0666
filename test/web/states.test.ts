import { assertAccessible, assertAccessibleOnPhone } from './accessible.ts'
import { assertFits } from './fit.ts'
import { servedBrowser } from './served-browser.ts'
import { assertSpoken } from './spoken.ts'
import { eachState, LOOKS } from './states.ts'

describe('every state of every screen', function () {
  this.timeout(300_000)

  const stage = servedBrowser()

  it('keeps the rules of accessibility in one theme and language, and fits the narrowest screen with the largest font', async () => {
    const { chromium, served } = stage
    const inTurn = (at: number): typeof LOOKS => {
      const from = at % LOOKS.length
      return LOOKS.slice(from, from + 1)
    }
    await eachState(chromium, served.namedLink, inTurn, async (page, state, look) => {
      await assertAccessible(page, `${state} with ${JSON.stringify(look)}`)
      if (look.theme === 'light') {
        await assertAccessibleOnPhone(page, `${state} with ${JSON.stringify(look)}`)
      }
      await assertSpoken(page, look.locale, state)
      await assertFits(page, `${state} in ${look.locale}`)
    })
  })
})
