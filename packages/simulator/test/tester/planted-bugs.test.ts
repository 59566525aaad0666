import assert from 'node:assert/strict'
import { type PlantedBug, seedThatFinds } from './planted-bugs.ts'

const SEEDS = 200

const BUGS: readonly (PlantedBug & { readonly checks: readonly string[] })[] = [
  {
    name: 'an answer before the commit',
    checks: ['stored-is-safe', 'ack-after-safe'],
    file: 'simulator/src/nodes/simulated-driver.ts',
    before: `    if (changeCount === 0 && !isBusy) {
      this.#say([said])
      return
    }`,
    after: `    if (!this.#isSaying) {
      this.#say([said])
      said = { effects: [], onDurable: undefined }
      if (changeCount === 0 && !isBusy) return
    }`
  },
  {
    name: 'a forgotten tombstone',
    checks: ['gone-stays-gone', 'rows'],
    file: 'core/src/relay/tombstones.ts',
    before: "this.#state.write('envelope', envelopeKey(mailbox.id, sequence), envelope.tombstone)",
    after: `const id = Buffer.from(envelope.tombstone.subarray(9, 25)).toString('hex')
    this.#state.erase('envelope', envelopeKey(mailbox.id, sequence))
    this.#state.erase('envelope-index', mailbox.id + id)
    this.uncount(mailbox, sequence, envelope.size)
    if (id !== '') return`
  },
  {
    name: 'a quorum counted wrong',
    checks: ['ticks'],
    file: 'core/src/delivery/outbox-item.ts',
    before: 'const QUORUM = 2',
    after: 'const QUORUM = 1'
  },
  {
    name: 'an answer believed from the wrong relay',
    checks: ['nothing-lost', 'ticks'],
    file: 'core/src/peer/relay-session.ts',
    before: '  readonly #inFlight = new Map<number, InFlight>()',
    after:
      '  readonly #inFlight: Map<number, InFlight> = ((globalThis as any).shared ??= new Map())'
  },
  {
    name: 'an epoch turned too early',
    checks: ['epochs'],
    file: 'core/src/address/own-addresses.ts',
    before: 'epochAt(this.#parts.book.earlyTimeMs, phaseMs) - EPOCHS_KEPT',
    after: 'epochAt(this.#parts.book.earlyTimeMs, phaseMs)'
  }
]

describe('a bug that is planted in a copy of the machines', () => {
  for (const bug of BUGS) {
    it(`is found by the hunt: ${bug.name}`, async () => {
      const found = await seedThatFinds(bug, SEEDS)
      assert.ok(found, `found within ${String(SEEDS)} seeds`)
      assert.ok(bug.checks.includes(found.check), found.check)
    }).timeout(300_000)
  }
})
