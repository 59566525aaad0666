import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseRelayAddress, type RelayAddress } from '@sealpost/protocol'
import { MeasuredProcess } from './measured-process.ts'
import type { Bench } from './scenario.ts'

const PLENTY = 1_000_000_000

/** What the bench asks of a relay beyond its usual bounds: all senders come from one address, and none of them pauses. */
export const RAISED_BOUNDS: Readonly<Record<string, number>> = {
  'deposits-per-second': PLENTY,
  'deposit-burst': PLENTY,
  'requests-per-second': PLENTY,
  'request-burst': PLENTY,
  'mailbox-deposits-per-minute': PLENTY,
  'registrations-per-hour-per-range': PLENTY,
  'connections-per-range-max': 10_000,
  'contact-envelopes-max': PLENTY,
  'contact-bytes-max': 1_000 * PLENTY,
  'work-bits': 0
}

/** The rates alone: quotas, work and the rest as an operator has them. */
export const RAISED_RATES: Readonly<Record<string, number>> = {
  ...RAISED_BOUNDS,
  'contact-envelopes-max': 512,
  'contact-bytes-max': 8 * 1024 * 1024
}

/** A relay as an operator runs it, in a process of its own. */
export interface BenchRelay {
  readonly process: MeasuredProcess
  readonly address: RelayAddress
  /** As a person pastes it. */
  readonly addressText: string
}

/** Starts the relay's command on a store of its own. */
export async function startBenchRelay(
  bench: Pick<Bench, 'apps' | 'directory'>,
  name: string,
  options: Readonly<Record<string, number>> = RAISED_BOUNDS
): Promise<BenchRelay> {
  const directory = join(bench.directory, name)
  await mkdir(directory, { recursive: true })
  const config = join(directory, 'relay.yaml')
  await writeFile(
    config,
    Object.entries(options)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join('')
  )
  const words = [
    'run',
    '--data',
    join(directory, 'data'),
    '--listen',
    '127.0.0.1:0',
    '--config',
    config
  ]
  const process = MeasuredProcess.start(bench.apps.relay, { args: [...words, '--json'] })
  const addressText = await process.line((line) => {
    const word = JSON.parse(line) as { event?: string; address?: string }
    return word.event === 'ready' ? word.address : undefined
  })
  return { process, address: parseRelayAddress(addressText), addressText }
}
