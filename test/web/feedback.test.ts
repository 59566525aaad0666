import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { makeAccount } from './browser.ts'
import { servedBrowser } from './served-browser.ts'
import { serveClient } from './served-client.ts'

const PASSPHRASE = 'four random words here'

describe('what somebody reports where nobody takes reports', function () {
  this.timeout(60_000)
  const stage = servedBrowser()

  it('is kept sealed with a number, line by line as it was shown, until it is deleted', async () => {
    const alice = await stage.chromium.person(stage.served.link)
    const { page } = alice
    await makeAccount(page, 'alice', PASSPHRASE)
    await page.goto(`${stage.served.link}#/settings/about`)
    await page.getByRole('link', { name: 'Report a problem' }).click()
    await page.getByText('None of your relays takes reports').waitFor()
    await page.getByRole('radio', { name: 'A wish' }).check()
    const text = page.getByLabel('What happened')
    await text.fill('the sunset as a theme')
    await page.getByText('Room for about 9,979 more characters').waitFor()

    // Begun, locked away, and there again.
    await page.getByRole('button', { name: 'Lock' }).click()
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    assert.doesNotMatch(await page.content(), /sunset/)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('form textarea')?.value !== ''
    )
    assert.equal(await text.inputValue(), 'the sunset as a theme')
    assert.equal(await page.getByRole('radio', { name: 'A wish' }).isChecked(), true)

    await page.getByRole('switch', { name: 'Add what helps' }).check()
    const lines = page.locator('form .lines code')
    const shown = await lines.allInnerTexts()
    assert.match(shown.join('\n'), /^Sealpost \d.*\nChromium \d+, Linux\nlanguage en\nwindow /)
    assert.equal(shown.join('\n').includes(new URL(stage.served.link).port), false)
    await page.getByRole('button', { name: `Take out: ${shown[1] ?? ''}` }).click()
    assert.equal(await lines.count(), shown.length - 1)
    await page.getByRole('button', { name: 'Keep it' }).click()
    const said = await page.getByText('It is kept under the number').innerText()
    const number = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(said)?.[0] ?? ''
    assert.equal(await text.inputValue(), '')

    await page.reload()
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.locator('summary', { hasText: number }).click()
    const kept = page.locator('.feedbacks li').first()
    await kept.getByText('the sunset as a theme').waitFor()
    const saving = page.waitForEvent('download')
    await kept.getByRole('button', { name: 'Save as a file' }).click()
    const saved = await saving
    assert.equal(saved.suggestedFilename(), `sealpost-${number}.txt`)
    const file = await readFile(await saved.path(), 'utf8')
    assert.match(file, /^[0-9A-Z-]{9} · A wish · .*\n\nthe sunset as a theme\n\nSealpost /)
    assert.equal(file.includes(shown[1] ?? ''), false)
    await kept.getByRole('button', { name: 'Delete' }).click()
    await kept.getByRole('button', { name: 'Delete it' }).click()
    await kept.waitFor({ state: 'detached' })
    await alice.assertNoFaults()
    await alice.context.close()
  })

  it('begins with what failed, where the app itself did', async () => {
    const bob = await stage.chromium.person(stage.served.link, { locale: 'zh-CN' })
    const { page } = bob
    await page.getByRole('button', { name: '开始使用' }).click()
    await page.getByLabel('你的名字').fill('bob')
    await page.locator('.button.main').click()
    await page.getByRole('button', { name: '暂不设置' }).click()
    await page.locator('.button.main').click()
    await page.getByText('这里还没有人').waitFor()
    await page.evaluate(() => {
      void Promise.reject(new TypeError('dear alice'))
    })
    await page.getByRole('button', { name: '报告此问题' }).click()
    await page.getByRole('switch', { name: '附上有助于查找故障的信息' }).check()
    await page.getByText('TypeError', { exact: true }).waitFor()
    assert.equal(await page.getByText('dear alice').count(), 0)
    await bob.context.close()
  })

  it('is sent later, under the same number, once the relay names a desk', async () => {
    await using served = await serveClient()
    const alice = await stage.chromium.person(served.link)
    const { page } = alice
    await makeAccount(page, 'alice')
    await page.goto(`${served.link}#/add`)
    await page.getByRole('switch', { name: 'Reusable address' }).check()
    await page.getByText('whoever has it may ask').waitFor()
    // Whoever has an address for all may be a desk.
    const desk = await page.getByRole('textbox', { name: 'Your link' }).inputValue()
    await page.goto(`${served.link}#/settings/feedback`)
    await page.getByText('None of your relays takes reports').waitFor()
    await page.getByLabel('What happened').fill('the sunset as a theme')
    await page.getByRole('button', { name: 'Keep it' }).click()
    const number = await page.locator('.feedbacks summary strong').innerText()
    await served.stop()
    await served.start({ desk: `sealpost:i/${desk.split('/').at(-1) ?? ''}` })
    await page.reload()
    await page.getByText('goes to whoever runs your relay').waitFor()
    await page.locator('.feedbacks summary').click()
    await page.getByRole('button', { name: 'Send to 127.0.0.1' }).click()
    await page.locator('.feedbacks').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: number }).getByText('On its way').waitFor()
    await alice.context.close()
  })
})
