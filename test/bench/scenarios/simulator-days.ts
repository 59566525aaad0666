/**
 * What a simulated day of a person costs, over the shipped machines: CPU and memory, by fidelity and replicas. The goals are those of
 * whole runs, for each of their people: 1,000 in 10 s and 300 MB, 10,000 with the real codec in 3 min and 2 GiB, 100,000 in 10 min and
 * 4 GiB.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SimulatedDays } from '../../../packages/simulator/bench/simulated-days.ts'
import { type Figure, figure } from '../figures.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const SIMULATED_DAYS = fileURLToPath(
  new URL('../../../packages/simulator/bench/simulated-days.ts', import.meta.url)
)
const RELAYS = 20
const LIMIT =
  'The machines’ own work for each text, receipt and session: no function of it takes a tenth.'
const LIMIT_OF_MEMORY =
  'A dozen mailboxes for each contact, at the client and at its relays, each with its secrets and rows.'

interface Measured {
  readonly fidelity: 'object' | 'wire'
  readonly replicas: number
  /** In ms and KiB for each person and day. */
  readonly cpuMsMax: number
  readonly memoryKibMax: number
}

const MEASURED: readonly Measured[] = [
  { fidelity: 'object', replicas: 3, cpuMsMax: 10, memoryKibMax: 293 },
  { fidelity: 'wire', replicas: 3, cpuMsMax: 18, memoryKibMax: 210 },
  { fidelity: 'object', replicas: 2, cpuMsMax: 6, memoryKibMax: 42 }
]

const runProgram = promisify(execFile)

export const simulatorDays: Scenario = {
  names: { 'simulator-days': 'a day of a simulated person: CPU and memory' },
  run
}

async function run({ depth, say }: Bench): Promise<Findings> {
  const held = MEASURED.map((measured) => ({ measured, rounds: [] as SimulatedDays[] }))
  for (let round = 0; round < depth.simulatedDayRounds; round++) {
    for (const { measured, rounds } of held) {
      say(
        `simulator, a day of ${depth.simulatedPeople} people, ${measured.fidelity}, round ${round + 1}`
      )
      rounds.push(await simulate(depth.simulatedPeople, measured))
    }
  }
  return {
    figures: held.flatMap(({ measured, rounds }) =>
      figuresOf(measured, rounds, depth.simulatedPeople)
    ),
    remarks: [
      `A day of ${depth.simulatedPeople} people with 12 contacts each at ${RELAYS} relays, in a process of its own; the compiler’s work is in it.`
    ]
  }
}

async function simulate(people: number, { fidelity, replicas }: Measured): Promise<SimulatedDays> {
  const words = [SIMULATED_DAYS, String(people), String(RELAYS), String(replicas), fidelity]
  const { stdout } = await runProgram(process.execPath, words)
  return JSON.parse(stdout) as SimulatedDays
}

function figuresOf(
  { cpuMsMax, fidelity, memoryKibMax, replicas }: Measured,
  rounds: readonly SimulatedDays[],
  people: number
): readonly Figure[] {
  const scenario = 'simulator-days'
  const of = `${fidelity}, ${replicas} replicas`
  return [
    figure({
      scenario,
      name: `a person’s day, ${of}`,
      unit: 'ms of CPU',
      rounds: rounds.map(({ cpuSeconds }) => (cpuSeconds * 1e3) / people),
      goalMax: cpuMsMax,
      limit: LIMIT,
      details: {
        usPerEvent: rounds.map(({ cpuSeconds, events }) => (cpuSeconds * 1e6) / events),
        eventsPerText: rounds.map(({ events, texts }) => events / texts)
      }
    }),
    figure({
      scenario,
      name: `a person’s memory, ${of}`,
      unit: 'KiB',
      rounds: rounds.map(({ emptyBytes, peakBytes }) => (peakBytes - emptyBytes) / 1024 / people),
      goalMax: memoryKibMax,
      limit: LIMIT_OF_MEMORY
    })
  ]
}
