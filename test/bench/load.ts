import { setTimeout as delay } from 'node:timers/promises'
import type { MeasuredProcess, Usage } from './measured-process.ts'

/** Does one operation, and calls back when it is answered. */
export type Operation = (answered: () => void) => void

/**
 * Keeps `inFlight` operations of each lane under way until each lane has done `count`. What an answer makes room for is sent in
 * the turn of the answer, so that what was answered together is followed together.
 */
export async function keepInFlight(
  lanes: readonly Operation[],
  { inFlight, count }: { readonly inFlight: number; readonly count: number }
): Promise<void> {
  await Promise.all(
    lanes.map(
      async (operation) =>
        new Promise<void>((resolve) => {
          let sent = 0
          let answered = 0
          const onAnswer = (): void => {
            answered++
            if (sent < count) {
              sent++
              operation(onAnswer)
            } else if (answered === count) {
              resolve()
            }
          }
          while (sent < Math.min(inFlight, count)) {
            sent++
            operation(onAnswer)
          }
        })
    )
  )
}

/** What some operations have cost a process. */
export interface Cost {
  readonly cpuUs: number
  /** Of these, on the thread that runs JavaScript. */
  readonly mainThreadUs: number
  readonly perSecond: number
}

/** Above this share of a core a process is still at work. */
const QUIET_SHARE = 0.03
const LOOK_MS = 50
const QUIET_LOOKS = 3
const LOOKS_MAX = 200

/** Resolves once a process has hardly used the CPU for a while: what was left to do in the background is done. */
export async function quiet(measured: MeasuredProcess): Promise<Usage> {
  let last = await measured.usage()
  let lastMs = performance.now()
  for (let look = 0, calm = 0; look < LOOKS_MAX && calm < QUIET_LOOKS; look++) {
    await delay(LOOK_MS)
    const usage = await measured.usage()
    const nowMs = performance.now()
    const share = (usage.cpuUs - last.cpuUs) / ((nowMs - lastMs) * 1_000)
    calm = share < QUIET_SHARE ? calm + 1 : 0
    last = usage
    lastMs = nowMs
  }
  return last
}

/**
 * What `count` operations cost a process, from quiet to quiet: what it does later because of them (compaction above all) is
 * theirs too. `perSecond` counts the time until the last answer.
 */
export async function costOf(
  measured: MeasuredProcess,
  count: number,
  work: () => Promise<void>
): Promise<Cost> {
  const before = await quiet(measured)
  const startMs = performance.now()
  await work()
  const tookMs = performance.now() - startMs
  const after = await quiet(measured)
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / count,
    mainThreadUs: (after.mainThreadUs - before.mainThreadUs) / count,
    perSecond: (count / tookMs) * 1_000
  }
}
