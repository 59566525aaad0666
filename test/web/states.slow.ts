import { assertAccessible, assertAccessibleOnPhone } from './accessible.ts'
import { openBrowser } from './browser.ts'
import { assertFits } from './fit.ts'
import { serveClient } from './served-client.ts'
import { assertSpoken } from './spoken.ts'
import { eachState, LOOKS } from './states.ts'

describe('every state of every screen, in every theme and language', function () {
  this.timeout(1_800_000)

  it('keeps the rules of accessibility, and fits the narrowest screen with the largest font', async () => {
    await using served = await serveClient()
    await using chromium = await openBrowser()
    await eachState(
      chromium,
      served.namedLink,
      () => LOOKS,
      async (page, state, look) => {
        await assertAccessible(page, `${state} with ${JSON.stringify(look)}`)
        await assertAccessibleOnPhone(page, `${state} with ${JSON.stringify(look)}`)
        await assertSpoken(page, look.locale, state)
        await assertFits(page, `${state} in ${look.locale}`)
      }
    )
  })
})
