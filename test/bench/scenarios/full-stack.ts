/**
 * The simulator's full stack: what 300 real nodes in one process take, and how near a simulated scenario is to the same one played
 * by real nodes. Each run is a process of its own.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ComparedFigures } from '../../../packages/full-stack/bench/compared.ts'
import type { ManyNodes } from '../../../packages/full-stack/bench/many-nodes.ts'
import { type Figure, figure } from '../figures.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const [COMPARED, MANY_NODES] = ['compared', 'many-nodes'].map((name) =>
  fileURLToPath(new URL(`../../../packages/full-stack/bench/${name}.ts`, import.meta.url))
) as [string, string]
const CLIENTS_PER_RELAY = 14
/** Each client has mailboxes at so many. */
const RELAYS_MIN = 3
const GOAL_SECONDS = 60
const GOAL_MIB = 1_024
/** Of what is simulated: so far apart may the real figure be. */
const GOAL_BYTES_PERCENT = 2
const GOAL_LATENCY_PERCENT = 10
const LIMIT =
  'One thread does it all: some 10 ms for each connection, half of it Noise, and 100 ms for each two who meet by a link.'
const BUSY =
  'Where the clock stood still for much of the time the machine was busy, and what is compared is that.'

const runProgram = promisify(execFile)

export const fullStack: Scenario = {
  names: { 'full-stack': '300 real nodes in one process, and a scenario simulated beside real' },
  run
}

async function run({ depth, say }: Bench): Promise<Findings> {
  const nodes: ManyNodes[] = []
  const { comparedClients, comparedSeconds, stackClients, stackRounds } = depth
  const relays = Math.max(RELAYS_MIN, Math.round(stackClients / CLIENTS_PER_RELAY))
  for (let round = 0; round < stackRounds; round++) {
    say(`full stack, ${stackClients + relays} nodes, round ${round + 1} of ${stackRounds}`)
    nodes.push(await answer<ManyNodes>(MANY_NODES, stackClients, relays))
  }
  say(`full stack, ${comparedClients} people simulated and real, for ${comparedSeconds} s`)
  const compared = await answer<ComparedFigures>(COMPARED, comparedClients, comparedSeconds)
  return {
    figures: [
      ...nodeFigures(nodes, stackClients + relays),
      ...comparedFigures(compared, comparedClients)
    ],
    remarks: [
      'Nodes of the full stack are the sources in one process: for 14 clients a relay; each client has mailboxes at three and two contacts on average; all write for five seconds.'
    ]
  }
}

async function answer<Answer>(program: string, ...words: readonly number[]): Promise<Answer> {
  const { stdout } = await runProgram(process.execPath, [program, ...words.map(String)])
  return JSON.parse(stdout) as Answer
}

function nodeFigures(rounds: readonly ManyNodes[], count: number): readonly Figure[] {
  const scenario = 'full-stack'
  const of = (name: keyof ManyNodes): readonly number[] => rounds.map((round) => round[name])
  return [
    figure({
      scenario,
      name: `${count} real nodes: start, meet, write, stop`,
      unit: 's',
      rounds: of('seconds'),
      goalMax: GOAL_SECONDS,
      limit: LIMIT,
      details: {
        meetSeconds: of('meetSeconds'),
        texts: of('texts'),
        stoodStillShare: of('stoodStillShare')
      }
    }),
    figure({
      scenario,
      name: `${count} real nodes: processor time`,
      unit: 's of CPU',
      rounds: of('cpuSeconds')
    }),
    figure({
      scenario,
      name: `${count} real nodes: resident memory at most`,
      unit: 'MiB',
      rounds: of('rssMib'),
      goalMax: GOAL_MIB
    })
  ]
}

function comparedFigures(compared: ComparedFigures, count: number): readonly Figure[] {
  const { bytes, lateP95Ms, p50, p95, stoodStillShare, strayTexts, texts } = compared
  const { simulatedP50Ms, simulatedP95Ms } = compared
  const scenario = 'full-stack'
  const what = `${count} people, real beside simulated`
  const percent = (times: number): readonly number[] => [Math.abs(times - 1) * 100]
  const machine = { lateP95Ms: [lateP95Ms], stoodStillShare: [stoodStillShare] }
  return [
    figure({
      scenario,
      name: `${what}: texts that came in one alone`,
      unit: 'texts',
      rounds: [strayTexts],
      goalMax: 0,
      details: { texts: [texts] }
    }),
    figure({
      scenario,
      name: `${what}: bytes`,
      unit: '% apart',
      rounds: percent(bytes),
      goalMax: GOAL_BYTES_PERCENT
    }),
    figure({
      scenario,
      name: `${what}: network latency p50`,
      unit: '% apart',
      rounds: percent(p50),
      goalMax: GOAL_LATENCY_PERCENT,
      limit: BUSY,
      details: { simulatedMs: [simulatedP50Ms], ...machine }
    }),
    figure({
      scenario,
      name: `${what}: network latency p95`,
      unit: '% apart',
      rounds: percent(p95),
      goalMax: GOAL_LATENCY_PERCENT,
      limit: BUSY,
      details: { simulatedMs: [simulatedP95Ms], ...machine }
    })
  ]
}
