/**
 * Lets a new device into the account, from a device that is in it and shows a code (the protocol's README, "Linking a device").
 *
 * ```
 *   code shown --hello--> name and digits shown --no--> refused
 *                                               --yes: listed, signed--> welcome --the new device writes--> done
 * ```
 * Whichever way it ends, the two mailboxes in which the devices met are destroyed.
 */
import { comparisonDigits, formatLinkingCode } from '@sealpost/core'
import { decodeLinkHello, isSealpostError, type LinkHello, RefusedError } from '@sealpost/protocol'
import { checkNotStopped } from './devices-stopped.ts'
import { CODE_MS, linkingEnd } from './linking-end.ts'
import { destroyErrands, type LinkingErrand, openErrands } from './linking-errand.ts'
import {
  type LinkedDevice,
  type LinkingHome,
  refuseDevice,
  welcomeDevice
} from './linking-welcome.ts'

export interface LinkDeviceOptions {
  /** Ends the wait, and destroys the code. */
  readonly signal?: AbortSignal | undefined
  /** Shows the code to the person, for the new device to read. */
  readonly onCode: (code: string) => void
  /** Shows what a device calls itself, with the digits that it shows too; resolves to whether it may join. */
  readonly onAsk: (asking: LinkingDevice) => Promise<boolean>
}

/** A device that wants to join. */
export interface LinkingDevice {
  readonly name: string
  /** Six of them, to be compared with those on the other device. */
  readonly digits: string
}

/**
 * Shows a code, asks whether the device that read it may join, and resolves once that device has begun, or the code has expired.
 *
 * @throws UsageError `SEALPOST_LINK_EXPIRED` where nobody read the code, `SEALPOST_DEVICE_REMOVED`, `SEALPOST_SUPERSEDED`; RefusedError
 * `SEALPOST_DENIED` where the person said no; UnreachableError where no relay can be reached; SealpostError `SEALPOST_TIMEOUT` when the
 * signal ends it
 */
export async function linkDevice(
  home: LinkingHome,
  options: LinkDeviceOptions
): Promise<LinkedDevice> {
  const { driver, machine, ports } = home
  checkNotStopped(machine())
  const linkSecret = ports.random.bytes(32)
  const nowMs = machine().networkTimeMs(driver.now())
  const expiresAtMs = Math.floor((nowMs + CODE_MS) / 1_000) * 1_000
  const end = linkingEnd(ports, options.signal)
  let errands: readonly LinkingErrand[] = []
  try {
    let heard: (hello: LinkHello) => void = () => undefined
    const hello = new Promise<LinkHello>((resolve) => {
      heard = resolve
    })
    errands = await openErrands(ports, machine().account.relays, linkSecret, {
      signal: end.signal,
      prepare: async (errand) => {
        await errand.register(machine().account.ownerSecret)
        await errand.listenAsOld((bytes) => {
          readHello(bytes, heard)
        })
      }
    })
    const relays = errands.map(({ relay }) => relay)
    options.onCode(formatLinkingCode({ shownBy: 'old', linkSecret, expiresAtMs, relays }))
    const asking = await Promise.race([hello, end.over])
    const digits = comparisonDigits(linkSecret, asking.requestKey)
    const isWelcome = await Promise.race([options.onAsk({ name: asking.name, digits }), end.over])
    if (!isWelcome) {
      await refuseDevice(asking, errands)
      throw new RefusedError('SEALPOST_DENIED', undefined, { detail: 'not-let-in' })
    }
    return await welcomeDevice(home, asking, errands, end.signal)
  } finally {
    end.stop()
    await destroyErrands(errands)
  }
}

function readHello(bytes: Uint8Array, heard: (hello: LinkHello) => void): void {
  try {
    heard(decodeLinkHello(bytes))
  } catch (error) {
    if (!isSealpostError(error)) {
      throw error
    }
  }
}
