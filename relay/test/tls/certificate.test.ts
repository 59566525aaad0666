import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import type { TlsPair } from '@sealpost/transport-libp2p'
import { type CertificateFiles, loadCertificate } from '../../src/people/certificate.ts'
import { CertificateWatch } from '../../src/people/certificate-watch.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'
import { testCertificate } from './test-certificate.ts'

const DAY_MS = 86_400_000
const LOOK_MS = 10_000

describe('a certificate', () => {
  let directory: TemporaryDirectory
  let files: CertificateFiles

  beforeEach(async () => {
    directory = await temporaryDirectory()
    files = {
      certificatePath: join(directory.path, 'certificate.pem'),
      keyPath: join(directory.path, 'key.pem')
    }
  })

  afterEach(async () => {
    await directory[Symbol.asyncDispose]()
  })

  /** As one who renews it does: another file takes the name. */
  async function put(path: string, text: string): Promise<void> {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }

  async function putPair(pair: {
    readonly certificate: string
    readonly key: string
  }): Promise<void> {
    await put(files.certificatePath, pair.certificate)
    await put(files.keyPath, pair.key)
  }

  it('is read with its names and its end', async () => {
    const toMs = Date.UTC(2027, 0, 2, 3, 4, 5)
    const names = ['*.wild.example', 'relay.example', '192.0.2.1', 'b.example']
    const pair = testCertificate({ names, toMs })
    await putPair(pair)
    const read = await loadCertificate(files)
    assert.deepEqual(read, { pair, expiresAtMs: toMs, names: ['relay.example', 'b.example'] })
  })

  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }
  }).privateKey
  const good = testCertificate()
  const wrongs: readonly (readonly [
    what: string,
    pair: { readonly certificate: string; readonly key: string },
    message: RegExp
  ])[] = [
    ['of nothing', { ...good, certificate: '' }, /^tls-certificate: .*holds no certificate/],
    [
      'of other bytes',
      { ...good, certificate: '\0\u00ff' },
      /^tls-certificate: .*holds no certificate/
    ],
    ['cut off', { ...good, certificate: good.certificate.slice(0, 200) }, /holds no certificate/],
    [
      'with a damaged chain',
      { ...good, certificate: good.certificate + good.certificate.replace('MI', 'AA') },
      /what follows the certificate in .* is damaged/
    ],
    ['without a key', { ...good, key: good.certificate }, /^tls-key: .*holds no private key/],
    ['with a key that has a passphrase', { ...good, key: encrypted }, /one with a passphrase/],
    ["with another's key", { ...good, key: testCertificate().key }, /is not the key of the certif/],
    [
      'that is too large',
      { ...good, certificate: 'x'.repeat(1024 * 1024 + 1) },
      /larger than 1024 KiB/
    ]
  ]
  for (const [what, pair, message] of wrongs) {
    it(`is refused where it is one ${what}`, async () => {
      await putPair(pair)
      await assert.rejects(loadCertificate(files), { code: 'SEALPOST_CONFIG_INVALID', message })
    })
  }

  it('is refused where a file is not there', async () => {
    await putPair(good)
    await rm(files.keyPath)
    await assert.rejects(loadCertificate(files), {
      message: /^tls-key: .* cannot be read \(ENOENT\)/
    })
  })

  describe('that is watched', () => {
    const startMs = Date.UTC(2026, 10, 23)
    let clock: ManualClock
    let log: MemoryLog
    let watch: CertificateWatch
    let taken: TlsPair[]

    async function open(toMs = startMs + 90 * DAY_MS): Promise<void> {
      clock = new ManualClock(startMs)
      log = new MemoryLog()
      taken = []
      await putPair(testCertificate({ fromMs: startMs - 90 * DAY_MS, toMs }))
      watch = await CertificateWatch.open({ files, clock, log })
      watch.start((pair) => taken.push(pair))
    }

    /** The next look at the files, to its end: then it waits for the one after. */
    async function look(afterMs = LOOK_MS): Promise<void> {
      clock.advance(afterMs)
      while (clock.timerCount === 0) {
        await setImmediate()
      }
    }

    afterEach(() => {
      watch.close()
      assert.equal(clock.timerCount, 0)
    })

    it('stays as long as its files do', async () => {
      await open()
      await look()
      await look()
      assert.deepEqual(taken, [])
      assert.deepEqual(log.events('info'), [])
    })

    it('is another one once its files are', async () => {
      await open()
      const next = testCertificate({ toMs: startMs + 200 * DAY_MS })
      await putPair(next)
      await look()
      assert.deepEqual(taken, [next])
      assert.equal(watch.overview.expiresAtMs, startMs + 200 * DAY_MS)
      assert.deepEqual(log.events('info'), ['relay.certificate.changed'])
      await look()
      assert.equal(taken.length, 1)
    })

    it('stays until the second of the two files is there, and nobody is told', async () => {
      await open()
      const next = testCertificate()
      await put(files.certificatePath, next.certificate)
      await look()
      assert.deepEqual(taken, [])
      await put(files.keyPath, next.key)
      await look()
      assert.deepEqual(taken, [next])
      assert.deepEqual(log.events('warn'), [])
    })

    it('stays where its files are bad, which is told once', async () => {
      await open()
      const { expiresAtMs } = watch.overview
      await put(files.keyPath, testCertificate().key)
      for (let times = 0; times < 4; times++) {
        await look()
      }
      assert.deepEqual(log.events('warn'), ['relay.certificate.refused'])
      assert.deepEqual(watch.overview, { expiresAtMs, isNextRefused: true })
      await rm(files.keyPath)
      await look()
      const next = testCertificate()
      await putPair(next)
      await look()
      assert.deepEqual(taken, [next])
      assert.equal(watch.overview.isNextRefused, false)
    })

    it('is told once a day from two weeks before its end on, and then that it is over', async () => {
      await open(startMs + 15 * DAY_MS)
      await look(DAY_MS)
      assert.deepEqual(log.events('warn'), [])
      await look()
      assert.deepEqual(log.events('warn'), ['relay.certificate.expires'])
      await look()
      assert.equal(log.events('warn').length, 1)
      await look(DAY_MS)
      assert.equal(log.events('warn').length, 2)
      await look(14 * DAY_MS)
      assert.equal(log.events('warn').at(-1), 'relay.certificate.expired')
    })
  })
})
