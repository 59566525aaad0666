/**
 * The history of an account comes to a new device: real processes, LevelDB, libp2p, a relay. Either device is killed while it goes on.
 *
 * ```
 *   home with a history -> code shown -> new device joins and is opened -> killed, opened again, ... -> all of it is there, once
 * ```
 * The time counts from the moment at which the new device is opened, restarts of what was killed included.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { BenchRelay } from './bench-relay.ts'
import { MeasuredProcess } from './measured-process.ts'

const DEVICE = new URL('history-device.ts', import.meta.url)
/** What is said of how far it is: so often. */
const SHARES = 10

interface HowFar {
  readonly done: number
  readonly total: number
  readonly isDone: boolean
}

export interface TransferOptions {
  /** For homes, for this run alone. */
  readonly directory: string
  readonly relay: BenchRelay
  /** Whether the devices may reach each other without the relay. */
  readonly isDirect: boolean
  readonly count: number
  /** Bytes behind each text of some 60. */
  readonly padding: number
  /** How often a device is killed, in turns: evenly spread over the history. */
  readonly killCount: number
  readonly say: (text: string) => void
}

export interface Transferred {
  readonly seconds: number
  /** Seconds of CPU. */
  readonly oldDeviceCpu: number
  readonly newDeviceCpu: number
  readonly relayCpu: number
  /** What the new device said of how far it was, whenever it was looked at. */
  readonly told: readonly HowFar[]
}

/** A device over all its processes. */
class Device {
  readonly #words: readonly string[]
  #process: MeasuredProcess
  #cpuUs = 0

  constructor(home: string, isDirect: boolean) {
    this.#words = [home, ...(isDirect ? ['direct'] : [])]
    this.#process = MeasuredProcess.start(DEVICE, { args: this.#words })
  }

  get process(): MeasuredProcess {
    return this.#process
  }

  async cpuSeconds(): Promise<number> {
    return (this.#cpuUs + (await this.#process.usage()).cpuUs) / 1e6
  }

  /** What it used so far counts for nothing. */
  async forget(): Promise<void> {
    this.#cpuUs = -(await this.#process.usage()).cpuUs
  }

  async kill(): Promise<void> {
    this.#cpuUs += (await this.#process.usage()).cpuUs
    await this.#process.kill()
    this.#process = MeasuredProcess.start(DEVICE, { args: this.#words })
    await this.#process.call('open')
  }
}

/** @throws AssertionError where a message is missing or there twice in the end. */
export async function transferHistory(options: TransferOptions): Promise<Transferred> {
  const { directory, relay, isDirect, count, padding } = options
  const [old, fresh] = ['laptop', 'phone'].map(
    (name) => new Device(join(directory, name), isDirect)
  ) as [Device, Device]
  try {
    const otherHome = join(directory, 'bob')
    const relays = [relay.address]
    await old.process.call('acquaint', { relays, otherHome, count, padding })
    await old.process.call('open')
    await fresh.process.call('join', await old.process.call<string>('showCode'))
    await Promise.all([old.forget(), fresh.forget()])
    const relayBefore = await relay.process.usage()
    const startMs = performance.now()
    await fresh.process.call('open')
    const told = await interrupt(old, fresh, options)
    const seconds = (performance.now() - startMs) / 1_000
    const relayAfter = await relay.process.usage()
    const transferred = {
      seconds,
      oldDeviceCpu: await old.cpuSeconds(),
      newDeviceCpu: await fresh.cpuSeconds(),
      relayCpu: (relayAfter.cpuUs - relayBefore.cpuUs) / 1e6,
      told
    }
    assert.equal(await fresh.process.call('check', { count, padding }), count)
    return transferred
  } finally {
    await Promise.all([old.process.stop(), fresh.process.stop()])
  }
}

/** @returns what the new device said of how far it was. */
async function interrupt(
  old: Device,
  fresh: Device,
  { count, killCount, say }: TransferOptions
): Promise<readonly HowFar[]> {
  const told: HowFar[] = []
  const reached = async (share: number): Promise<HowFar> => {
    const last = await fresh.process.call<HowFar>('reached', Math.floor(count * share))
    told.push(last)
    return last
  }
  for (let kill = 1; kill <= killCount; kill++) {
    await reached(kill / (killCount + 1))
    const [victim, name] = kill % 2 === 1 ? [fresh, 'new'] : [old, 'old']
    say(`kill ${String(kill)} of ${String(killCount)}: the ${name} device`)
    await victim.kill()
  }
  for (;;) {
    const share = Math.min(1, (told.at(-1)?.done ?? 0) / count + 1 / SHARES)
    const { done, total, isDone } = await reached(share)
    say(`${String(done)} of ${String(total)} messages`)
    if (isDone) {
      return told
    }
    if (share === 1) {
      await fresh.process.call('ended')
    }
  }
}
