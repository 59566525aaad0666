import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ManualClock } from '@sealpost/host/testing'
import { formatRelayAddress, type RelayAddress } from '@sealpost/protocol'
import { RawClient, testMailbox } from '../raw-client.ts'
import { relayScene, type RelayScene, type SceneOptions } from '../relay-scene.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'
import { testCertificate, type TestCertificate } from './test-certificate.ts'

const LOOK_MS = 10_000

describe('a port that the relay encrypts itself', function () {
  this.timeout(30_000)
  let directory: TemporaryDirectory
  let certificatePath: string
  let keyPath: string
  const known = getCACertificates('default')

  beforeEach(async () => {
    directory = await temporaryDirectory()
    certificatePath = join(directory.path, 'certificate.pem')
    keyPath = join(directory.path, 'key.pem')
  })

  afterEach(async () => {
    setDefaultCACertificates(known)
    await directory[Symbol.asyncDispose]()
  })

  async function put(pair: TestCertificate): Promise<void> {
    for (const [path, text] of [
      [certificatePath, pair.certificate],
      [keyPath, pair.key]
    ] as const) {
      await writeFile(`${path}.new`, text)
      await rename(`${path}.new`, path)
    }
    setDefaultCACertificates([...known, pair.certificate])
  }

  function scene({ options, ...others }: SceneOptions = {}): Promise<RelayScene> {
    const tls = { 'tls-certificate': certificatePath, 'tls-key': keyPath }
    return relayScene({ ...others, options: { ...tls, ...options } })
  }

  /** Of the certificate that a new handshake is shown. */
  async function shownSerial(port: number): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { serialNumber } = socket.getPeerCertificate()
    socket.destroy()
    return serialNumber
  }

  it('is where it says that people reach it, with what they send and get', async () => {
    await put(testCertificate())
    await using running = await scene()
    const { relay } = running
    assert.match(
      formatRelayAddress(relay.address),
      /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/tls\/ws\/p2p\//
    )
    await using alice = await RawClient.connect(relay.address)
    const mailbox = testMailbox()
    await alice.register([mailbox])
    await alice.subscribe([mailbox])
    for (let count = 1; count <= 20; count++) {
      assert.equal((await alice.deposit(mailbox)).type, 'deposited')
    }
    await alice.until(() => alice.deliveries.length === 20)
    const envelopeIds = alice.deliveries.map(({ envelope }) => envelope.envelopeId)
    await alice.ask({ type: 'ack', mailboxId: mailbox.mailboxId, envelopeIds })
    await relay.stop()
    await alice.untilClosed()
    assert.equal(alice.closeReason, undefined)
  })

  it('shows new handshakes the new certificate, while old streams live', async () => {
    await put(testCertificate())
    const clock = new ManualClock(Date.now())
    await using running = await scene({ ports: { clock } })
    const { relay, log } = running
    const port = portOf(relay.address)
    await using alice = await RawClient.connect(relay.address)
    const mailbox = testMailbox()
    await alice.register([mailbox])
    await alice.subscribe([mailbox])
    const before = await shownSerial(port)
    const toMs = Math.floor(Date.now() / 1000) * 1000 + 200 * 86_400_000
    await put(testCertificate({ toMs }))
    clock.advance(LOOK_MS)
    while (!log.events('info').includes('relay.certificate.changed')) {
      await setImmediate()
    }
    assert.notEqual(await shownSerial(port), before)
    assert.deepEqual(relay.overview().certificate, { expiresAtMs: toMs, isNextRefused: false })
    assert.equal((await alice.deposit(mailbox)).type, 'deposited')
    await alice.until(() => alice.deliveries.length === 1)
    // Who trusts only the new one gets in, and both reach each other.
    await using bob = await RawClient.connect(relay.address)
    assert.equal((await bob.deposit(mailbox)).type, 'deposited')
    await alice.until(() => alice.deliveries.length === 2)
    assert.equal(alice.isClosed, false)

    const after = await shownSerial(port)
    await writeFile(keyPath, testCertificate().key)
    while (!log.events('warn').includes('relay.certificate.refused')) {
      clock.advance(LOOK_MS)
      await setImmediate()
    }
    assert.equal(await shownSerial(port), after)
    const logged = JSON.stringify(log.entries)
    for (const secret of ['127.0.0.1', directory.path, 'PRIVATE KEY']) {
      assert.ok(!logged.includes(secret), secret)
    }
  })

  it('bounds who does not finish the handshake as it bounds others', async () => {
    await put(testCertificate())
    await using running = await scene({ options: { 'connections-pending-max': '2' } })
    const port = portOf(running.relay.address)
    const silent = [0, 1].map(() => connectPlain(port, '127.0.0.1'))
    await Promise.all(silent.map((socket) => once(socket, 'connect')))
    await assert.rejects(RawClient.connect(running.relay.address), { code: 'SEALPOST_DIAL_FAILED' })
    for (const socket of silent) {
      socket.write('GET / HTTP/1.1\r\n\r\n')
    }
    await Promise.all(silent.map((socket) => once(socket, 'close')))
    await using alice = await RawClient.connect(running.relay.address)
    assert.equal(alice.isClosed, false)
  })

  it('counts ranges of addresses as without encryption', async () => {
    await put(testCertificate())
    await using running = await scene({ options: { 'connections-per-range-max': '1' } })
    const { address } = running.relay
    await using alice = await RawClient.connect(address)
    await assert.rejects(RawClient.connect(address), { code: 'SEALPOST_DIAL_FAILED' })
    await alice.close()
    while (running.relay.overview().streamCount > 0) {
      await setImmediate()
    }
  })

  it('serves pages too, and is named in links and addresses as its certificate has it', async () => {
    await put(testCertificate({ names: ['relay.example', '127.0.0.1'] }))
    const web = join(directory.path, 'web')
    await mkdir(web)
    await writeFile(join(web, 'index.html'), '<!doctype html><title>Sealpost</title>')
    await writeFile(join(web, 'headers.json'), JSON.stringify([{ path: '/*', headers: {} }]))
    await using running = await scene({ options: { web } })
    const { relay } = running
    const port = portOf(relay.address)
    assert.equal(relay.address.addresses[0], `/dns4/relay.example/tcp/${String(port)}/tls/ws`)
    assert.equal(relay.webLink, `https://relay.example:${String(port)}/`)
    const asking = request({ host: '127.0.0.1', port, path: '/', agent: false })
    asking.end()
    const [response] = (await once(asking, 'response')) as [
      NodeJS.ReadableStream & { statusCode: number }
    ]
    response.resume()
    assert.equal(response.statusCode, 200)
  })

  it('is told what is wrong with its certificate before anything starts', async () => {
    await put({ ...testCertificate(), key: testCertificate().key })
    await assert.rejects(scene(), {
      code: 'SEALPOST_CONFIG_INVALID',
      message: /is not the key of the certificate/
    })
  })

  it('starts with a certificate that is over, and says so', async () => {
    await put(testCertificate({ toMs: Date.now() - 1_000 }))
    await using running = await scene()
    assert.deepEqual(running.log.events('warn'), ['relay.certificate.expired'])
    await assert.rejects(RawClient.connect(running.relay.address), { code: 'SEALPOST_DIAL_FAILED' })
  })
})

function portOf({ addresses }: RelayAddress): number {
  const [, port] = /\/tcp\/(\d+)\//.exec(addresses[0] ?? '') ?? []
  return Number(port)
}
