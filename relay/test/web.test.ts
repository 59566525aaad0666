import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatRelayAddress } from '@sealpost/protocol'
import { readConfig } from '../src/index.ts'
import { webLink } from '../src/people/web-link.ts'
import { RawClient } from './raw-client.ts'
import { readyProcess, runCommand } from './relay-process.ts'
import { relayScene } from './relay-scene.ts'
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts'

/** A web client of one page. */
async function smallClient(): Promise<TemporaryDirectory> {
  const directory = await temporaryDirectory()
  await writeFile(join(directory.path, 'index.html'), '<!doctype html><p>a client</p>')
  const rules = [{ path: '/*', headers: { 'x-content-type-options': 'nosniff' } }]
  await writeFile(join(directory.path, 'headers.json'), JSON.stringify(rules))
  return directory
}

describe('a relay that serves the web client', () => {
  it('does so on the port on which it takes connections, and names itself', async () => {
    await using client = await smallClient()
    await using scene = await relayScene({ options: { web: client.path } })
    const link = scene.relay.webLink ?? ''
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/$/)
    const page = await fetch(link)
    assert.equal(page.status, 200)
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
    assert.match(await page.text(), /a client/)
    assert.deepEqual(await (await fetch(`${link}relays.json`)).json(), {
      relays: [formatRelayAddress(scene.relay.address)]
    })
    assert.equal((await fetch(`${link}nothing`)).status, 404)
    await using alice = await RawClient.connect(scene.relay.address)
    assert.equal((await alice.ask({ type: 'info' })).type, 'info')
    assert.deepEqual(
      scene.log.entries.filter(({ level }) => level !== 'debug' && level !== 'info'),
      []
    )
  })

  it('names the address that its operator gives to people', async () => {
    await using client = await smallClient()
    const addresses = '/dns4/relay.example/tcp/443/tls/ws'
    await using scene = await relayScene({ options: { web: client.path, addresses } })
    assert.equal(scene.relay.webLink, 'https://relay.example/')
    const port = /tcp\/(\d+)\//.exec(scene.relay.listening[0]?.addresses[0] ?? '')?.[1] ?? ''
    const named: unknown = await (await fetch(`http://127.0.0.1:${port}/relays.json`)).json()
    assert.deepEqual(named, { relays: [formatRelayAddress(scene.relay.address)] })
  })

  it('is only a relay where there is none', async () => {
    await using scene = await relayScene({ options: { web: 'none' } })
    assert.equal(scene.relay.webLink, undefined)
    const port = /tcp\/(\d+)\//.exec(scene.relay.address.addresses[0] ?? '')?.[1] ?? ''
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 426)
    await using alice = await RawClient.connect(scene.relay.address)
    assert.equal((await alice.ask({ type: 'info' })).type, 'info')
  })

  it('does not start where it is to serve what is no web client', async () => {
    await using directory = await temporaryDirectory()
    const { path } = directory
    const words = ['run', '--data', join(path, 'data'), '--listen', '127.0.0.1:0', '--web', path]
    const { code, stderr } = await runCommand(words)
    assert.equal(code, 2)
    assert.match(stderr, /holds no built web client; .* \(SEALPOST_CONFIG_INVALID\)\n$/)
  })

  it('prints the link, and logs nothing of what is asked', async () => {
    await using client = await smallClient()
    await using directory = await temporaryDirectory()
    const options = { web: client.path, 'log-level': 'debug' }
    const { process } = await readyProcess(join(directory.path, 'data'), options)
    await using relay = process
    const { webLink: link } = JSON.parse(relay.stdout) as { readonly webLink: string }
    for (const path of ['', 'nothing?secret-of-alice', 'relays.json']) {
      await (await fetch(`${link}${path}`)).text()
    }
    relay.kill('SIGTERM')
    const { code, stderr, stdout } = await relay.ended()
    assert.equal(code, 0)
    assert.doesNotMatch(stdout + stderr, /nothing|secret|relays\.json|127\.0\.0\.1:\d+.*GET/)
  }).timeout(30_000)
})

describe('the link to the web client', () => {
  const linkOf = (listen: string, addresses: readonly string[] = []): string | undefined => {
    const flags = new Map([
      ['listen', [listen]],
      ['addresses', addresses]
    ])
    const config = readConfig({
      flags: addresses.length > 0 ? flags : new Map([['listen', [listen]]]),
      environment: {}
    })
    const listening = config.listen.map(({ port }) => ({
      nodeKey: new Uint8Array(32) as never,
      addresses: [`/ip4/192.0.2.7/tcp/${String(port)}/ws`]
    }))
    return webLink(config, listening)
  }

  it('leads to this machine, where a browser is on it', () => {
    assert.equal(linkOf('127.0.0.1:7700'), 'http://127.0.0.1:7700/')
    assert.equal(linkOf('0.0.0.0:7700'), 'http://127.0.0.1:7700/')
    assert.equal(linkOf('[::]:7700'), 'http://127.0.0.1:7700/')
    assert.equal(linkOf('[::1]:7700'), 'http://[::1]:7700/')
    assert.equal(linkOf('localhost:7700'), 'http://localhost:7700/')
    assert.equal(linkOf('192.0.2.7:7700, 127.0.0.1:7701'), 'http://127.0.0.1:7701/')
  })

  it('leads to the name that the operator gave it, where that has a certificate', () => {
    const at = (address: string): string | undefined => linkOf('127.0.0.1:7700', [address])
    assert.equal(at('/dns4/relay.example/tcp/443/tls/ws'), 'https://relay.example/')
    assert.equal(at('/dns/relay.example/tcp/8443/wss'), 'https://relay.example:8443/')
    assert.equal(at('/dns4/relay.example/tcp/80/ws'), 'http://127.0.0.1:7700/')
  })

  it('is none where no browser could use it', () => {
    assert.equal(linkOf('192.0.2.7:7700'), undefined)
  })
})
