import type { OperatorNotice } from '@sealpost/protocol'
import { makeAccount, openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { serveClient, type ServedClient } from './served-client.ts'

function notice(number: number, language: string, text: string): OperatorNotice {
  return { id: String(number).padStart(16, '0'), language, text, endsAtMs: Date.now() + 86_400_000 }
}

const ENGLISH = 'We restart on Sunday. <b>Not bold.</b>'
const CHINESE = '周日重启。'

describe('what the operator of a relay says, in a browser', function () {
  this.timeout(60_000)
  let chromium: OpenBrowser
  let served: ServedClient

  before(async function () {
    this.timeout(BUILD_MS)
    const rows = [notice(1, 'zh-CN', CHINESE), notice(2, 'en', ENGLISH)]
    served = await serveClient({}, { notices: { rows } })
    chromium = await openBrowser()
  })

  after(async () => {
    await chromium[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
  })

  it('is over the chats until it is closed, in the page’s language, and stays with its relay', async () => {
    const alice = await chromium.person(served.link)
    const { page } = alice
    await makeAccount(page, 'alice')
    const note = page.locator('.banner', { hasText: ENGLISH })
    await note.waitFor()
    await note.getByText('From whoever runs').waitFor()
    await note.getByRole('button', { name: 'Close' }).click()
    await note.waitFor({ state: 'detached' })
    await page.reload()
    await page.getByText('Online', { exact: true }).waitFor()
    await page.goto(`${served.link}#/network`)
    await page.getByText('Its operator says:').waitFor()
    await page.getByText(ENGLISH).waitFor()
    await note.waitFor({ state: 'detached' })
    await page.getByText(CHINESE).waitFor({ state: 'detached' })
    await alice.assertNoFaults()
    await alice.context.close()
  })
})
