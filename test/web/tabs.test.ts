import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { makeAccount } from './browser.ts'
import { servedBrowser } from './served-browser.ts'
import { acquainted } from './acquaintance.ts'
import { assertShown, writeWhileTabsGo } from './tab-kills.ts'

const KILLS = 10
const PASSPHRASE = 'four random words here'

describe('the web client in several tabs', function () {
  this.timeout(120_000)
  const stage = servedBrowser()

  it(`loses and doubles nothing while the tab that is the peer goes ${String(KILLS)} times`, async () => {
    const { link } = stage.served
    const { alice, bob } = await acquainted(stage.chromium, link)
    const written = await writeWhileTabsGo(bob, link, KILLS)
    const [page] = bob.context.pages()
    await assertShown(page ?? assert.fail('there is a tab'), written)
    await assertShown(alice.page, written)
    await alice.assertNoFaults()
    await bob.assertNoFaults()
    await alice.context.close()
    await bob.context.close()
  })

  it('asks for the passphrase once, and locks all tabs together', async () => {
    const { link } = stage.served
    const alice = await stage.chromium.person(link)
    await makeAccount(alice.page, 'alice', PASSPHRASE)
    const second = await alice.context.newPage()
    await second.goto(link)
    await home(second).waitFor()
    await alice.page.close()
    await second.reload()
    // Nobody else had the key.
    await unlock(second)
    const third = await alice.context.newPage()
    await third.goto(link)
    await home(third).waitFor()
    await second.close()
    const fourth = await alice.context.newPage()
    await fourth.goto(link)
    await home(fourth).waitFor()
    await fourth.getByRole('button', { name: 'Lock' }).click()
    await third.getByLabel('Passphrase').waitFor()
    await third.getByLabel('Passphrase').fill('something else')
    await third.getByRole('button', { name: 'Unlock' }).click()
    await third.getByText('That is not the passphrase.').waitFor()
    await unlock(fourth)
    await home(third).waitFor()
    await alice.assertNoFaults()
    await alice.context.close()
  })
})

function home(page: Page): Locator {
  return page.getByText('Nobody here yet')
}

async function unlock(page: Page): Promise<void> {
  await page.getByLabel('Passphrase').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await home(page).waitFor()
}
