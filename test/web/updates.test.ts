import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { ROOT } from '../tidy/tree.ts'
import { assertAccessible } from './accessible.ts'
import { acquainted, composer, openChat } from './acquaintance.ts'
import { makeAccount, openBrowser, type OpenBrowser } from './browser.ts'
import { BuildCopy, buildOf, untilKept } from './build-copy.ts'
import { BUILD_MS, builtClient } from './built-client.ts'
import { goToPlace, prefer } from './places.ts'
import { serveClient, type ServedClient } from './served-client.ts'
import { hostClient } from './web-host.ts'

const ABOUT = '#/settings/about'
const COMMAND = join(ROOT, 'packages/cli/bin/sealpost.js')

describe('another release of the web client', function () {
  this.timeout(120_000)
  let relay: ServedClient
  let chromium: OpenBrowser

  before(async function () {
    this.timeout(BUILD_MS)
    await builtClient()
    relay = await serveClient()
    chromium = await openBrowser()
  })

  after(async () => {
    await chromium[Symbol.asyncDispose]()
    await relay[Symbol.asyncDispose]()
  })

  it('is offered to every tab, and used by all of them at once when the person says so; nothing is lost', async () => {
    await using build = await BuildCopy.make()
    await build.release('1.5.0')
    await using host = await hostClient(build.folder, { relays: [relay.relay] })
    const { alice, bob } = await acquainted(chromium, host.link)
    const { page } = alice
    await untilKept(page)
    await composer(page).fill('before')
    await page.keyboard.press('Enter')
    await composer(page).fill('half a thou')
    const other = await alice.context.newPage()
    await other.goto(`${host.link}${ABOUT}`)
    await other.getByText('Signed by the key').waitFor()

    await build.mark('newer')
    await build.release('1.6.0')
    await host.use(build.folder)
    await other.getByRole('button', { name: 'Look for a new version' }).click()
    await other.getByText('Version 1.6.0 waits.').waitFor()
    const note = page.getByText('A new version is ready.')
    await note.waitFor()
    await assertAccessible(page, 'the note')
    await assertAccessible(other, 'the panel')
    // Nobody said so yet: what is typed goes on.
    await composer(page).pressSequentially('ght')

    await goToPlace(other, '#/add')
    const field = other.getByRole('textbox', { name: 'link' }).last()
    await field.fill('sealpost:i/half of a link')
    await page.getByRole('button', { name: 'Restart', exact: true }).click()
    await page.getByText('something is not finished').waitFor()
    assert.deepEqual([await buildOf(page), await buildOf(other)], [undefined, undefined])
    await field.fill('')
    const opened = [page, other].map((one) => one.waitForEvent('load'))
    await page.getByRole('button', { name: 'Restart all the same' }).click()
    await Promise.all(opened)

    for (const one of [page, other]) {
      await one.locator('.app').waitFor()
      assert.equal(await buildOf(one), 'newer')
    }
    await page.getByRole('article', { name: 'before' }).waitFor()
    assert.equal(await composer(page).inputValue(), 'half a thought')
    assert.equal(new URL(other.url()).hash, '#/add')
    await page.getByText('Online', { exact: true }).waitFor()
    assert.equal(await page.getByText('A new version is').count(), 0)
    await composer(page).press('Enter')
    await bob.page.getByRole('article', { name: 'half a thought' }).waitFor()
    await openChat(other, 'bob')
    await other.getByRole('article', { name: 'half a thought' }).waitFor()
    await alice.assertNoFaults()
    await alice.context.close()
    await bob.context.close()
  })

  it('is refused where it is another, older or of somebody else, in Chinese too; a right one waits as long as the person wants', async () => {
    await using build = await BuildCopy.make()
    await build.release('1.5.0')
    await using host = await hostClient(build.folder, { relays: [relay.relay] })
    const alice = await chromium.person(host.link, { locale: 'en' })
    const { page } = alice
    await makeAccount(page, 'alice')
    await untilKept(page)
    await prefer(page, { locale: 'zh-CN' })
    await goToPlace(page, ABOUT)
    const look = page.getByRole('button', { name: '检查新版本' })
    const refused = async (sentence: RegExp): Promise<void> => {
      await host.use(build.folder)
      await look.click()
      await page.getByRole('listitem').filter({ hasText: sentence }).waitFor()
      await page.getByText('提供的内容被拒绝').waitFor()
      assert.equal(await page.getByRole('button', { name: '重启' }).count(), 0)
    }

    await build.mark('tampered')
    await build.release('1.6.0')
    await build.change('index.html', (text) => `${text}<!-- -->`)
    await refused(/版本 1\.6\.0，但其中的文件 \/index\.html 缺失或与发布清单不符/)
    await build.release('1.4.0')
    await refused(/版本 1\.4\.0，它并不比你现有的版本新/)
    await build.release('1.7.0', generateKeyPairSync('ed25519').privateKey)
    await refused(/版本 1\.7\.0，但没有此浏览器认识的密钥签名/)
    await assertAccessible(page, 'what was refused')
    await page.reload()
    await page.getByRole('heading', { name: '被拒绝的版本' }).waitFor()
    assert.equal(await buildOf(page), undefined)

    await build.mark('newer')
    await build.release('1.8.0')
    await host.use(build.folder)
    await look.click()
    for (const theme of ['light', 'dark', 'contrast']) {
      await prefer(page, { theme, locale: 'zh-CN' })
      await page.getByText('新版本已就绪。').waitFor()
      await assertAccessible(page, `the note, ${theme}`)
    }
    await page.getByRole('button', { name: '稍后' }).click()
    await page.getByText('新版本已就绪。').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByText('版本 1.8.0 正在等待').waitFor()
    assert.equal(await page.getByText('新版本已就绪。').count(), 0)
    const opened = page.waitForEvent('load')
    await page.getByRole('button', { name: '重启' }).click()
    await opened
    assert.equal(await buildOf(page), 'newer')
    await page.getByText('1.8.0', { exact: true }).waitFor()
    await alice.assertNoFaults()
    await alice.context.close()
  })

  it('says what it is not: signed, or limited by its host', async () => {
    await using build = await BuildCopy.make()
    await build.forgetKeys()
    await build.release('1.0.0')
    await using host = await hostClient(build.folder, {
      relays: [relay.relay],
      headers: (path, { 'content-security-policy': policy = '', ...headers }) =>
        /worker/.test(path)
          ? headers
          : {
              ...headers,
              'content-security-policy': policy.replace(/;?\s*frame-ancestors[^;]*/, '')
            }
    })
    const alice = await chromium.person(host.link)
    const { page } = alice
    await makeAccount(page, 'alice')
    await untilKept(page)
    await goToPlace(page, ABOUT)
    await page.getByText('A development build: anybody could have made it.').waitFor()
    for (const sentence of [
      'The part that holds your keys and talks to relays has no policy',
      'The part that keeps releases has no policy',
      'Another page could show this one inside itself'
    ]) {
      await page.getByRole('listitem').filter({ hasText: sentence }).waitFor()
    }
    await assertAccessible(page, 'the limits')
    assert.equal(await fingerprint(page), await shownHash(page))
    await alice.context.close()
  })

  it('says that all limits are set where they are, and shows the number that the command does', async () => {
    const alice = await chromium.person(relay.link)
    const { page } = alice
    await makeAccount(page, 'alice')
    await untilKept(page)
    await goToPlace(page, ABOUT)
    await page.getByText('All of them are set').waitFor()
    const command = `sealpost web verify ${new URL(relay.link).origin}`
    await page.getByText(command).waitFor()
    const [, ...words] = command.split(' ')
    const line = [COMMAND, ...words, '--files', await builtClient(), '--json']
    const { stdout } = await promisify(execFile)(process.execPath, line)
    const { verdict, fingerprint } = JSON.parse(stdout) as Readonly<Record<string, string>>
    assert.equal(verdict, 'verified')
    assert.equal(fingerprint, await shownHash(page))
    await alice.assertNoFaults()
    await alice.context.close()
  })
})

/** Of the release as its host has it: SHA-256 of what is signed. */
function fingerprint(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { release } = (await (await fetch('/release.json')).json()) as {
      readonly release: string
    }
    const bytes = new TextEncoder().encode(`sealpost release\n${release}`)
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  })
}

async function shownHash(page: Page): Promise<string> {
  return (await page.locator('.groups').innerText()).replaceAll(/\s/g, '')
}
