import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { NOBODY, NOBODY_ELSE } from '../relay-address.ts'
import { jsonError, runHere } from '../run-here.ts'
import { SealpostProcess } from '../sealpost-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

interface Ready {
  readonly link: string
  readonly relays: readonly string[]
}

/** A web client of one page. */
function smallClient(): string {
  const folder = temporaryDirectory()
  writeFileSync(join(folder, 'index.html'), '<!doctype html><p>a client</p>')
  const headers = { 'x-content-type-options': 'nosniff' }
  writeFileSync(join(folder, 'headers.json'), JSON.stringify([{ path: '/*', headers }]))
  return folder
}

describe('web', function () {
  this.timeout(30_000)
  const files = smallClient()

  async function newHome(environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const home = temporaryDirectory()
    const line = ['--home', home, 'init', '--name', 'alice', '--relay', NOBODY]
    const locked = environment['SEALPOST_PASSPHRASE'] === undefined ? ['--no-passphrase'] : []
    const relays = ['--relay', NOBODY_ELSE]
    assert.equal((await runHere([...line, ...relays, ...locked], { environment })).code, 0)
    return home
  }

  /** The link is there before the home has said its relays, where that takes long. */
  async function untilNamed(link: string): Promise<void> {
    const expected = JSON.stringify({ relays: [NOBODY, NOBODY_ELSE] })
    for (let named = ''; named !== expected;) {
      named = (await (await fetch(`${link}relays.json`)).text()).trim()
    }
  }

  /** Has it serve, looks, and ends it. */
  async function served(
    home: string,
    look: (ready: Ready) => Promise<void>,
    environment: NodeJS.ProcessEnv = {}
  ): Promise<string> {
    const line = ['--home', home, 'web', '--port', '0', '--files', files, '--json']
    const sealpost = new SealpostProcess(line, environment)
    try {
      await sealpost.until(/"isReady":true.*\n/)
      await look(JSON.parse(sealpost.stdout) as Ready)
    } finally {
      sealpost.kill('SIGTERM')
    }
    assert.equal(await sealpost.end(), 0)
    return sealpost.stderr
  }

  it('serves the client with its headers, and names the relays of the home', async () => {
    await served(await newHome(), async ({ link }) => {
      assert.match(link, /^http:\/\/localhost:\d+\/$/)
      const page = await fetch(link)
      assert.match(await page.text(), /a client/)
      assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
      await untilNamed(link)
    })
  })

  it('names none where there is no home', async () => {
    await served(join(temporaryDirectory(), 'none'), async ({ relays }) => {
      assert.deepEqual(relays, [])
    })
  })

  it('names none of a home that is locked, and those of one for which it has the passphrase', async () => {
    const environment = { SEALPOST_PASSPHRASE: 'secret' }
    const home = await newHome(environment)
    await served(home, async ({ relays }) => {
      assert.deepEqual(relays, [])
    })
    await served(
      home,
      async ({ link }) => {
        await untilNamed(link)
      },
      environment
    )
  })

  it('asks the process that stays, and leaves the home to others', async () => {
    const environment = { SEALPOST_PASSPHRASE: 'secret' }
    const home = await newHome(environment)
    const daemon = new SealpostProcess(['--home', home, 'daemon', '--json'], environment)
    await daemon.until(/"isReady":true/)
    await served(home, async ({ link }) => {
      await untilNamed(link)
      assert.equal((await runHere(['--home', home, 'contacts'])).code, 0)
    })
    daemon.kill('SIGTERM')
    assert.equal(await daemon.end(), 0)
  })

  it('answers nobody who calls this machine by another name', async () => {
    await served(join(temporaryDirectory(), 'none'), async ({ link }) => {
      const headers = { host: `mallory.example:${new URL(link).port}` }
      const asked = get(`${link}relays.json`, { headers })
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      assert.equal(answer.statusCode, 421)
      answer.resume()
    })
  })

  it('says that its port is taken, and what another would mean', async () => {
    const other = createServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = String(typeof address === 'object' ? address?.port : 0)
    const ran = await runHere(['web', '--port', port, '--files', files, '--json'])
    other.close()
    assert.equal(ran.code, 1)
    assert.equal(jsonError(ran).code, 'SEALPOST_LISTEN_FAILED')
    assert.match(jsonError(ran).message, /begins anew/)
  })

  it('refuses a folder that is no web client, and a port that is none', async () => {
    const wrong = await runHere(['web', '--files', temporaryDirectory(), '--json'])
    assert.equal(wrong.code, 2)
    assert.equal(jsonError(wrong).code, 'SEALPOST_CONFIG_INVALID')
    for (const port of ['65536', '-1', 'x', '1.5']) {
      const ran = await runHere(['web', `--port=${port}`, '--files', files, '--json'])
      assert.equal(ran.code, 2, port)
      assert.equal(jsonError(ran).code, 'SEALPOST_USAGE')
    }
  })
})
