import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from '../tidy/tree.ts'
import { ChromiumPage, bundlePage } from './chromium-page.ts'
import { PagePerson, talkWithPage } from './page-person.ts'

const NOBLE = 'packages/crypto-noble'
const VECTORS = join(ROOT, NOBLE, 'test/vectors')
const GZIP_BYTES_MAX = 40_000

/** Runs every known answer and the suite of engines, with the platform's curve and without, and says what failed. */
const PAGE = `
import { ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { createNobleEngine, findWebCryptoCurve } from '@sealpost/crypto-noble'
import { VECTOR_CASES } from './${NOBLE}/test/vector-cases.ts'
import { SPQR_VECTORS } from './${NOBLE}/test/spqr/spqr-vectors.ts'

const random = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) }
const failures = []
let count = 0
const attempt = async (title, run) => {
  count++
  try {
    await run()
  } catch (error) {
    failures.push(title + ': ' + String(error))
  }
}
for (const vector of [...VECTOR_CASES, ...SPQR_VECTORS]) {
  await attempt(vector.title, async () => vector.run(await ask('vectors', vector.file)))
}
const curve = await findWebCryptoCurve(crypto.subtle)
for (const native of [{}, { curve }]) {
  for (const { run, title } of ENGINE_COMPLIANCE) {
    await attempt(title, () => run(() => createNobleEngine({ random, native })))
  }
}
await ask('done', { count, failures, hasCurve: curve !== undefined })
`

interface PageResult {
  readonly count: number
  readonly failures: readonly string[]
  readonly hasCurve: boolean
}

/** Someone in a page: does what Node tells, and answers with what came of it. */
const PERSON = `
import { MemoryEngineStores, NOW_MS } from '@sealpost/crypto/compliance'
import { createNobleEngine, findWebCryptoCurve } from '@sealpost/crypto-noble'
import { bytesToHex, bytesToUtf8, hexToBytes, identityKeys, utf8ToBytes } from '@sealpost/protocol'

const random = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) }
const engine = createNobleEngine({ random, native: { curve: await findWebCryptoCurve(crypto.subtle) } })
const identity = await engine.makeIdentity()
const stores = new MemoryEngineStores(identity, 7)
const hex = (value) => JSON.parse(JSON.stringify(value), (_, held) =>
  held !== null && held.bytes === 'hex' ? hexToBytes(held.hex) : held)
const plain = (value) => JSON.parse(JSON.stringify(value, (_, held) =>
  held instanceof Uint8Array ? { bytes: 'hex', hex: bytesToHex(held) } : held))
const acts = {
  hello: async () => ({ identityKey: identityKeys.fromBytes(identity.publicKey) }),
  start: ({ peer, bundle }) => engine.startSession(stores, peer, bundle, NOW_MS),
  send: ({ peer, text }) => engine.encrypt(stores, peer, utf8ToBytes(text), NOW_MS),
  receive: async ({ peer, ciphertext }) => ({
    text: bytesToUtf8(await engine.decrypt(stores, peer, ciphertext, NOW_MS))
  }),
  compare: ({ peer }) =>
    engine.safetyNumber(identityKeys.fromBytes(identity.publicKey), peer.identityKey)
}
let answer = {}
for (;;) {
  const { act, told } = await ask('next', plain(answer))
  try {
    answer = (await acts[act](hex(told))) ?? {}
  } catch (error) {
    answer = { code: error.code ?? String(error) }
  }
}
`

describe('noble in Chromium', function () {
  this.timeout(120_000)

  it('gives every known answer and passes the suite of engines', async () => {
    const done = Promise.withResolvers<PageResult>()
    const page = await ChromiumPage.open(PAGE, {
      vectors: (file): unknown =>
        JSON.parse(readFileSync(join(VECTORS, `${String(file)}.json`), 'utf8')),
      done: (result) => {
        done.resolve(result as PageResult)
      }
    })
    try {
      const { count, failures, hasCurve } = await done.promise
      assert.deepEqual(failures, [])
      assert.ok(count > 120, String(count))
      assert.equal(hasCurve, true)
    } finally {
      await page.close()
    }
  })

  it('holds a conversation of 1,000 messages with libsignal in Node over a bad network', async () => {
    const person = new PagePerson()
    const page = await ChromiumPage.open(PERSON, { next: (answer) => person.next(answer) })
    try {
      await talkWithPage(person)
    } finally {
      await page.close()
    }
  })

  it('is less than forty kilobytes with all that it depends on', async () => {
    const script = await bundlePage(
      `export { createNobleEngine, findWebCryptoCurve, KeyPairPool } from '@sealpost/crypto-noble'`,
      'small'
    )
    const bytes = gzipSync(script, { level: 9 }).length
    assert.ok(bytes > 15_000 && bytes < GZIP_BYTES_MAX, `${String(bytes)} bytes`)
  })
})
