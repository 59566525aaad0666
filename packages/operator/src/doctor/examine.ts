/** What is wrong with a relay and what to do about it, from what was found. */
import { overloadText } from '../watch/overload-text.ts'
import type { AddressFacts, DoctorFacts, PortFacts, ReachFacts } from './facts.ts'

/** `unknown` is what could not be looked at; it makes nobody ill. */
export type DoctorLevel = 'ok' | 'warn' | 'fail' | 'unknown'

export interface DoctorLine {
  /** A closed word: what was looked at. */
  readonly check: DoctorCheck
  readonly level: DoctorLevel
  /** What was found, one sentence. */
  readonly found: string
  /** What to do; for everything that is not `ok`. */
  readonly remedy?: string
}

export type DoctorCheck =
  | 'configuration'
  | 'key'
  | 'directory'
  | 'process'
  | 'store'
  | 'disk'
  | 'file-system'
  | 'disk-speed'
  | 'open-files'
  | 'memory'
  | 'port'
  | 'address'
  | 'certificate'
  | 'reached'
  | 'clock'
  | 'version'

const SLOW_SYNC_MS = 50
const STUCK_SYNC_MS = 250
const WRONG_CLOCK_MS = 2_000
/** Beyond this, clients and relays disagree on which week it is often enough to lose deposits. */
const BROKEN_CLOCK_MS = 60_000
const CERTIFICATE_SOON_MS = 14 * 86_400_000

/** @param nowMs milliseconds since 1970. @returns one line or more for each thing that was looked at, in the order of reading. */
export function examine(facts: DoctorFacts, nowMs: number): readonly DoctorLine[] {
  return [
    configuration(facts),
    key(facts),
    directory(facts),
    processLine(facts),
    store(facts),
    disk(facts),
    fileSystem(facts),
    diskSpeed(facts),
    openFiles(facts),
    memory(facts),
    ...facts.listening.map(port),
    ...ownCertificate(facts, nowMs),
    ...facts.addresses.flatMap((address) => addressLines(address, nowMs)),
    ...facts.reach.map(reached),
    clock(facts),
    version(facts)
  ].filter((line) => line !== undefined)
}

function ok(check: DoctorCheck, found: string): DoctorLine {
  return { check, level: 'ok', found }
}

function ill(
  check: DoctorCheck,
  level: Exclude<DoctorLevel, 'ok'>,
  found: string,
  remedy: string
): DoctorLine {
  return { check, level, found, remedy }
}

function configuration({ configFailure }: DoctorFacts): DoctorLine {
  return configFailure === undefined
    ? ok('configuration', 'Every option has a value that it can have.')
    : ill('configuration', 'fail', configFailure, 'Correct it; config check tries it anew.')
}

function key({ key: { isOpenToOthers, state } }: DoctorFacts): DoctorLine {
  switch (state) {
    case 'missing':
      return ill(
        'key',
        'fail',
        'There is no relay in the data directory yet.',
        'Start one with run, or restore one from a backup; or name another --data.'
      )
    case 'damaged':
      return ill(
        'key',
        'fail',
        'The node key is damaged.',
        'Restore node.key from a backup. Without it, this is another relay at another address.'
      )
    case 'sound':
      return isOpenToOthers
        ? ill(
            'key',
            'fail',
            'Others on this machine can read the node key, and with it be this relay.',
            'Run chmod 600 on node.key in the data directory.'
          )
        : ok('key', 'The node key is sound, and its owner’s alone.')
  }
}

function directory({ directoryFailure }: DoctorFacts): DoctorLine {
  return directoryFailure === undefined
    ? ok('directory', 'The data directory can be written.')
    : ill(
        'directory',
        'fail',
        `Nothing can be written into the data directory (${directoryFailure}).`,
        directoryFailure === 'ENOSPC'
          ? 'Make room on the disk, or move the directory to a larger one.'
          : 'Give the directory to the user that the relay runs as, and mount its disk for writing.'
      )
}

function processLine({ process }: DoctorFacts): DoctorLine {
  switch (process.state) {
    case 'absent':
      return ill('process', 'warn', 'No relay runs on this data directory.', 'Start it with run.')
    case 'silent':
      return ill(
        'process',
        'fail',
        `Process ${String(process.processId)} has the store open, and does not answer.`,
        'If it does not answer in a minute, end it; what it told people is on the disk. Then start it anew.'
      )
    case 'starting':
      return ill(
        'process',
        'warn',
        'The relay opens its store; people are told to come back.',
        'Wait a minute and look again; its log says what it waits for.'
      )
    case 'draining':
      return ill('process', 'warn', 'The relay is stopping.', 'Start it with run once it ended.')
    case 'serving':
      return process.load.step === 'normal'
        ? ok('process', 'The relay serves people.')
        : ill(
            'process',
            process.load.step === 'read-only' ? 'fail' : 'warn',
            `The relay has too much to do and ${overloadText(process.load)}.`,
            'It recovers by itself; where it stays so, see watch for why, or add a relay.'
          )
  }
}

