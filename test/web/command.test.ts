import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../tidy/tree.ts'
import { makeAccount, openBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { serveClient } from './served-client.ts'
import { openChat } from './acquaintance.ts'

const COMMAND = join(ROOT, 'packages/cli/bin/sealpost.js')
const run = promisify(execFile)

describe('a page and a terminal', function () {
  this.timeout(BUILD_MS)

  it('talk to each other, by the link that the page shows, and show the same safety number', async () => {
    await using served = await serveClient()
    await using chromium = await openBrowser()
    const home = await mkdtemp(join(tmpdir(), 'sealpost-terminal-'))
    const sealpost = async (...words: readonly string[]): Promise<string> => {
      const { stdout } = await run(process.execPath, [COMMAND, '--home', home, ...words])
      return stdout
    }
    try {
      const alice = await chromium.person(served.link)
      const { page } = alice
      await makeAccount(page, 'alice')
      await page.goto(`${served.link}#/add`)
      const link = page.getByRole('textbox', { name: 'Your link' })
      await link.waitFor()
      await sealpost('init', '--name', 'bob', '--no-passphrase', '--relay', served.relay)
      await sealpost('add', await link.inputValue())
      await openChat(page, 'bob')
      await sealpost('send', 'alice', 'from a *terminal*, 你好', '--wait', 'delivered')
      await page.getByRole('article', { name: '你好' }).waitFor()
      await page.getByRole('textbox', { name: 'Write a message' }).fill('from a page')
      await page.keyboard.press('Enter')
      await page.getByRole('article', { name: /from a page.*Stored/ }).waitFor()
      const inbox = await sealpost('inbox', '--unread', '--json')
      const [got] = inbox
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly text?: string; readonly messageId?: string })
        .filter(({ text }) => text === 'from a page')
      const id = got?.messageId ?? assert.fail(inbox)
      await page.getByRole('article', { name: /from a page.*(Delivered|Read)/ }).waitFor()
      const replied = await sealpost('reply', id, 'a repply', '--json', '--wait', 'delivered')
      const { messageId } = JSON.parse(replied) as { readonly messageId: string }
      const reply = page.getByRole('article', { name: 'a repply' })
      await reply.locator('.quoted', { hasText: 'from a page' }).waitFor()
      await sealpost('edit', messageId, 'a reply')
      await page.getByRole('article', { name: 'a reply' }).getByText('Edited').waitFor()
      await sealpost('react', id, '👍')
      await page.getByRole('img', { name: 'bob: 👍' }).waitFor()
      await page.getByRole('link', { name: 'About bob' }).click()
      await page.getByRole('link', { name: /safety number/i }).click()
      const shown = (await page.locator('.number').innerText()).replace(/\D/g, '')
      const told = (await sealpost('verify', 'alice')).replace(/\D/g, '')
      assert.equal(shown.length, 60)
      assert.ok(told.includes(shown), `${told} and ${shown}`)
      await alice.assertNoFaults()
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
})
