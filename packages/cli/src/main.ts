/** Where the command `sealpost` begins. */
import process from 'node:process'
import { INTERRUPTED_CODE } from './failure.ts'
import { runSealpost } from './run-sealpost.ts'
import { ProcessScreen } from './screen/process-screen.ts'

const ending = new AbortController()

/** The first time it is a request, which the command ends upon; the second time it is meant. */
function interrupt(): void {
  if (ending.signal.aborted) {
    process.exit(INTERRUPTED_CODE)
  }
  ending.abort()
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, interrupt)
}

const screen = new ProcessScreen(interrupt)
const code = await runSealpost(process.argv.slice(2), {
  screen,
  environment: process.env,
  signal: ending.signal
})
await screen.close()
// All that was said has been written; what else keeps the process is of no use to anybody.
process.exit(code)
