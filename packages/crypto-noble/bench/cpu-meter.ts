import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { EngineMeter } from './engine-tasks.ts'

/**
 * CPU of this process, all its threads. Garbage is collected before anything counts, or one engine would be charged with what
 * the other left.
 */
export function cpuMeter(): EngineMeter {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return {
    nowUs() {
      const { system, user } = process.cpuUsage()
      return user + system
    },
    async settle() {
      collect()
      // The finalizers of libsignal's objects run in a later turn.
      await turn()
      await turn()
    }
  }
}
