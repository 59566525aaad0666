/** Where the command `sealpost-sim` begins; and each of its threads, which run seeds. */
import process from 'node:process'
import { isMainThread, workerData } from 'node:worker_threads'
import { INTERRUPTED_CODE } from './cli/failure.ts'
import { loadFullStack } from './cli/full-stack.ts'
import { huntTask } from './cli/hunt-task.ts'
import { runSealpostSim } from './cli/run-sealpost-sim.ts'
import { ProcessScreen } from './cli/screen.ts'
import { runTask, type SeedTask } from './cli/seed-task.ts'
import { serveThread } from './cli/thread-work.ts'
import { threadsFor } from './cli/threads.ts'
import { runScenario } from './run/run-scenario.ts'

async function main(): Promise<void> {
  const ending = new AbortController()
  /** The first time it is a request, after which what is done is kept; the second time it is meant. */
  const interrupt = (): void => {
    if (ending.signal.aborted) {
      process.exit(INTERRUPTED_CODE)
    }
    ending.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, interrupt)
  }
  const program = new URL(import.meta.url)
  process.exitCode = await runSealpostSim(process.argv.slice(2), {
    screen: new ProcessScreen(interrupt),
    signal: ending.signal,
    directory: process.cwd(),
    runSeeds: threadsFor(program, 'run'),
    huntSeeds: threadsFor(program, 'hunt')
  })
}

if (isMainThread) {
  await main()
} else if (workerData === 'hunt') {
  serveThread(huntTask)
} else {
  serveThread(async (task: SeedTask, onProgress) => {
    const run = task.scenario.fidelity === 'full-stack' ? await loadFullStack() : runScenario
    return runTask(task, run, onProgress)
  })
}
