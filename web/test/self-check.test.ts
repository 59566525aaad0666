import assert from 'node:assert/strict'
import { selfCheck } from '../src/state/self-check.ts'

const PATHS = { page: '/', worker: '/assets/worker.js', keeper: '/service-worker.js' }

function answer(policy: string, status = 200): Response {
  return new Response('', { status, headers: { 'content-security-policy': policy } })
}

describe('the limits of a page', () => {
  it('are looked for in what came with the page and each worker', async () => {
    const strict = "default-src 'none'; script-src 'self'; connect-src 'self'"
    const types = "require-trusted-types-for 'script'; trusted-types one"
    const answers = (): Readonly<Record<string, Response>> => ({
      '/': new Response(''),
      '/assets/worker.js': answer(`${strict} ws:; ${types}`),
      '/service-worker.js': answer(strict)
    })
    const look = async (isNear: boolean): Promise<readonly string[]> => {
      const fetch = (path: string): Promise<Response> =>
        Promise.resolve(answers()[path] ?? answer('', 404))
      const { lacks, unseen } = await selfCheck({ fetch, paths: PATHS, isNear })
      assert.deepEqual(unseen, [])
      return lacks
    }
    const near = await look(true)
    assert.ok(near.includes('page-policy'))
    assert.ok(near.every((lack) => lack.startsWith('page-')))
    // The gravest first.
    assert.equal((await look(false))[0], 'worker-connections')
  })

  it('are not known of what does not come', async () => {
    const fetch = (path: string): Promise<Response> =>
      path === '/' ? Promise.reject(new TypeError('offline')) : Promise.resolve(answer('', 404))
    const found = await selfCheck({ fetch, paths: PATHS, isNear: true })
    assert.deepEqual(found, { lacks: [], unseen: ['worker', 'page', 'keeper'] })
  })
})
