import assert from 'node:assert/strict'
import { openBrowser } from './browser.ts'
import { serveClient } from './served-client.ts'
import { acquainted } from './acquaintance.ts'
import { assertShown, writeWhileTabsGo } from './tab-kills.ts'

const KILLS = 200

describe('the web client in several tabs', function () {
  this.timeout(1_800_000)

  it(`loses and doubles nothing while the tab that is the peer goes ${String(KILLS)} times`, async () => {
    await using served = await serveClient()
    await using chromium = await openBrowser()
    const { link } = served
    const { alice, bob } = await acquainted(chromium, link)
    const written = await writeWhileTabsGo(bob, link, KILLS)
    const [page] = bob.context.pages()
    await assertShown(page ?? assert.fail('there is a tab'), written)
    await assertShown(alice.page, written)
    await alice.assertNoFaults()
    await bob.assertNoFaults()
  })
})