function store({ process }: DoctorFacts): DoctorLine | undefined {
  if (!('crashCount' in process)) {
    return undefined
  }
  const { capacity, crashCount } = process
  if (crashCount > 0) {
    return ill(
      'store',
      'warn',
      `The store failed ${String(crashCount)} times since the start, and was opened again.`,
      'Look for relay.store in the log, and at the disk itself (smartctl, dmesg).'
    )
  }
  return capacity === undefined || capacity === 'open'
    ? ok('store', 'The store has not failed since the start.')
    : ill(
        'store',
        capacity === 'read-only' ? 'fail' : 'warn',
        `The relay takes less in, since there is little room: ${capacity}.`,
        'Make room on the disk, or raise store-bytes-max; it goes on by itself.'
      )
}

function disk({ disk: found }: DoctorFacts): DoctorLine {
  if (found === undefined) {
    return ill('disk', 'unknown', 'The free room could not be measured.', 'Look with df.')
  }
  const { freeBytes, reserveBytes } = found
  const text = `${inGib(freeBytes)} of ${inGib(found.totalBytes)} are free; ${inGib(reserveBytes)} stay free.`
  const remedy = 'Make room on the disk, or move the data directory to a larger one.'
  if (freeBytes <= reserveBytes) {
    return ill('disk', 'fail', text, remedy)
  }
  return freeBytes <= 2 * reserveBytes ? ill('disk', 'warn', text, remedy) : ok('disk', text)
}

function fileSystem({ fileSystem: found }: DoctorFacts): DoctorLine {
  switch (found) {
    case undefined:
      return ill(
        'file-system',
        'unknown',
        'It is not known what keeps the data directory.',
        'See that it is a disk of this machine.'
      )
    case 'memory':
      return ill(
        'file-system',
        'fail',
        'The data directory is in memory: all of it is gone when the machine starts anew.',
        'Move it to a disk.'
      )
    case 'network':
      return ill(
        'file-system',
        'warn',
        'The data directory is on another machine: it may promise what is not written yet.',
        'Move it to a disk of this machine.'
      )
    case 'disk':
      return ok('file-system', 'The data directory is on a disk of this machine.')
  }
}

function diskSpeed({ syncMs }: DoctorFacts): DoctorLine {
  if (syncMs === undefined) {
    return ill(
      'disk-speed',
      'unknown',
      'The disk could not be tried.',
      'Let the data directory be written.'
    )
  }
  const text = `A write that waits for the disk takes ${syncMs.toFixed(1)} ms.`
  if (syncMs < SLOW_SYNC_MS) {
    return ok('disk-speed', text)
  }
  return ill(
    'disk-speed',
    syncMs < STUCK_SYNC_MS ? 'warn' : 'fail',
    text,
    'See what else writes to it (iostat, iotop); use a faster disk.'
  )
}

function openFiles({ openFiles: found }: DoctorFacts): DoctorLine {
  if (found === undefined) {
    return ill(
      'open-files',
      'unknown',
      'The limit of open files is not known.',
      'Look with ulimit -n.'
    )
  }
  const { limit, needed } = found
  const text = `${String(limit)} files may be open; ${String(needed)} are needed for connections-max.`
  return limit >= needed
    ? ok('open-files', text)
    : ill(
        'open-files',
        'warn',
        text,
        'Raise it (LimitNOFILE in the unit, ulimit -n in a shell), or lower connections-max.'
      )
}

function memory({ memory: found }: DoctorFacts): DoctorLine {
  if (found === undefined) {
    return ill('memory', 'unknown', 'The memory is not known.', 'Look with free.')
  }
  const { neededBytes, totalBytes } = found
  const text = `${inGib(totalBytes)} of memory; ${inGib(neededBytes)} are needed for connections-max.`
  return totalBytes >= neededBytes
    ? ok('memory', text)
    : ill('memory', 'warn', text, 'Lower connections-max, or give the relay more memory.')
}

function port({ state, where }: PortFacts): DoctorLine {
  switch (state) {
    case 'free':
      return ok('port', `${where} is free to listen on.`)
    case 'answered':
      return ok('port', `The relay answers on ${where}.`)
    case 'taken':
      return ill(
        'port',
        'fail',
        `Something else listens on ${where}.`,
        'End it (ss -ltnp names it), or give the relay another listen.'
      )
    case 'forbidden':
      return ill(
        'port',
        'fail',
        `This user may not listen on ${where}.`,
        'Use a port from 1024 up behind a proxy, or allow it (AmbientCapabilities=CAP_NET_BIND_SERVICE).'
      )
    case 'foreign':
      return ill(
        'port',
        'fail',
        `${where} is no address of this machine.`,
        'Give an address of this machine as listen, and the public one as addresses.'
      )
    case 'unanswered':
      return ill(
        'port',
        'fail',
        `The relay runs, and nobody answers on ${where}.`,
        'See whether a firewall of this machine stands between; start the relay anew.'
      )
  }
}

