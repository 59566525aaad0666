/**
 * The driver against what a sequence of inputs means. Commits and reads come through one by one, whenever the test says; the
 * machine keeps the rows as its inputs left them and holds every answer to that. The disk must at every moment hold what some
 * prefix of the inputs left, at least up to everything that was said or acknowledged, also after a crash.
 */
import assert from 'node:assert/strict'
import type {
  ClockInput,
  Machine,
  Mutation,
  RangeQuery,
  Read,
  RecordsInput,
  RowKey,
  StorageEffect,
  TimeoutInput
} from '@sealpost/core'
import { type Answer, Driver } from '@sealpost/host'
import { ManualClock, MemoryDisk, MemoryLog, settle } from '@sealpost/host/testing'
import fc from 'fast-check'
import { bytesOf, textOf } from './notebook-machine.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const ALL: RangeQuery = { table: 'message', from: '', to: '~', limit: 1_000 }

interface Script {
  /** Keys to write, and those to erase. */
  readonly writes: readonly string[]
  readonly erases: readonly string[]
  readonly keys: readonly string[]
  readonly range: Omit<RangeQuery, 'table'> | undefined
  /** What to do when the answer comes. */
  readonly then: Script | undefined
}

interface DoInput {
  readonly type: 'do'
  readonly atMs: number
  readonly script: Script
}

type Input = DoInput | TimeoutInput | ClockInput | RecordsInput

interface SayEffect {
  readonly type: 'say'
  readonly number: number
}

/** What all lives of the machine share: every state that the rows had, by the number of the handle that left it. */
class History {
  readonly states: string[] = ['']
  /** The last handle that was said or acknowledged. */
  lastTold = 0
  answerCount = 0

  get last(): number {
    return this.states.length - 1
  }

  /** The disk holds what a prefix of the inputs left, up to `atLeast` or more. */
  check(disk: MemoryDisk, atLeast: number): void {
    const held = serialize(disk.rows('message').map(({ key, value }) => [key, textOf(value) ?? '']))
    assert.ok(this.states.indexOf(held, atLeast) !== -1, `the disk holds ${held}`)
  }
}

function serialize(rows: Iterable<readonly [string, string]>): string {
  return [...rows]
    .map(([key, text]) => `${key}${text}`)
    .sort()
    .join(' ')
}

class ModelMachine implements Machine<Input, StorageEffect | SayEffect> {
  readonly #history: History
  readonly #rows: Map<string, string>
  readonly #asked: { id: number; script: Script }[] = []
  #readId = 0
  /** The process is gone: what still runs of it must leave no trace. */
  isDead = false

  constructor(history: History, rows: Map<string, string>) {
    this.#history = history
    this.#rows = rows
  }

  handle(input: Input): readonly (StorageEffect | SayEffect)[] {
    if (this.isDead) {
      return []
    }
    switch (input.type) {
      case 'do':
        return this.#run(input.script)
      case 'records':
        return this.#take(input)
      case 'timeout':
      case 'clock':
        return []
    }
  }

  deadlineMs(): number | undefined {
    return undefined
  }

  checkAnswer(script: Pick<Script, 'keys' | 'range'>, answer: Answer): void {
    this.#history.answerCount++
    const { range } = script
    assert.deepEqual(
      answer.values.map(textOf),
      script.keys.map((key) => this.#rows.get(key))
    )
    const inside = [...this.#rows.keys()]
      .filter((key) => range !== undefined && key >= range.from && key < range.to)
      .sort()
    const ordered = range?.isReversed === true ? inside.reverse() : inside
    const expected = ordered.slice(0, range?.limit).map((key) => `${key}=${this.#rows.get(key)}`)
    assert.deepEqual(
      answer.rows.map(({ key, value }) => `${key}=${textOf(value)}`),
      expected
    )
    assert.equal(answer.isEnd, ordered.length === expected.length)
  }

  #take(input: RecordsInput): readonly (StorageEffect | SayEffect)[] {
    const asked = this.#asked.shift()
    assert.equal(input.id, asked?.id, 'answers come in the order asked')
    assert.ok(asked)
    this.checkAnswer(asked.script, input)
    return asked.script.then === undefined ? [] : this.#run(asked.script.then)
  }

  #run(script: Script): readonly (StorageEffect | SayEffect)[] {
    const number = this.#history.last + 1
    const mutations: Mutation[] = []
    for (const key of script.writes) {
      this.#rows.set(key, String(number))
      mutations.push({ type: 'write', table: 'message', key, value: bytesOf(String(number)) })
    }
    for (const key of script.erases) {
      this.#rows.delete(key)
      mutations.push({ type: 'erase', table: 'message', key })
    }
    this.#history.states.push(serialize(this.#rows))
    const reads: Read[] = []
    if (script.keys.length > 0 || script.range !== undefined) {
      const id = ++this.#readId
      this.#asked.push({ id, script })
      const keys = script.keys.map((key): RowKey => ({ table: 'message', key }))
      const range: RangeQuery | undefined = script.range && { table: 'message', ...script.range }
      reads.push({ type: 'read', id, keys, ...(range && { range }) })
    }
    return [...mutations, ...reads, { type: 'say', number }]
  }
}

/** A process: a driver that may be dropped at any moment. */
class Life {
  readonly history: History
  readonly disk: MemoryDisk
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  driver: Driver<Input, StorageEffect | SayEffect, ModelMachine> | undefined
  isOver = false

