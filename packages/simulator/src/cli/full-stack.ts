/** The fidelity that is a package of its own, with everything that people run: only what asks for it loads it. */
import { UsageError } from '@sealpost/protocol'
import type { RunScenario } from './seed-task.ts'

/** No compiler and no bundler is to follow it. */
const PACKAGE: string = '@sealpost/full-stack'

/** @throws UsageError `SEALPOST_USAGE` where the package is not there */
export async function loadFullStack(name: string = PACKAGE): Promise<RunScenario> {
  try {
    const { runFullStack } = (await import(name)) as { readonly runFullStack: RunScenario }
    return runFullStack
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') {
      throw new UsageError(
        'SEALPOST_USAGE',
        'Fidelity full-stack runs the relay and the clients themselves, which are not installed with this command. Run it in a checkout of Sealpost, or choose another fidelity.',
        { cause }
      )
    }
    throw cause
  }
}
