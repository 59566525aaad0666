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
  'bytes-per-second-per-key': PLENTY,
  'bytes-per-second-per-range': PLENTY,
  'connections-per-minute-per-range': 1_000_000,
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

/** Where the relay of that name keeps its data. */
export function dataOf(bench: Pick<Bench, 'directory'>, name: string): string {
  return join(bench.directory, name, 'data')
}

/** Where a relay listens. */
export interface BenchPorts {
  /** For people; any free one where it is left out. */
  readonly listen?: string
  /** Whether the operator's port is open. */
  readonly hasOperatorPort?: boolean
}

/** Starts the relay's command on a store of its own, that which a relay of the same name left if there was one. */
export async function startBenchRelay(
  bench: Pick<Bench, 'apps' | 'directory'>,
  name: string,
  options: Readonly<Record<string, number | string>> = RAISED_BOUNDS,
  { listen = '127.0.0.1:0', hasOperatorPort = false }: BenchPorts = {}
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
    dataOf(bench, name),
    '--listen',
    listen,
    '--operator-listen',
    hasOperatorPort ? '127.0.0.1:0' : 'none',
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
