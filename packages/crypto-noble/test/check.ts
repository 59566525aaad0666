/** Checks for cases that run in Node and in a browser alike, where there is no test library. */
import { bytesToHex } from '@sealpost/protocol'

/** Throws where two texts, numbers or truth values differ; bytes are compared as hex. */
export function checkSame(actual: unknown, expected: unknown, what: string): void {
  const [shownActual, shownExpected] = [actual, expected].map((value) =>
    value instanceof Uint8Array ? bytesToHex(value) : value
  )
  if (shownActual !== shownExpected) {
    throw new Error(`${what}: ${String(shownActual)} instead of ${String(shownExpected)}`)
  }
}

/** What the call throws; fails where it throws nothing. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
