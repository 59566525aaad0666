/**
 * What an event costs the simulator while so many others are pending: the bare queues in turns, and the kernel with functions that
 * it runs. Each turn is a process of its own, so that the compiler sees one queue alone.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Held, HeldWhat } from '../../../packages/simulator/bench/hold-model.ts'
import { type Figure, figure, formatNumber } from '../figures.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const HOLD_MODEL = fileURLToPath(
  new URL('../../../packages/simulator/bench/hold-model.ts', import.meta.url)
)
/** Of 100,000 pending: 5 million events a second, and so much room for each. */
const GOAL_PENDING = 100_000
const GOAL_US = 0.2
const GOAL_BYTES = 64
/** Of fewer the process itself is most. */
const MEMORY_PENDING_MIN = 10_000
const LIMIT = 'Lines of the cache that are not there: each event lies somewhere else than the last.'

const QUEUES = ['heap', 'lazy'] as const

const runProgram = promisify(execFile)

export const simulatorKernel: Scenario = {
  names: { 'simulator-kernel': 'an event of the simulator: its queues alone, and its kernel' },
  run
}

async function run(bench: Bench): Promise<Findings> {
  const figures: Figure[] = []
  for (const pending of bench.depth.pendingEvents) {
    figures.push(...(await measure(bench, pending)))
  }
  return {
    figures,
    remarks: [
      'The simulator takes one event and puts it back 10 to 300 ms (70 %), 1 to 60 s (25 %) or 10 min to 2 h (5 %) later, over and over.'
    ]
  }
}

async function measure({ depth, say }: Bench, pending: number): Promise<readonly Figure[]> {
  const held: Record<string, Held[]> = {}
  const turns = (['queue', 'kernel', 'closures'] as const).flatMap((what) =>
    QUEUES.map((queue) => ({ what, queue, name: `${what} ${queue}` }))
  )
  for (let round = 0; round < depth.rounds; round++) {
    say(`simulator, ${formatNumber(pending)} pending, round ${round + 1} of ${depth.rounds}`)
    for (const { what, queue, name } of turns) {
      held[name] = [...(held[name] ?? []), await hold(what, queue, pending, depth.heldEvents)]
    }
  }
  const all = (name: string): readonly Held[] => held[name] ?? []
  return [
    ...QUEUES.flatMap((queue) => queueFigures(queue, pending, all(`queue ${queue}`))),
    figure({
      scenario: 'simulator-kernel',
      name: `the lazy queue beside the heap, ${formatNumber(pending)} pending`,
      unit: 'times the heap',
      rounds: all('queue lazy').map(
        ({ usPerEvent }, round) => usPerEvent / (all('queue heap')[round]?.usPerEvent ?? NaN)
      )
    }),
    ...QUEUES.flatMap((queue) => [
      kernelFigure(`a function for each node, ${queue} queue`, pending, all(`kernel ${queue}`)),
      kernelFigure(`a new function each time, ${queue} queue`, pending, all(`closures ${queue}`))
    ])
  ]
}

async function hold(what: HeldWhat, queue: string, pending: number, events: number): Promise<Held> {
  const words = [HOLD_MODEL, what, queue, String(pending), String(events)]
  const { stdout } = await runProgram(process.execPath, words)
  return JSON.parse(stdout) as Held
}

function queueFigures(queue: string, pending: number, held: readonly Held[]): readonly Figure[] {
  const isGoal = pending === GOAL_PENDING
  const of = `${queue} queue, ${formatNumber(pending)} pending`
  return [
    figure({
      scenario: 'simulator-kernel',
      name: of,
      unit: 'us of CPU per event',
      rounds: usOf(held),
      goalMax: isGoal ? GOAL_US : undefined,
      limit: LIMIT,
      details: { perSecond: perSecondOf(held) }
    }),
    ...(pending < MEMORY_PENDING_MIN
      ? []
      : [
          figure({
            scenario: 'simulator-kernel',
            name: `${of}: memory`,
            unit: 'bytes per event',
            rounds: held.map(({ bytesPerEvent }) => bytesPerEvent),
            goalMax: isGoal ? GOAL_BYTES : undefined
          })
        ])
  ]
}

function kernelFigure(what: string, pending: number, held: readonly Held[]): Figure {
  return figure({
    scenario: 'simulator-kernel',
    name: `kernel, ${what}, ${formatNumber(pending)} pending`,
    unit: 'us of CPU per event',
    rounds: usOf(held),
    details: {
      perSecond: perSecondOf(held),
      bytesPerEvent: held.map(({ bytesPerEvent }) => bytesPerEvent)
    }
  })
}

function usOf(held: readonly Held[]): readonly number[] {
  return held.map(({ usPerEvent }) => usPerEvent)
}

function perSecondOf(held: readonly Held[]): readonly number[] {
  return held.map(({ usPerEvent }) => 1_000_000 / usPerEvent)
}
