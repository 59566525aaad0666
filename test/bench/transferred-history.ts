/** What must come of a history that was handed over while its devices were killed, whatever it took. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SOURCES } from './apps.ts'
import { startBenchRelay } from './bench-relay.ts'
import { transferHistory, type Transferred } from './history-transfer.ts'

/** @throws AssertionError where a message is lost or there twice, or the new device could not say how far it was. */
export async function transferredHistory(
  options: Pick<
    Parameters<typeof transferHistory>[0],
    'count' | 'isDirect' | 'killCount' | 'padding'
  >
): Promise<Transferred> {
  const directory = await mkdtemp(join(tmpdir(), 'sealpost-history-'))
  const relay = await startBenchRelay({ apps: SOURCES, directory }, 'relay', {})
  try {
    const transferred = await transferHistory({
      ...options,
      directory,
      relay,
      say: () => undefined
    })
    const { told } = transferred
    assert.ok(told.length > options.killCount)
    let before = 0
    for (const { done, total } of told) {
      assert.ok(before <= done && done <= total, JSON.stringify(told))
      assert.equal(total, options.count)
      before = done
    }
    assert.equal(before, options.count)
    return transferred
  } finally {
    await relay.process.stop()
    await rm(directory, { recursive: true })
  }
}
