import { formatRelayAddress } from '@sealpost/protocol'
import { type RunningRelay, startRelay } from './compose.ts'
import type { RelayConfig } from './config.ts'
import { endOnBugs } from './end-on-bugs.ts'
import { JsonLog } from './json-log.ts'
import { SYSTEM_CLOCK } from './system-clock.ts'

/**
 * Runs a relay until a signal ends it: SIGTERM or SIGINT, drained; a second one, at once.
 *
 * @returns the exit code.
 * @throws whatever `startRelay` throws.
 */
export async function runRelay(config: RelayConfig, isJson: boolean): Promise<number> {
  const log = new JsonLog({
    level: config.logLevel,
    format: isJson ? 'json' : config.logFormat,
    output: process.stderr,
    wallMs: () => SYSTEM_CLOCK.wallMs()
  })
  endOnBugs(log)
  const told = firstSignal()
  const relay = await startRelay(config, { log })
  log.info('relay.ready')
  process.stdout.write(isJson ? readyJson(relay) : readyText(relay, config))
  const name = await told
  log.info('relay.stopping', { signal: name })
  await relay.stop()
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ event: 'stopped' })}\n`)
  }
  return 0
}

/** Resolves at the first signal; from then on the next one ends the process. */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isTold = false
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        if (isTold) {
          // Not by exiting, which waits for what the disk is doing. All that was answered is durable.
          process.kill(process.pid, 'SIGKILL')
        }
        isTold = true
        resolve(name)
      })
    }
  })
}

function readyJson(relay: RunningRelay): string {
  const address = formatRelayAddress(relay.address)
  const listening = relay.listening.map(formatRelayAddress)
  const { isFresh, webLink } = relay
  return `${JSON.stringify({ event: 'ready', address, listening, isFresh, webLink })}\n`
}

function readyText(relay: RunningRelay, config: RelayConfig): string {
  const address = formatRelayAddress(relay.address)
  const began = relay.isFresh
    ? 'A new relay. Keep a copy of node.key: who has it is this relay.\n\n'
    : ''
  const web = relay.webLink === undefined ? '' : `  web       ${relay.webLink}\n`
  return `${began}  address   ${address}
${web}  data      ${config.data}
  private   not announced anywhere: only people to whom you give the address find it

To write to people over it, from this checkout:

  npx sealpost init --relay ${address}

Ctrl-C stops it; nothing that it keeps is lost.
`
}
