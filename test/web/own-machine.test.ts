import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProcessLines } from '../e2e/process-lines.ts'
import { makeAccount, openBrowser } from './browser.ts'
import { BUILD_MS, builtClient } from './built-client.ts'
import { serveClient } from './served-client.ts'

const SEALPOST = fileURLToPath(new URL('../../packages/cli/bin/sealpost.js', import.meta.url))

describe('the web client, served by sealpost web', () => {
  it('is online through the relays of the home, which are of another origin', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-own-machine-'))
    const files = await builtClient()
    await using relay = await serveClient({ web: 'none' })
    await using chromium = await openBrowser()
    const home = ['--home', join(folder, 'home'), '--json']
    const words = ['--name', 'alice', '--no-passphrase', '--relay', relay.relay]
    const init = new ProcessLines([SEALPOST, ...home, 'init', ...words])
    await init.line((line) => line.includes('"home"'))
    const web = new ProcessLines([SEALPOST, ...home, 'web', '--port', '0', '--files', files])
    try {
      const ready = await web.line((line) => line.includes('"isReady"'))
      const { link } = JSON.parse(ready) as { readonly link: string }
      // The home says its relays soon, and by then the page suggests them.
      for (let named = ''; !named.includes(relay.relay);) {
        named = await (await fetch(`${link}relays.json`)).text()
      }
      const alice = await chromium.person(link)
      await makeAccount(alice.page, 'alice')
      await alice.page.getByText('Online', { exact: true }).waitFor()
      assert.equal(new URL(alice.page.url()).hostname, 'localhost')
      await alice.assertNoFaults()
    } finally {
      await web.end('SIGKILL')
      await init.end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  }).timeout(BUILD_MS)
})
