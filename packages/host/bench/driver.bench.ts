/**
 * What the driver's own bookkeeping costs for each handle: a machine that does nothing over a store that does nothing.
 * `node packages/host/bench/driver.bench.ts`
 */
import type { Machine, MachineInput, StorageEffect, Write } from '@sealpost/core'
import { Driver, type Store } from '../src/index.ts'
import { MemoryLog } from '../src/testing/index.ts'

const HANDLES = 400_000

interface Reply {
  readonly type: 'reply'
}

interface Task {
  readonly title: string
  readonly effects: (number: number) => readonly (StorageEffect | Reply)[]
  readonly perTurn: number
}

const value = new Uint8Array(64)
const REPLY: Reply = { type: 'reply' }

function write(table: Write['table'], key: string): Write {
  return { type: 'write', table, key, value }
}

const keys = Array.from({ length: HANDLES }, (_, number) => number.toString(16).padStart(64, '0'))
const keyOf = (number: number): string => keys[number % HANDLES] ?? ''

const TASKS: readonly Task[] = [
  { title: 'a reply, nothing written, 1 a turn', perTurn: 1, effects: () => [REPLY] },
  ...[1, 16, 64].map((perTurn) => ({
    title: `3 writes and a reply, ${String(perTurn)} a turn`,
    perTurn,
    effects: (number: number) => [
      write('envelope', keyOf(number)),
      write('envelope-index', keyOf(number)),
      write('mailbox', keyOf(number % 1_000)),
      REPLY
    ]
  })),
  ...[1, 16].map((perTurn) => ({
    title: `2 keys read, then 3 writes and a reply, ${String(perTurn)} a turn (two handles)`,
    perTurn,
    effects: (number: number) => [
      {
        type: 'read' as const,
        id: number,
        keys: [
          { table: 'mailbox' as const, key: keyOf(number) },
          { table: 'link' as const, key: keyOf(number) }
        ]
      }
    ]
  }))
]

class BenchMachine implements Machine<MachineInput, StorageEffect | Reply> {
  readonly #effects: Task['effects']
  #number = 0

  constructor(effects: Task['effects']) {
    this.#effects = effects
  }

  handle(input: MachineInput): readonly (StorageEffect | Reply)[] {
    const number = this.#number++
    if (input.type === 'records') {
      return [
        write('envelope', keyOf(number)),
        write('envelope-index', keyOf(number)),
        write('mailbox', keyOf(number % 1_000)),
        REPLY
      ]
    }
    return this.#effects(number)
  }

  deadlineMs(): number | undefined {
    return undefined
  }
}

const STORE: Store = {
  getMany: (rowKeys) => Promise.resolve(rowKeys.map(() => value)),
  getRange: () => Promise.resolve([]),
  commit: () => Promise.resolve(),
  close: () => Promise.resolve()
}

async function measure({ title, effects, perTurn }: Task): Promise<void> {
  let saidCount = 0
  const driver = await Driver.start<MachineInput, StorageEffect | Reply>({
    open: () => Promise.resolve(STORE),
    restore: () => Promise.resolve(new BenchMachine(effects)),
    clock: {
      wallMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      setTimer: (ms, callback) => {
        const timer = setTimeout(callback, ms)
        return () => {
          clearTimeout(timer)
        }
      }
    },
    log: new MemoryLog(),
    perform: (said) => {
      saidCount += said.length
    },
    onCrash: (error) => {
      throw error
    }
  })
  const rounds = []
  for (let round = 0; round < 5; round++) {
    const start = process.cpuUsage()
    for (let done = 0; done < HANDLES; done += perTurn) {
      for (let number = 0; number < perTurn; number++) {
        driver.post({ type: 'x', atMs: driver.now() })
      }
      await Promise.resolve()
    }
    const { user, system } = process.cpuUsage(start)
    rounds.push((user + system) / HANDLES)
  }
  await driver.close()
  rounds.sort((a, b) => a - b)
  const [best = 0, , median = 0] = rounds
  console.log(
    `${median.toFixed(2)} us (best ${best.toFixed(2)}) ${title}; said ${String(saidCount)}`
  )
}

for (const task of TASKS) {
  await measure(task)
}
