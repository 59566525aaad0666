/** Finds out what there is to know about a relay, without changing anything: whether or not it runs. */
import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { reserveBytesOf } from '@sealpost/core'
import {
  type DoctorFacts,
  isOperatorError,
  ParamValues,
  type ProcessFacts,
  type ReachFacts
} from '@sealpost/operator'
import type { RelayConfig } from '../config/config.ts'
import { askNeighbour } from '../neighbours/neighbour-watch.ts'
import { callRelay } from '../operator/call-relay.ts'
import { type DataDirectory, dataDirectory } from '../store/data-directory.ts'
import { measureFileSystem } from '../store/disk-guard.ts'
import { effectiveConfig } from './effective-config.ts'
import { clockOffsetMs, tryAddress } from './try-address.ts'
import { tryDirectory } from './try-directory.ts'
import { tryPort } from './try-port.ts'

/** Files beside those of connections: LevelDB's, the listener's, the log's. */
const FILES_BESIDE = 512
const MIB = 1024 * 1024
/** What a relay takes before anybody is connected, and for each connection. */
const MEMORY_BASE_BYTES = 192 * MIB
const CONNECTION_BYTES = 0.2 * MIB

export interface LookOptions {
  /** What a start would take; a relay that runs is asked what it goes by. */
  readonly config: RelayConfig
  /** What was said on the command line. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** Why the configuration is refused; `config` is the default one then. */
  readonly configFailure: string | undefined
  /** Addresses of other relays, asked for the time and to dial back; the neighbours, where there is none. */
  readonly asked: readonly string[]
  readonly wallMs: () => number
  readonly version: string
}

export async function lookAround(options: LookOptions): Promise<DoctorFacts> {
  const { configFailure, version, wallMs } = options
  const directory = dataDirectory(options.config.data)
  const { process, address } = await lookAtProcess(directory)
  const isRunning = process.state === 'serving' || process.state === 'draining'
  const effective = isRunning ? await effectiveConfig(directory.path, options.flags) : undefined
  const config = effective ?? options.config
  const told = isRunning ? toldAddresses(config, address) : []
  const asked = options.asked.length > 0 ? options.asked : config.neighbours
  const [tried, disk, openFiles, listening, addresses, reach, offsets] = await Promise.all([
    tryDirectory(directory, wallMs),
    lookAtDisk(config),
    lookAtOpenFiles(directory, config),
    Promise.all(config.listen.map((endpoint) => tryPort(endpoint, isRunning))),
    isRunning ? Promise.all(config.relay.addresses.map(tryAddress)) : [],
    Promise.all(told.map((address) => askToDial(address, asked))),
    Promise.all(asked.map((address) => clockOffsetMs(address, wallMs)))
  ])
  const { isClockBehind, ...inDirectory } = tried
  return {
    configFailure,
    ...inDirectory,
    process,
    disk,
    openFiles,
    memory: lookAtMemory(config),
    listening,
    addresses,
    reach,
    clock: {
      offsetMs: median(offsets.filter((offset) => offset !== undefined)),
      askedCount: asked.length,
      isBehindFiles: isClockBehind
    },
    version
  }
}

/** What people are told, each address with the relay's peer id; nothing where it does not run. */
function toldAddresses({ relay }: RelayConfig, line: string | undefined): readonly string[] {
  const [first = '', peerId] = line?.split('/p2p/') ?? []
  const addresses = relay.addresses.length > 0 ? relay.addresses : [first]
  return peerId === undefined ? [] : addresses.map((address) => `${address}/p2p/${peerId}`)
}

async function askToDial(address: string, asked: readonly string[]): Promise<ReachFacts> {
  const said = await Promise.all(asked.map((neighbour) => askNeighbour(neighbour, address)))
  return {
    address: address.split('/p2p/')[0] ?? '',
    askedCount: asked.length,
    toldCount: said.filter((isReached) => isReached !== undefined).length,
    reachedCount: said.filter((isReached) => isReached === true).length
  }
}

/** The relay's process, and the line that it gives to people. */
async function lookAtProcess(
  directory: DataDirectory
): Promise<{ readonly process: ProcessFacts; readonly address: string | undefined }> {
  try {
    const status = await callRelay(directory.path, 'status', ParamValues.parse([], {}))
    const { address, capacity, certificate, crashCount, load, state, version } = status
    return { process: { state, version, capacity, certificate, crashCount, load }, address }
  } catch (error) {
    const processId = await holderOf(directory)
    if (processId !== undefined) {
      return { process: { state: 'silent', processId }, address: undefined }
    }
    if (isOperatorError(error) && error.code === 'SEALPOST_NOT_RUNNING') {
      return { process: { state: 'absent' }, address: undefined }
    }
    throw error
  }
}

/** The process that says it has the store, if it is alive. */
async function holderOf({ pidPath }: DataDirectory): Promise<number | undefined> {
  try {
    const processId = Number(await readFile(pidPath, 'utf8'))
    process.kill(processId, 0)
    return processId
  } catch {
    return undefined
  }
}

async function lookAtDisk({ data, relay }: RelayConfig): Promise<DoctorFacts['disk']> {
  try {
    const { freeBytes, totalBytes } = await measureFileSystem(data)
    return { freeBytes, totalBytes, reserveBytes: reserveBytesOf(relay, totalBytes) }
  } catch {
    return undefined
  }
}

/** Of the relay that runs, else of this process, which has the same where the same supervisor starts it. */
async function lookAtOpenFiles(
  directory: DataDirectory,
  { connectionsPendingMax, relay }: RelayConfig
): Promise<DoctorFacts['openFiles']> {
  try {
    const holder = (await holderOf(directory)) ?? 'self'
    const limits = await readFile(`/proc/${String(holder)}/limits`, 'utf8')
    const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
    const needed = relay.connectionsMax + connectionsPendingMax + FILES_BESIDE
    return soft === undefined ? undefined : { limit: Number(soft), needed }
  } catch {
    return undefined
  }
}

function lookAtMemory({ relay }: RelayConfig): DoctorFacts['memory'] {
  const bound = process.constrainedMemory()
  return {
    totalBytes: Math.min(totalmem(), bound === 0 ? Number.MAX_SAFE_INTEGER : bound),
    neededBytes: MEMORY_BASE_BYTES + relay.connectionsMax * CONNECTION_BYTES
  }
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
}
