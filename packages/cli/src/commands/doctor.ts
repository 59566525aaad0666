import { stat, statfs, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Relay, SealpostClient } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { codeSentence, errorSentence } from '../failure.ts'
import { hasStore, type Home } from '../home/home.ts'
import { tryRelays } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { stopSentence } from '../stop-sentence.ts'
import { VERSION } from '../version.ts'
import { dayText } from '../time-text.ts'

const TIMEOUT_MS = 10_000
/** What expires does so by the relays' clocks; a difference of minutes shows in every time that people read. */
const CLOCK_WARN_MS = 60_000
const CLOCK_FAIL_MS = 3_600_000
const TEST_MS = 15_000
const DAY_MS = 86_400_000
/** They are renewed every 28 days, and a week later at the latest where the home was online at all. */
const PREKEYS_DAYS_WARN = 35
const FREE_BYTES_WARN = 100 * 1024 * 1024

type Result = 'ok' | 'warn' | 'fail'

interface Finding {
  readonly check:
    | 'version'
    | 'home'
    | 'device'
    | 'private'
    | 'disk'
    | 'store'
    | 'prekeys'
    | 'clock'
    | 'relay'
    | 'relays'
  readonly result: Result
  readonly message: string
}

/** Looks for what keeps messages from coming and going. */
export const doctor: Command = {
  name: 'doctor',
  sentence: 'looks for what keeps messages from coming and going, and says what to do',
  arguments: [],
  flags: [],
  notes: ['It ends with 1 where something fails.'],
  run
}

async function run(context: Context): Promise<number> {
  const results: Result[] = []
  for await (const finding of findings(context)) {
    results.push(finding.result)
    const { check, result, message } = finding
    await show(context, { check, result, message }, `${result.toUpperCase().padEnd(6)}${message}`)
  }
  return results.includes('fail') ? 1 : 0
}

async function* findings(context: Context): AsyncIterable<Finding> {
  const { home } = context
  const version = sentences.doctor.version(VERSION, process.versions.node)
  yield { check: 'version', result: 'ok', message: version }
  let client: SealpostClient
  try {
    client = await context.client()
  } catch (error) {
    yield { check: 'home', result: 'fail', message: errorSentence(error) }
    if (hasStore(home)) {
      yield* diskFindings(home)
    }
    return
  }
  yield { check: 'home', result: 'ok', message: sentences.doctor.homeReadable(home.directory) }
  yield* diskFindings(home)
  yield* storeFindings(context, client)
  if (client.stopped !== undefined) {
    yield { check: 'device', result: 'fail', message: stopSentence(client.stopped) }
    return
  }
  const relays = await tryRelays(context, client, TIMEOUT_MS)
  const own = relays.filter(({ isOwn }) => isOwn)
  yield clockFinding(own)
  yield* await Promise.all(own.map((relay) => relayFinding(context, client, relay)))
  if (own.every(({ phase }) => phase !== 'ready')) {
    yield { check: 'relays', result: 'fail', message: sentences.doctor.noRelay }
  } else if (own.length < 2) {
    yield { check: 'relays', result: 'warn', message: sentences.doctor.tooFewRelays }
  }
}

async function* diskFindings(home: Home): AsyncIterable<Finding> {
  if (process.platform !== 'win32') {
    const { mode } = await stat(home.directory)
    yield (mode & 0o077) === 0
      ? { check: 'private', result: 'ok', message: sentences.doctor.homePrivate }
      : {
          check: 'private',
          result: 'warn',
          message: sentences.doctor.homeNotPrivate(home.directory)
        }
  }
  const { bavail, bsize } = await statfs(home.directory)
  const freeBytes = bavail * bsize
  const free = `${String(Math.floor(freeBytes / 1024 / 1024))} MiB`
  if (!(await takesWrites(home))) {
    yield { check: 'disk', result: 'fail', message: sentences.doctor.diskFailed(home.directory) }
  } else if (freeBytes < FREE_BYTES_WARN) {
    yield { check: 'disk', result: 'warn', message: sentences.doctor.diskAlmostFull(free) }
  } else {
    yield { check: 'disk', result: 'ok', message: sentences.doctor.diskWritable(free) }
  }
}

async function takesWrites(home: Home): Promise<boolean> {
  const path = join(home.directory, `doctor-${String(process.pid)}`)
  try {
    await writeFile(path, new Uint8Array(4_096), { flush: true, mode: 0o600 })
    await unlink(path)
    return true
  } catch {
    // Whatever the system's reason: the advice is the same.
    return false
  }
}

function clockFinding(relays: readonly Relay[]): Finding {
  const offsets = relays
    .flatMap(({ clockOffsetMs }) => (clockOffsetMs === undefined ? [] : [clockOffsetMs]))
    .sort((a, b) => a - b)
  const median = offsets[Math.floor(offsets.length / 2)]
  if (median === undefined) {
    return { check: 'clock', result: 'warn', message: sentences.doctor.clockUnknown }
  }
  const seconds = (Math.abs(median) / 1_000).toFixed(1)
  if (Math.abs(median) < CLOCK_WARN_MS) {
    return { check: 'clock', result: 'ok', message: sentences.doctor.clockRight(seconds) }
  }
  const result = Math.abs(median) < CLOCK_FAIL_MS ? 'warn' : 'fail'
  return { check: 'clock', result, message: sentences.doctor.clockWrong(seconds) }
}

async function* storeFindings({ clock }: Context, client: SealpostClient): AsyncIterable<Finding> {
  const words = sentences.doctor
  try {
    const [{ length }, upkeep] = await Promise.all([client.contacts(), client.upkeep()])
    const { queuedCount, prekeysMadeAtMs } = upkeep
    yield { check: 'store', result: 'ok', message: words.storeReads(length, queuedCount) }
    const days = Math.max(0, Math.floor((clock.wallMs() - prekeysMadeAtMs) / DAY_MS))
    yield days <= PREKEYS_DAYS_WARN
      ? { check: 'prekeys', result: 'ok', message: words.prekeysFresh(String(days)) }
      : { check: 'prekeys', result: 'warn', message: words.prekeysOld(String(days)) }
  } catch (error) {
    yield { check: 'store', result: 'fail', message: words.storeFails(errorSentence(error)) }
  }
}

/** A message is sent through a relay that answers: that it answers says little. */
async function relayFinding(
  context: Context,
  client: SealpostClient,
  { address, phase, closesAtMs }: Relay
): Promise<Finding> {
  const words = sentences.doctor
  if (phase !== 'ready') {
    return { check: 'relay', result: 'warn', message: words.relaySilent(address) }
  }
  if (closesAtMs !== undefined) {
    const closes = sentences.relays.closes(dayText(closesAtMs), true)
    return { check: 'relay', result: 'warn', message: `${address} ${closes}` }
  }
  try {
    const { problem, roundTripMs } = await withDeadline(context, TEST_MS, (signal) =>
      client.testRelay(address, signal)
    )
    return problem === undefined
      ? { check: 'relay', result: 'ok', message: words.relayWorks(address, roundTripMs.toFixed(0)) }
      : {
          check: 'relay',
          result: 'warn',
          message: words.relayRefuses(address, codeSentence(problem))
        }
  } catch (error) {
    const why = errorSentence(error)
    return { check: 'relay', result: 'warn', message: words.relayRefuses(address, why) }
  }
}