  constructor(history: History, disk: MemoryDisk) {
    this.history = history
    this.disk = disk
  }

  async start(): Promise<void> {
    this.disk.resume()
    this.driver = await Driver.start<Input, StorageEffect | SayEffect, ModelMachine>({
      open: () => this.disk.open(),
      restore: async (store) => {
        const rows = await store.getRange(ALL)
        this.history.check(this.disk, this.history.lastTold)
        const texts = rows.map(({ key, value }) => [key, textOf(value) ?? ''] as const)
        this.history.states.push(serialize(texts))
        this.history.lastTold = this.history.last
        return new ModelMachine(this.history, new Map(texts))
      },
      clock: this.clock,
      log: this.log,
      perform: (effects) => {
        assert.ok(!this.isOver, 'nobody speaks after a crash')
        for (const { number } of effects) {
          this.tell(number)
        }
      },
      onCrash: () => undefined
    })
    this.disk.pause()
  }

  end(): void {
    this.isOver = true
    if (this.driver?.machine !== undefined) {
      this.driver.machine.isDead = true
    }
  }

  /** A handle was said or acknowledged: it and all before it are on the disk. */
  tell(number: number): void {
    assert.ok(number >= this.history.lastTold, 'effects come in order')
    this.history.lastTold = number
    this.history.check(this.disk, number)
  }

  /** Lets everything come through, a restart included. */
  async rest(): Promise<void> {
    this.disk.resume()
    await settle()
    this.clock.advance(10_000)
    await settle()
    assert.ok(this.driver?.isRunning)
    this.checkBugs()
    this.disk.pause()
  }

  /** What fails within the machine or `perform` is the driver's to catch and log. */
  checkBugs(): void {
    const bugs = this.log.entries.filter(({ fields }) => fields['code'] === 'SEALPOST_BUG')
    assert.deepEqual(bugs, [])
  }
}

type Step =
  | { readonly type: 'post' | 'handle'; readonly script: Script }
  | { readonly type: 'read'; readonly script: Script }
  | { readonly type: 'commits' | 'reads' | 'turn' | 'settle' | 'rest' | 'fail' }
  | { readonly type: 'crash'; readonly untold: number }

async function take(life: Life, step: Step): Promise<void> {
  const { disk, driver, history } = life
  assert.ok(driver)
  switch (step.type) {
    case 'post':
      driver.post({ type: 'do', atMs: driver.now(), script: step.script })
      return
    case 'handle': {
      const number = history.last + 1
      driver.handle({ type: 'do', atMs: driver.now(), script: step.script }).then(
        () => {
          assert.ok(history.lastTold >= number, 'a handle resolves after what it said')
        },
        () => undefined
      )
      return
    }
    case 'read': {
      const { keys, range } = step.script
      const { machine } = driver
      driver
        .read(
          keys.map((key) => ({ table: 'message', key })),
          range && { table: 'message', ...range }
        )
        .then(
          // The rows may have changed again before this runs: only the shape can be held to something.
          (answer) => assert.equal(answer.values.length, keys.length),
          () => assert.notEqual(driver.machine, machine, 'a read fails only in a crash')
        )
      return
    }
    case 'commits':
    case 'reads':
      disk.step(step.type)
      return
    case 'turn':
      await Promise.resolve()
      return
    case 'settle':
      await settle()
      return
    case 'rest':
      await life.rest()
      return
    case 'fail':
      disk.failNext('commits', 'SEALPOST_STORE_FULL')
      return
    case 'crash':
      disk.crash(step.untold)
  }
}

const someKeys = (maxLength: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength })
const range = fc.record({
  from: fc.constantFrom('', 'b', 'd'),
  to: fc.constantFrom('d', 'f', '~'),
  limit: fc.integer({ min: 1, max: 4 }),
  isReversed: fc.boolean()
})

function scripts(depth: number): fc.Arbitrary<Script> {
  return fc.record({
    writes: someKeys(3),
    erases: someKeys(3),
    keys: someKeys(2),
    range: fc.option(range, { nil: undefined }),
    then: depth === 0 ? fc.constant(undefined) : fc.option(scripts(depth - 1), { nil: undefined })
  })
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constantFrom('post', 'handle'), script: scripts(2) })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('read'), script: scripts(0) }) },
  {
    weight: 14,
    arbitrary: fc.record({
      type: fc.constantFrom('commits', 'commits', 'reads', 'reads', 'turn', 'settle')
    })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('rest', 'fail') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('crash'), untold: fc.nat(2) }) }
)

describe('Driver, held to the order of its inputs', () => {
  it('answers, commits and speaks as a sequence of inputs means', async () => {
    let answerCount = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps, { minLength: 10, maxLength: 60 }),
        fc.constantFrom('answer' as const, 'call' as const),
        async (plan, readsAt) => {
          const history = new History()
          const disk = new MemoryDisk({ readsAt })
          let life = new Life(history, disk)
          await life.start()
          for (const step of plan) {
            await take(life, step)
            history.check(disk, history.lastTold)
            if (step.type === 'crash') {
              life.checkBugs()
              life.end()
              life = new Life(history, disk)
              await life.start()
            }
          }
          await life.rest()
          await life.rest()
          history.check(disk, history.last)
          await life.driver?.close()
          answerCount += history.answerCount
        }
      ),
      { numRuns: 1_000 }
    )
    assert.ok(answerCount > 5_000, `only ${answerCount} answers were checked`)
  }).timeout(20_000)
})
