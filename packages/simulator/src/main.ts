/** Where the command `sealpost-sim` begins; and each of its threads, which run seeds. */
import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { INTERRUPTED_CODE } from './cli/failure.ts'
import { runSealpostSim } from './cli/run-sealpost-sim.ts'
import { seedRunner } from './cli/run-seeds.ts'
import { ProcessScreen } from './cli/screen.ts'
import { serveSeeds } from './cli/seed-worker.ts'
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
  process.exitCode = await runSealpostSim(process.argv.slice(2), {
    screen: new ProcessScreen(interrupt),
    signal: ending.signal,
    directory: process.cwd(),
    runSeeds: seedRunner(new URL(import.meta.url))
  })
}

if (isMainThread) {
  await main()
} else {
  serveSeeds(runScenario)
}
