import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Clock } from '@sealpost/host'
import { openLevelStore } from '@sealpost/storage-level'
import { writeHolder } from '../../src/home/holder.ts'
import { homeAt } from '../../src/home/home.ts'
import { findWay, openNewStore, openStore } from '../../src/home/open-store.ts'
import { HomeSocket } from '../../src/socket/home-socket.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const WAIT_MS = 5_000

/** Time goes by as soon as somebody waits for it. */
class QuickClock implements Clock {
  nowMs = 0
  /** Called at each wait. */
  onWait: () => void | Promise<void> = () => undefined

  wallMs(): number {
    return this.nowMs
  }

  monotonicMs(): number {
    return this.nowMs
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    this.nowMs += delayMs
    void Promise.resolve(this.onWait()).then(callback)
    return () => undefined
  }
}

const signal = new AbortController().signal
const IN_USE = 'SEALPOST_HOME_IN_USE'

describe('the way to a home', () => {
  it('is its store where nobody has it open', async () => {
    const home = homeAt(temporaryDirectory())
    await (await openLevelStore(home.storePath)).close()
    const way = await findWay(home, { clock: new QuickClock(), signal })
    assert.ok(way.type === 'store')
    await way.store.close()
  })

  it('is open once another short command has ended', async () => {
    const home = homeAt(temporaryDirectory())
    const other = await openLevelStore(home.storePath)
    const clock = new QuickClock()
    let waitCount = 0
    clock.onWait = async () => {
      waitCount += 1
      if (clock.nowMs >= WAIT_MS - 100 && waitCount > 0) {
        await other.close()
      }
    }
    const way = await findWay(home, { clock, signal })
    assert.ok(way.type === 'store')
    assert.ok(clock.nowMs <= WAIT_MS)
    await way.store.close()
  })

  it('leads to the process that came to stay meanwhile', async () => {
    const home = homeAt(temporaryDirectory())
    const other = await openLevelStore(home.storePath)
    const clock = new QuickClock()
    let socket: HomeSocket | undefined
    clock.onWait = async () => {
      socket ??= await HomeSocket.open(home, () => Promise.resolve(0))
    }
    const way = await findWay(home, { clock, signal })
    assert.ok(way.type === 'socket')
    way.socket.destroy()
    await socket?.close()
    await other.close()
  })

  it('is closed after five seconds, and says who holds it', async () => {
    const home = homeAt(temporaryDirectory())
    const other = await openLevelStore(home.storePath)
    await writeHolder(home, 'inbox', Date.UTC(2026, 0, 1))
    for (const open of [findWay, openStore]) {
      const clock = new QuickClock()
      const message = new RegExp(`sealpost inbox \\(process ${String(process.pid)}, since 202`)
      await assert.rejects(open(home, { clock, signal }), { code: IN_USE, message })
      assert.ok(clock.nowMs > WAIT_MS && clock.nowMs < WAIT_MS + 200, String(clock.nowMs))
    }
    await other.close()
  })

  it('is none for another account where a process that stays has one, and says so at once', async () => {
    const home = homeAt(temporaryDirectory())
    const other = await openLevelStore(home.storePath)
    const clock = new QuickClock()
    const stays = await HomeSocket.open(home, () => Promise.resolve(0))
    await assert.rejects(openNewStore(home, { clock, signal }), { code: 'SEALPOST_HOME_EXISTS' })
    assert.equal(clock.nowMs, 0)
    await stays.close()
    let socket: HomeSocket | undefined
    clock.onWait = async () => {
      socket ??= await HomeSocket.open(home, () => Promise.resolve(0))
    }
    await assert.rejects(openNewStore(home, { clock, signal }), { code: 'SEALPOST_HOME_EXISTS' })
    await socket?.close()
    await assert.rejects(openNewStore(home, { clock: new QuickClock(), signal }), { code: IN_USE })
    await other.close()
  })

  const notes: readonly (readonly [string, string])[] = [
    ['of a process that is gone', '{"pid":4194305,"command":"inbox","sinceMs":1}'],
    ['of nonsense', '{"pid":1,"command":"; rm -rf","sinceMs":1}'],
    ['that is cut off', '{"pid":1,"comma'],
    ['of nothing', 'null']
  ]
  for (const [title, text] of notes) {
    it(`names nobody after a note ${title}`, async () => {
      const home = homeAt(temporaryDirectory())
      const other = await openLevelStore(home.storePath)
      writeFileSync(home.holderPath, text)
      await assert.rejects(findWay(home, { clock: new QuickClock(), signal }), {
        code: IN_USE,
        message: /is held by another process/
      })
      await other.close()
    })
  }

  it('is not waited for by somebody who ended the command', async () => {
    const home = homeAt(temporaryDirectory())
    const other = await openLevelStore(home.storePath)
    const clock = new QuickClock()
    await assert.rejects(findWay(home, { clock, signal: AbortSignal.abort() }), { code: IN_USE })
    assert.equal(clock.nowMs, 0)
    await other.close()
  })

  it('leads nowhere where nobody lives', async () => {
    const home = homeAt(temporaryDirectory())
    mkdirSync(home.directory, { recursive: true })
    await assert.rejects(findWay(home, { clock: new QuickClock(), signal }), {
      code: 'SEALPOST_HOME_MISSING'
    })
  })
})
