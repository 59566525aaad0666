/** A client's ports as an app brings them: LevelDB, libp2p, the official engine, this machine's clock. */
import { randomBytes } from 'node:crypto'
import type { ClientPorts } from '@sealpost/client'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import type { Clock, Log } from '@sealpost/host'
import { openLevelStore } from '@sealpost/storage-level'
import { createTransport } from '@sealpost/transport-libp2p'

const clock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1))
    return () => {
      clearTimeout(timer)
    }
  }
}

/** Where a test wants to read what a client logs, at every level. */
export type Written = (line: string) => void

function toStandardError(line: string): void {
  if (process.env['SEALPOST_LOG'] !== undefined) {
    process.stderr.write(`${line}\n`)
  }
}

/** @param home the directory that LevelDB has for itself. */
export async function realPorts(
  home: string,
  written: Written = toStandardError
): Promise<ClientPorts> {
  const say = (level: string): Log['error'] => {
    return (event, fields) => {
      written(`${level} ${event} ${JSON.stringify(fields ?? {})}`)
    }
  }
  return {
    open: () => openLevelStore(home),
    transport: await createTransport({ clock }),
    engine: createLibsignalEngine(),
    clock,
    random: { bytes: (count) => new Uint8Array(randomBytes(count)) },
    log: { error: say('error'), warn: say('warn'), info: say('info'), debug: say('debug') },
    abortable: () => {
      const controller = new AbortController()
      return {
        signal: controller.signal,
        abort: () => {
          controller.abort()
        }
      }
    }
  }
}
