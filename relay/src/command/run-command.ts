import { formatRelayAddress } from '@sealpost/protocol'
import { openSaved } from '../backup/save-before-migrating.ts'
import { type RunningRelay, startRelay } from '../compose.ts'
import type { RelayConfig } from '../config/config.ts'
import type { RunningConfig } from '../config/running-config.ts'
import { BlockBook, type BlockWorld } from '../books/block-book.ts'
import { addressCode } from './address-code.ts'
import { ClosingBook } from '../books/closing-book.ts'
import { InviteBook, type InviteWorld } from '../books/invite-book.ts'
import { NoticeBook } from '../books/notice-book.ts'
import { endOnBugs } from './end-on-bugs.ts'
import { JsonLog } from '../log/json-log.ts'
import { LogLevelSwitch } from '../log/log-level-switch.ts'
import { RelayMetrics } from '../metrics/relay-metrics.ts'
import { bothObservers } from '../log/observers.ts'
import { WatchCounters } from '../watch/watch-counters.ts'
import { OperatorSide } from '../operator/operator-side.ts'
import { Supervisor } from './supervisor.ts'
import { SYSTEM_CLOCK } from '../world/system-clock.ts'
import { SYSTEM_RANDOM } from '../world/system-random.ts'

/**
 * Runs a relay until a signal ends it: SIGTERM or SIGINT, drained; a second one, at once.
 *
 * @returns the exit code.
 * @throws whatever `startRelay` throws.
 */
export async function runRelay(
  runningConfig: RunningConfig,
  { isJson, version }: { readonly isJson: boolean; readonly version: string }
): Promise<number> {
  const { config } = runningConfig
  const log = new JsonLog({
    level: config.logLevel,
    format: isJson ? 'json' : config.logFormat,
    output: process.stderr,
    wallMs: () => SYSTEM_CLOCK.wallMs()
  })
  endOnBugs(log)
  const logLevel = new LogLevelSwitch(log, SYSTEM_CLOCK, config.logLevel)
  const told = Promise.withResolvers<string>()
  onSignal(told.resolve)
  const metrics = new RelayMetrics(SYSTEM_CLOCK, version)
  const counters = new WatchCounters()
  // Until it is ready there is nothing to reload, and no reason to end.
  process.on('SIGHUP', ignore)
  const world = { clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM, log }
  const books = await openBooks(config.data, world)
  const observer = bothObservers(metrics, counters)
  const ports = { log, ...books, observer, openStore: openSaved(config, version) }
  const relay = await startRelay(config, ports)
  metrics.show({ relay, options: () => runningConfig.config.relay })
  runningConfig.onReload(({ isValid, changed, config: next }) => {
    metrics.onReload(isValid)
    if (!isValid) {
      log.warn('relay.config.refused')
      return
    }
    relay.reconfigure(next)
    logLevel.configure(next.logLevel)
    log.setFormat(isJson ? 'json' : next.logFormat)
    log.info('relay.config.reloaded', { changedCount: changed.length })
  })
  const operatorSide = await OperatorSide.open({
    relay,
    config,
    runningConfig,
    logLevel,
    ...world,
    ...books,
    version,
    metrics,
    counters,
    onDrain: told.resolve.bind(undefined, 'drain')
  }).catch(async (error: unknown) => {
    await relay.stop()
    throw error
  })
  process.on('SIGHUP', () => {
    // What is wrong with it was logged; all goes on as it was.
    void operatorSide.call('reload', 'signal').catch(ignore)
  })
  const supervisor = new Supervisor({ environment: process.env, clock: SYSTEM_CLOCK, log })
  await supervisor.ready()
  log.info('relay.ready')
  process.stdout.write(
    isJson ? readyJson(relay, operatorSide) : readyText(relay, operatorSide, config)
  )
  log.info('relay.stopping', { reason: await told.promise })
  await supervisor.stopping()
  await stopAll(relay, operatorSide, logLevel)
  supervisor.end()
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ event: 'stopped' })}\n`)
  }
  return 0
}

/** What the relay itself goes by of what its operator decided. @throws StorageError where one is damaged */
async function openBooks(
  data: string,
  world: BlockWorld & InviteWorld
): Promise<{
  readonly blocks: BlockBook
  readonly closing: ClosingBook
  readonly invites: InviteBook
  readonly notices: NoticeBook
}> {
  return {
    blocks: await BlockBook.open(data, world),
    closing: await ClosingBook.open(data, world),
    invites: await InviteBook.open(data, world),
    notices: await NoticeBook.open(data, world)
  }
}

/** Long work reads the relay's store, and the operator is answered to the end. */
async function stopAll(
  relay: RunningRelay,
  operatorSide: OperatorSide,
  logLevel: LogLevelSwitch
): Promise<void> {
  await operatorSide.endWork()
  await relay.stop()
  await operatorSide.close()
  // Its timer would keep the process for as long as somebody wanted another level.
  logLevel.end()
}

/** Tells of the first signal; from then on the next one ends the process. */
function onSignal(tell: (name: string) => void): void {
  let isTold = false
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (isTold) {
        // Not by exiting, which waits for what the disk is doing. All that was answered is durable.
        process.kill(process.pid, 'SIGKILL')
      }
      isTold = true
      tell(name)
    })
  }
}

function ignore(): void {
  // On purpose.
}

function readyJson(relay: RunningRelay, { link: operatorLink }: OperatorSide): string {
  const address = formatRelayAddress(relay.address)
  const listening = relay.listening.map(formatRelayAddress)
  const { isFresh, webLink } = relay
  const ready = { event: 'ready', address, listening, isFresh, webLink, operatorLink }
  return `${JSON.stringify(ready)}\n`
}

function readyText(relay: RunningRelay, side: OperatorSide, config: RelayConfig): string {
  const address = formatRelayAddress(relay.address)
  const began = relay.isFresh
    ? 'A new relay. Keep a copy of node.key: who has it is this relay.\n\n'
    : ''
  const web = relay.webLink === undefined ? '' : `  web       ${relay.webLink}\n`
  const { isTTY, columns } = process.stdout
  // Once: who starts it again has given the address away.
  const code = relay.isFresh && isTTY ? addressCode(address, columns) : undefined
  return `${began}${code === undefined ? '' : `${code}\n`}  address   ${address}
${web}${operatorText(side)}  data      ${config.data}
  private   not announced anywhere: only people to whom you give the address find it

To write to people over it:

  npx sealpost init --relay ${address}

Ctrl-C stops it; nothing that it keeps is lost.
`
}

function operatorText({ link, portFailure }: OperatorSide): string {
  if (portFailure === undefined) {
    return link === undefined
      ? ''
      : `  operator  ${link}\n            its dashboard is opened by: sealpost-relay dashboard --data DIR\n`
  }
  const { where, code } = portFailure
  const why =
    code === 'EADDRINUSE' ? 'something listens there already' : `it cannot be had (${code})`
  return `  operator  no figures on ${where}: ${why}. The relay serves people all the same;
            give another --operator-listen, or none
`
}
