import process from 'node:process'

const WARM_UP_MS = 100
const MEASURED_MS = 400

/** Microseconds of processor time of one call, on average over many, once the code is as fast as it gets. */
export async function cpuUs(task: () => Promise<unknown>): Promise<number> {
  await callsWithin(WARM_UP_MS, task)
  const before = process.cpuUsage()
  const count = await callsWithin(MEASURED_MS, task)
  return sinceUs(before) / count
}

/** The same of what waits for nothing. */
export function cpuUsSync(task: () => unknown): number {
  callsWithinSync(WARM_UP_MS, task)
  const before = process.cpuUsage()
  const count = callsWithinSync(MEASURED_MS, task)
  return sinceUs(before) / count
}

async function callsWithin(durationMs: number, task: () => Promise<unknown>): Promise<number> {
  const endMs = performance.now() + durationMs
  let count = 0
  do {
    await task()
    count += 1
  } while (performance.now() < endMs)
  return count
}

function callsWithinSync(durationMs: number, task: () => unknown): number {
  const endMs = performance.now() + durationMs
  let count = 0
  do {
    task()
    count += 1
  } while (performance.now() < endMs)
  return count
}

function sinceUs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}
