import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { QUEUE_NAMES } from '../../src/kernel/queue-choice.ts'
import { OtherNode } from '../other-node.ts'
import { littleWorld, littleWorlds } from './little-world.ts'

const TELL = new URL('./tell-little-worlds.ts', import.meta.url)

interface Told {
  readonly node: string
  readonly hashes: readonly string[]
}

describe('a little world', function () {
  this.timeout(60_000)
  const here = littleWorlds()

  it('is large enough to tell runs apart', () => {
    for (const hash of here) {
      assert.match(hash, /^[0-9a-f]{16} of [0-9]{5}$/)
    }
  })

  it('is the same each time, and under every queue', () => {
    for (const seed of [1, 2, 3]) {
      const hashes = [...QUEUE_NAMES, ...QUEUE_NAMES].map((queue) => littleWorld(seed, queue))
      assert.equal(new Set(hashes).size, 1)
    }
  })

  it('is another for another seed', () => {
    const hashes = Array.from({ length: 20 }, (_, seed) => littleWorld(seed, 'lazy'))
    assert.equal(new Set(hashes).size, 20)
  })

  it('is the same in a worker', async () => {
    const worker = new Worker(TELL)
    const [hashes] = (await once(worker, 'message')) as [readonly string[]]
    await worker.terminate()
    assert.deepEqual(hashes, here)
  })

  it('is the same where V8 only interprets', () => {
    const flags = ['--no-opt', '--no-maglev', '--no-sparkplug']
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...flags, fileURLToPath(TELL)],
      { encoding: 'utf8' }
    )
    assert.equal(status, 0, stderr)
    assert.deepEqual((JSON.parse(stdout) as Told).hashes, here)
  })

  it('is the same under Node 22', () => {
    const other = OtherNode.install('22.x')
    try {
      const { node, hashes } = JSON.parse(other.run(fileURLToPath(TELL))) as Told
      assert.match(node, /^22[.]/)
      assert.doesNotMatch(process.versions.node, /^22[.]/)
      assert.deepEqual(hashes, here)
    } finally {
      other.remove()
    }
  })
})
