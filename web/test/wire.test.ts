import assert from 'node:assert/strict'
import { type ContactId, UsageError } from '@sealpost/protocol'
import type { PageEvent } from '../src/wire/messages.ts'
import { type Channel, PageEnd } from '../src/wire/page-end.ts'
import { PEER_CALLS, Refusal } from '../src/wire/peer-api.ts'
import { type Performer, WorkerEnd } from '../src/wire/worker-end.ts'

type Listener = (event: { readonly data: unknown }) => void

/** Every end hears the others, as those of one origin do, a turn later. */
class Air {
  readonly #ends = new Set<{ listener?: Listener }>()

  channel(): Channel {
    const end: { listener?: Listener } = {}
    this.#ends.add(end)
    return {
      postMessage: (message) => {
        const data: unknown = structuredClone(message)
        for (const other of this.#ends) {
          if (other !== end) {
            queueMicrotask(() => other.listener?.({ data }))
          }
        }
      },
      addEventListener: (_, listener) => {
        end.listener = listener
      }
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function worker(air: Air, name: string, perform: Performer, bugs: unknown[] = []): WorkerEnd {
  const end = new WorkerEnd(air.channel(), name, perform, (error) => bugs.push(error))
  end.open()
  return end
}

describe('pages and the worker', () => {
  it('hear each other: what is asked is performed, and every page has its own answer', async () => {
    const air = new Air()
    const alice = new PageEnd(air.channel(), 'a').api()
    const bob = new PageEnd(air.channel(), 'b').api()
    worker(air, 'w', (name, args) => Promise.resolve([name, ...args]))
    const answers: readonly unknown[] = await Promise.all([
      alice.state(),
      bob.unlock({ passphrase: 'pass' })
    ])
    assert.deepEqual(answers, [['state'], ['unlock', { passphrase: 'pass' }]])
  })

  it('tell why something was not done, by its code alone', async () => {
    const air = new Air()
    const { unlock, lock } = new PageEnd(air.channel(), 'a').api()
    const bugs: unknown[] = []
    const refuse: Performer = (name) =>
      Promise.reject(
        name === 'unlock'
          ? new UsageError('SEALPOST_USAGE', 'secret words', { detail: 'name' })
          : new RangeError('secret words')
      )
    worker(air, 'w', refuse, bugs)
    await assert.rejects(unlock({ passphrase: '' }), (error) => {
      assert.ok(error instanceof Refusal)
      assert.deepEqual(
        [error.code, error.detail, error.message],
        ['SEALPOST_USAGE', 'name', 'SEALPOST_USAGE']
      )
      return true
    })
    await assert.rejects(lock(), { code: 'SEALPOST_BUG', message: 'SEALPOST_BUG' })
    assert.equal(bugs.length, 1)
  })

  it('ask again whoever takes over, under the same id, and once for each', async () => {
    const air = new Air()
    const { state } = new PageEnd(air.channel(), 'a').api()
    const asked: string[] = []
    const never = Promise.withResolvers<never>().promise
    worker(air, 'first', (name) => {
      asked.push(`first ${name}`)
      return never
    })
    const answer: Promise<unknown> = state()
    await turn()
    worker(air, 'second', (name) => {
      asked.push(`second ${name}`)
      return Promise.resolve('here')
    })
    assert.equal(await answer, 'here')
    assert.deepEqual(asked, ['first state', 'second state'])
  })

  it('know when nothing is on its way that could be lost', async () => {
    const air = new Air()
    const page = new PageEnd(air.channel(), 'a')
    const { lock, setTyping, state } = page.api()
    const performed = Promise.withResolvers<undefined>()
    worker(air, 'w', (name) => (name === 'lock' ? performed.promise : new Promise(() => {})))
    void state()
    void setTyping('b0b' as ContactId, true)
    assert.equal(page.isDoing, false)
    await page.settled()
    const locked = lock()
    assert.equal(page.isDoing, true)
    const settled = page.settled()
    performed.resolve(undefined)
    await settled
    assert.equal(page.isDoing, false)
    await locked
  })

  it('tell every page what happens, until it does not listen any more', async () => {
    const air = new Air()
    const page = new PageEnd(air.channel(), 'a')
    const heard: PageEvent[] = []
    const stop = page.listen((event) => heard.push(event))
    const end = worker(air, 'w', () => Promise.resolve())
    end.tell({ type: 'superseded' })
    await turn()
    stop()
    end.tell({ type: 'devices-changed' })
    await turn()
    assert.deepEqual(heard, [{ type: 'superseded' }])
  })

  it('name each call once', () => {
    assert.equal(new Set(PEER_CALLS).size, PEER_CALLS.length)
  })
})
