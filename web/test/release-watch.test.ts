import assert from 'node:assert/strict'
import { type Later, ReleaseWatch } from '../src/state/release-watch.ts'
import type { KeptRelease, PageWord, ReleaseReport } from '../src/wire/release-report.ts'

const DAY_MS = 86_400_000

function release(version: string): KeptRelease {
  return { version, hash: `hash of ${version}`, signedBy: 'a key' }
}

function report(current: string, staged?: string): ReleaseReport {
  return {
    current: release(current),
    staged: staged === undefined ? undefined : release(staged),
    checked: { atMs: 1, outcome: 'same' },
    refused: []
  }
}

/** One tab, with a service worker at the other end that says what the test says. */
class Tab {
  readonly asked: PageWord[] = []
  readonly replies = new Map<PageWord, unknown>()
  later: Later | undefined
  isReady = true
  reloadCount = 0
  nowMs = 1_000
  readonly watch: ReleaseWatch
  #tell: (word: unknown, answer: (reply: string) => void) => void = () => undefined

  constructor() {
    this.watch = new ReleaseWatch({
      link: {
        ask: (word) => {
          this.asked.push(word)
          return Promise.resolve(this.replies.get(word))
        },
        listen: (listener) => {
          this.#tell = listener
        }
      },
      prepare: () => Promise.resolve(this.isReady),
      reload: () => {
        this.reloadCount++
      },
      readLater: () => this.later,
      keepLater: (later) => {
        this.later = later
      },
      nowMs: () => this.nowMs
    })
    this.watch.start()
  }

  /** The service worker says something. @returns what is answered, once it is */
  hear(word: unknown): Promise<string> {
    return new Promise((resolve) => {
      this.#tell(word, resolve)
    })
  }
}

/** What was begun without anybody waiting for it is over. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe('what a page knows of releases', () => {
  let tab: Tab

  beforeEach(() => {
    tab = new Tab()
  })

  it('is nothing at first, and that none is kept where no service worker answers', async () => {
    assert.equal(tab.watch.keeping.value.type, 'unknown')
    await tab.watch.look()
    assert.equal(tab.watch.keeping.value.type, 'none')
    assert.equal(tab.watch.offer.value, undefined)
  })

  it('is what the service worker says, whenever that comes', async () => {
    await tab.watch.look()
    void tab.hear({ type: 'release', report: report('1.0.0') })
    assert.deepEqual(tab.watch.keeping.value, { type: 'kept', report: report('1.0.0') })
    assert.equal(tab.watch.offer.value, undefined)
  })

  it('stays where one does not answer for once, or says what makes no sense', async () => {
    tab.replies.set('report', report('1.0.0'))
    await tab.watch.look()
    for (const word of [undefined, 7, 'release', {}, { type: 'release' }, { type: 'x' }]) {
      void tab.hear(word)
    }
    void tab.hear({ type: 'release', report: { refused: 7 } })
    await tab.watch.check()
    assert.deepEqual(tab.watch.keeping.value, { type: 'kept', report: report('1.0.0') })
  })

  it('is that another waits, until it is put off, and again a day later', async () => {
    tab.replies.set('report', report('1.0.0', '1.1.0'))
    await tab.watch.look()
    const offer = { type: 'staged', release: release('1.1.0') }
    assert.deepEqual(tab.watch.noted.value, offer)
    tab.watch.putOff()
    assert.equal(tab.watch.noted.value, undefined)
    assert.deepEqual(tab.watch.offer.value, offer)
    tab.nowMs += DAY_MS - 1
    await tab.watch.checkIfDue()
    assert.equal(tab.watch.noted.value, undefined)
    tab.nowMs += 1
    await tab.watch.checkIfDue()
    assert.deepEqual(tab.watch.noted.value, offer)
  })

  it('is that a further one waits, whatever was put off before', async () => {
    tab.replies.set('report', report('1.0.0', '1.1.0'))
    await tab.watch.look()
    tab.watch.putOff()
    void tab.hear({ type: 'release', report: report('1.0.0', '1.2.0') })
    assert.equal(tab.watch.noted.value?.release.version, '1.2.0')
  })

  it('is put off in every tab', async () => {
    tab.replies.set('report', report('1.0.0', '1.1.0'))
    await tab.watch.look()
    tab.later = { hash: release('1.1.0').hash, untilMs: tab.nowMs + 1 }
    tab.watch.noteLater()
    assert.equal(tab.watch.noted.value, undefined)
  })

  it('is that another tab runs another one than this', async () => {
    tab.replies.set('report', report('1.0.0'))
    await tab.watch.look()
    void tab.hear({ type: 'release', report: report('1.1.0') })
    assert.deepEqual(tab.watch.noted.value, { type: 'elsewhere', release: release('1.1.0') })
    await tab.watch.restart(false)
    assert.equal(tab.reloadCount, 1)
  })
})

describe('a restart of the pages', () => {
  let tab: Tab

  beforeEach(async () => {
    tab = new Tab()
    tab.replies.set('report', report('1.0.0', '1.1.0'))
    await tab.watch.look()
  })

  it('is left to the service worker, which asks every page first', async () => {
    tab.replies.set('use-update', 'restarting')
    await tab.watch.restart(false)
    assert.equal(tab.asked.at(-1), 'use-update')
    assert.equal(tab.watch.restarting.value, 'asking')
    assert.equal(tab.reloadCount, 0)
    assert.equal(await tab.hear({ type: 'prepare' }), 'ready')
    assert.equal(tab.reloadCount, 0)
    void tab.hear({ type: 'restart', isForced: false })
    await settle()
    assert.equal(tab.reloadCount, 1)
  })

  it('passes by a page that was asleep when all were asked, and is in the middle of something', async () => {
    tab.isReady = false
    void tab.hear({ type: 'release', report: report('1.1.0') })
    void tab.hear({ type: 'restart', isForced: false })
    await settle()
    assert.equal(tab.reloadCount, 0)
    assert.equal(tab.watch.restarting.value, 'busy')
    assert.equal(tab.watch.noted.value?.type, 'elsewhere')
    await tab.watch.restart(true)
    assert.equal(tab.reloadCount, 1)
  })

  it('waits for the person where a page is in the middle of something', async () => {
    tab.isReady = false
    assert.equal(await tab.hear({ type: 'prepare' }), 'busy')
    tab.replies.set('use-update', 'busy')
    await tab.watch.restart(false)
    assert.equal(tab.watch.restarting.value, 'busy')
    assert.equal(tab.reloadCount, 0)
    tab.replies.set('use-update-anyway', 'restarting')
    await tab.watch.restart(true)
    assert.equal(tab.asked.at(-1), 'use-update-anyway')
    void tab.hear({ type: 'restart', isForced: true })
    await settle()
    assert.equal(tab.reloadCount, 1)
  })

  it('is forgotten where it is put off instead', async () => {
    tab.replies.set('use-update', 'busy')
    await tab.watch.restart(false)
    tab.watch.putOff()
    assert.equal(tab.watch.restarting.value, 'no')
    assert.equal(tab.reloadCount, 0)
  })

  it('is of this page alone where nothing waits any more, and not while something would be lost', async () => {
    tab.replies.set('use-update', 'none')
    tab.isReady = false
    await tab.watch.restart(false)
    assert.equal(tab.watch.restarting.value, 'busy')
    assert.equal(tab.reloadCount, 0)
    tab.replies.set('use-update-anyway', 'none')
    await tab.watch.restart(true)
    assert.equal(tab.reloadCount, 1)
  })
})