function addressLines(found: AddressFacts, nowMs: number): readonly DoctorLine[] {
  const { address, certificateEndsAtMs } = found
  const name = `The certificate at ${address}`
  return [
    addressLine(found),
    ...(certificateEndsAtMs === undefined ? [] : [certificate(name, certificateEndsAtMs, nowMs)])
  ]
}

/** Of the port that the relay encrypts itself: whoever runs it with flags has it looked at, too. */
function ownCertificate({ process }: DoctorFacts, nowMs: number): readonly DoctorLine[] {
  if (!('certificate' in process) || process.certificate === undefined) {
    return []
  }
  const { expiresAtMs, isNextRefused } = process.certificate
  const refused = ill(
    'certificate',
    'warn',
    'The files of the certificate hold another one, which cannot be used.',
    'See that both files belong together, that the relay may read them, and its log.'
  )
  const holds = certificate('The certificate of the relay', expiresAtMs, nowMs)
  return isNextRefused ? [holds, refused] : [holds]
}

function addressLine({ address, certificateFailure, state }: AddressFacts): DoctorLine {
  switch (state) {
    case 'reached':
      return ok('address', `From this machine, ${address} leads to a relay.`)
    case 'name-unknown':
      return ill(
        'address',
        'fail',
        `Nobody knows the name in ${address}.`,
        'Enter it in the DNS with the address of this machine, or correct addresses.'
      )
    case 'unreachable':
      return ill(
        'address',
        'fail',
        `Nobody answers at ${address}.`,
        'Open the port in firewalls, forward it in the router, and see that the proxy runs.'
      )
    case 'certificate-refused':
      return ill(
        'address',
        'fail',
        `The certificate at ${address} is refused (${certificateFailure ?? 'unknown'}).`,
        'Renew it, for this very name, with all certificates up to its authority.'
      )
    case 'no-websocket':
      return ill(
        'address',
        'fail',
        `What answers at ${address} opens no WebSocket.`,
        'Let the proxy pass WebSockets on / (Upgrade and Connection headers) to the relay’s listen.'
      )
  }
}

function certificate(name: string, endsAtMs: number, nowMs: number): DoctorLine {
  const leftMs = endsAtMs - nowMs
  const days = Math.floor(leftMs / 86_400_000)
  const remedy = 'Renew it, and see why that did not happen by itself.'
  if (leftMs <= 0) {
    return ill('certificate', 'fail', `${name} is over: nobody can connect anew.`, remedy)
  }
  const text = `${name} holds for ${String(days)} more days.`
  return leftMs < CERTIFICATE_SOON_MS
    ? ill('certificate', 'warn', text, remedy)
    : ok('certificate', text)
}

function reached({ address, askedCount, reachedCount, toldCount }: ReachFacts): DoctorLine {
  if (askedCount === 0) {
    return ill(
      'reached',
      'unknown',
      `Nobody was asked to dial ${address}.`,
      'Name two other relays as neighbours, or with --ask ADDRESS,ADDRESS.'
    )
  }
  if (toldCount === 0) {
    return ill(
      'reached',
      'unknown',
      `None of ${String(askedCount)} relays could tell whether they reach ${address}.`,
      'See whether this machine reaches the network; ask others.'
    )
  }
  const text = `${String(reachedCount)} of ${String(toldCount)} other relays reach ${address}.`
  return 2 * reachedCount >= toldCount
    ? ok('reached', text)
    : ill(
        'reached',
        'fail',
        text,
        'Open the port in firewalls and forward it in the router; it may lead here from this machine all the same.'
      )
}

function clock({ clock: { askedCount, isBehindFiles, offsetMs } }: DoctorFacts): DoctorLine {
  const remedy = 'Let the machine set its clock by the network (timedatectl set-ntp true).'
  if (isBehindFiles) {
    return ill('clock', 'fail', 'The clock is behind files that the relay wrote.', remedy)
  }
  if (offsetMs === undefined) {
    return askedCount === 0
      ? ill(
          'clock',
          'unknown',
          'Nobody was asked what time it is.',
          'Name other relays with --ask ADDRESS, several with commas between.'
        )
      : ill(
          'clock',
          'unknown',
          'None of the relays that were asked answered.',
          'See whether this machine reaches the network; ask others.'
        )
  }
  const size = Math.abs(offsetMs)
  const text = `The clock is ${(size / 1_000).toFixed(1)} s ${offsetMs < 0 ? 'behind' : 'ahead of'} other relays.`
  if (size < WRONG_CLOCK_MS) {
    return ok('clock', 'The clock agrees with that of other relays.')
  }
  return ill('clock', size < BROKEN_CLOCK_MS ? 'warn' : 'fail', text, remedy)
}

function version({ process, version: installed }: DoctorFacts): DoctorLine {
  return 'version' in process && process.version !== installed
    ? ill(
        'version',
        'warn',
        `Version ${process.version} runs, and ${installed} is installed.`,
        'Start the relay anew.'
      )
    : ok('version', `This is version ${installed}.`)
}

function inGib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 2 : 1)} GiB`
}
