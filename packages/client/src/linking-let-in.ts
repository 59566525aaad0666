/**
 * Lets a new device into the account that shows a code itself, from a device of the account that reads it (the protocol's README,
 * "Linking a device").
 *
 * ```
 *   code read --hello that fits it--> name shown, digits asked --no, or three times wrong--> refused
 *                                                              --right: listed, signed--> welcome --the new device writes--> done
 * ```
 * Anybody can show a code, and say whatever it is good for. So the person has to type what the device shows that they let in.
 */
import { committedSecret, comparisonDigits, parseLinkingCode } from '@sealpost/core'
import {
  decodeLinkHello,
  equalBytes,
  isSealpostError,
  type LinkHello,
  RefusedError
} from '@sealpost/protocol'
import { checkNotStopped } from './devices-stopped.ts'
import { expired, linkingEnd } from './linking-end.ts'
import { closeErrands, destroyErrands, type LinkingErrand, openErrands } from './linking-errand.ts'
import {
  type LinkedDevice,
  type LinkingHome,
  refuseDevice,
  welcomeDevice
} from './linking-welcome.ts'

/** So many times digits may be typed. */
export const DIGIT_TRIES = 3
/** The hello is there before the code is shown: a relay that has none after so long has lost it. */
const HELLO_MS = 30_000

export interface LetInOptions {
  /** Ends the wait. The new device goes on showing its code, where the person had not answered. */
  readonly signal?: AbortSignal | undefined
  /**
   * Asks whether a device may join, which then can do all that this one can; resolves to the six digits that it shows, as the person
   * typed them, or to undefined for no. Called again while they are wrong.
   */
  readonly onAsk: (asking: AskingDevice) => Promise<string | undefined>
}

/** A device that showed a code, and wants to join. */
export interface AskingDevice {
  /** What it calls itself; may be empty. */
  readonly name: string
  /** How many times digits may still be typed: `DIGIT_TRIES` at first. */
  readonly triesLeft: number
}

/**
 * Reads a code that a new device shows, asks for the digits that it shows too, and resolves once that device has begun, or the code
 * has expired.
 *
 * @throws UsageError `SEALPOST_LINK_INVALID`; `SEALPOST_LINK_EXPIRED`, also where the device does not show the code any more;
 * `SEALPOST_DEVICE_REMOVED`, `SEALPOST_SUPERSEDED`; RefusedError `SEALPOST_DENIED` where the person said no, or typed other digits
 * three times (detail `digits-wrong`); UnreachableError where no relay of the code can be reached; SealpostError `SEALPOST_TIMEOUT` when the
 * signal ends it
 */
export async function letIn(
  home: LinkingHome,
  codeText: string,
  options: LetInOptions
): Promise<LinkedDevice> {
  checkNotStopped(home.machine())
  const { linkSecret, expiresAtMs, relays } = parseLinkingCode(codeText, 'new')
  const end = linkingEnd(home.ports, options.signal)
  let errands: readonly LinkingErrand[] = []
  let leave = closeErrands
  try {
    let heard: (hello: LinkHello) => void = () => undefined
    const hello = new Promise<LinkHello>((resolve) => {
      heard = resolve
    })
    errands = await openErrands(home.ports, relays, linkSecret, {
      signal: end.signal,
      prepare: (errand) =>
        listen(errand, expiresAtMs, (bytes) => {
          readHello(bytes, linkSecret, heard)
        })
    })
    end.within(expiresAtMs - Math.min(...errands.map(({ info }) => info.timeMs)))
    const asking = await heardSoon(home, hello, end.over)
    const answer = await askDigits(asking, linkSecret, options, end.over)
    if (answer !== 'right') {
      await refuseDevice(asking, errands)
      const detail = answer === 'no' ? 'not-let-in' : 'digits-wrong'
      throw new RefusedError('SEALPOST_DENIED', undefined, { detail })
    }
    // From here on the mailboxes have a use for nobody else.
    leave = destroyErrands
    return await welcomeDevice(home, asking, errands, end.signal)
  } finally {
    end.stop()
    await leave(errands)
  }
}

/** @throws UsageError `SEALPOST_LINK_EXPIRED`, also where the relay does not know the mailboxes; UnreachableError; ProtocolError */
async function listen(
  errand: LinkingErrand,
  expiresAtMs: number,
  onHello: (bytes: Uint8Array) => void
): Promise<void> {
  if (errand.info.timeMs > expiresAtMs) {
    throw expired()
  }
  try {
    await errand.listenAsOld(onHello)
  } catch (error) {
    throw isSealpostError(error) && error.code === 'SEALPOST_DENIED' ? expired() : error
  }
}

/** Whatever else is in the mailbox, by somebody who saw the code too, is passed over. */
function readHello(
  bytes: Uint8Array,
  linkSecret: Uint8Array,
  heard: (hello: LinkHello) => void
): void {
  if (!equalBytes(committedSecret(bytes), linkSecret)) {
    return
  }
  try {
    heard(decodeLinkHello(bytes))
  } catch (error) {
    if (!isSealpostError(error)) {
      throw error
    }
  }
}

/** @throws what `over` says; UsageError `SEALPOST_LINK_EXPIRED` where there is nothing to hear */
async function heardSoon(
  { ports }: LinkingHome,
  hello: Promise<LinkHello>,
  over: Promise<never>
): Promise<LinkHello> {
  let cancelTimer = (): void => undefined
  const late = new Promise<never>((_resolve, reject) => {
    cancelTimer = ports.clock.setTimer(HELLO_MS, () => {
      reject(expired())
    })
  })
  try {
    return await Promise.race([hello, over, late])
  } finally {
    cancelTimer()
  }
}

async function askDigits(
  { name, requestKey }: LinkHello,
  linkSecret: Uint8Array,
  { onAsk }: LetInOptions,
  over: Promise<never>
): Promise<'right' | 'wrong' | 'no'> {
  const digits = comparisonDigits(linkSecret, requestKey)
  for (let triesLeft = DIGIT_TRIES; triesLeft > 0; triesLeft--) {
    const typed = await Promise.race([onAsk({ name, triesLeft }), over])
    if (typed === undefined) {
      return 'no'
    }
    if (digitsOf(typed) === digits) {
      return 'right'
    }
  }
  return 'wrong'
}

/** Digits as people type them: with spaces, or full-width. */
function digitsOf(typed: string): string {
  return typed.normalize('NFKC').replace(/[^0-9]/g, '')
}
