import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureWeb } from '../tidy/build-web.ts'
import { makeAccount } from './browser.ts'
import { builtClient } from './built-client.ts'
import { servedBrowser } from './served-browser.ts'
import { serveClient } from './served-client.ts'

const FIRST_PAINT_BYTES_MAX = 90_000
const ALL_BYTES_MAX = 700_000

describe('the web client, served by a relay', function () {
  this.timeout(60_000)
  const stage = servedBrowser()

  it('is small', async () => {
    const { firstPaint, all } = await measureWeb(await builtClient())
    assert.ok(firstPaint <= FIRST_PAINT_BYTES_MAX, `${String(firstPaint)} bytes before it shows`)
    assert.ok(all <= ALL_BYTES_MAX, `${String(all)} bytes in all`)
  })

  it('makes an account and is online, keeps its policy, and reaches nobody but its host', async () => {
    const alice = await stage.chromium.person(stage.served.link)
    await makeAccount(alice.page, 'alice')
    await alice.page.getByText('Online', { exact: true }).waitFor()
    await alice.assertNoFaults()
    await alice.context.close()
  })

  it('seals with a passphrase, for which the worker compiles WebAssembly', async () => {
    const alice = await stage.chromium.person(stage.served.link)
    const { page } = alice
    await page.getByRole('button', { name: 'Get started' }).click()
    await page.getByLabel('Your name').fill('alice')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Passphrase').fill('four random words here')
    await page.getByLabel('Once more').fill('four random words here')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Start talking' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await page.reload()
    await page.getByLabel('Passphrase').fill('four random words here')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await alice.assertNoFaults()
    await alice.context.close()
  })

  it('lets no page reach out, run what was slipped in, or start another script', async () => {
    const mallory = await stage.chromium.person(stage.served.link)
    const { page } = mallory
    await page.getByRole('button', { name: 'Get started' }).waitFor()
    const done = await page.evaluate(async () => {
      const attempt = async (run: () => unknown): Promise<string> => {
        try {
          await run()
          return 'done'
        } catch (error) {
          return error instanceof Error ? error.name : 'thrown'
        }
      }
      const inline = (): void => {
        const script = document.createElement('script')
        script.append('window.slippedIn = true')
        document.body.append(script)
      }
      return {
        fetch: await attempt(() => fetch('https://elsewhere.example/')),
        socket: await attempt(
          () =>
            new Promise<void>((resolve, reject) => {
              const socket = new WebSocket('wss://elsewhere.example/')
              socket.onopen = () => {
                resolve()
              }
              socket.onerror = () => {
                reject(new Error('refused'))
              }
            })
        ),
        html: await attempt(() => {
          document.body.innerHTML = '<img src=x onerror="window.slippedIn = true">'
        }),
        evaluated: await attempt(() => Reflect.construct(Function, ['return 1'])),
        worker: await attempt(() => new Worker('/assets/other.js')),
        policy: await attempt(() => {
          const { trustedTypes } = window as unknown as {
            readonly trustedTypes: { createPolicy(name: string, rules: object): unknown }
          }
          return trustedTypes.createPolicy('default', {})
        }),
        inline: await attempt(inline),
        slippedIn: String('slippedIn' in window)
      }
    })
    assert.deepEqual(done, {
      fetch: 'TypeError',
      socket: 'Error',
      html: 'TypeError',
      evaluated: 'EvalError',
      worker: 'TypeError',
      policy: 'TypeError',
      // It is put there, and does not run.
      inline: 'done',
      slippedIn: 'false'
    })
    // So the watch does see what breaks a policy.
    await assert.rejects(mallory.assertNoFaults())
    await mallory.context.close()
  })

  it('lets the worker reach relays and its host, and nothing that is not encrypted', async () => {
    const alice = await stage.chromium.person(stage.served.link)
    await alice.page.getByRole('button', { name: 'Get started' }).waitFor()
    const worker = alice.page.workers()[0] ?? assert.fail('there is no worker')
    await alice.assertNoFaults()
    const reach = (url: string): Promise<string> =>
      worker.evaluate((to) => fetch(to).then(String, String), url)
    const told = alice.untilFault(/violation: connect-src/)
    assert.match(await reach('http://elsewhere.example/'), /TypeError/)
    assert.match(await reach(`${stage.served.link}relays.json`), /Response/)
    await told
    await alice.context.close()
  })

  it('cannot be shown inside another page', async () => {
    const { headers } = await fetch(stage.served.link)
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(headers.get('integrity-policy'), 'blocked-destinations=(script)')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(headers.get('permissions-policy') ?? '', /camera=\(self\)/)
    assert.equal(headers.get('cache-control'), 'no-cache')
  })

  describe('with a script that somebody changed', () => {
    /** What a browser makes of a build of which one file is another. */
    async function tampered(
      file: RegExp,
      change: (text: string) => string,
      look: (faults: readonly string[], text: string) => void,
      locale = 'en'
    ): Promise<void> {
      const folder = await mkdtemp(join(tmpdir(), 'sealpost-tampered-'))
      try {
        await cp(await builtClient(), folder, { recursive: true })
        const names = await readdir(join(folder, 'assets'))
        const name = names.find((one) => file.test(one)) ?? assert.fail(`no ${String(file)}`)
        const path = join(folder, 'assets', name)
        await writeFile(path, change(await readFile(path, 'utf8')))
        await Promise.all(['.br', '.gz'].map((end) => rm(`${path}${end}`, { force: true })))
        await using other = await serveClient({ web: folder })
        const alice = await stage.chromium.person(other.link, { locale })
        // Everything that the page loads by itself was there, or was refused.
        await alice.page.waitForLoadState('networkidle')
        look(alice.faults, await alice.page.innerText('#app'))
        await alice.context.close()
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }

    it('does not start', async () => {
      await tampered(
        /^index-.*\.js$/,
        (text) => `${text}\n//`,
        (faults, text) => {
          assert.equal(text, '')
          assert.match(faults.join('\n'), /integrity/)
        }
      )
    })

    it('does not run a part that is loaded later', async () => {
      await tampered(
        /^zh-cn-.*\.js$/,
        (text) => `globalThis.slippedIn = true;${text}`,
        (faults) => {
          assert.match(faults.join('\n'), /integrity/)
        },
        'zh-CN'
      )
    })
  })
})
