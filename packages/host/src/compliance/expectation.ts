/** What suites that run in any adapter's tests, in Node and in a browser, can be made of. */
import { bytesToHex, type ErrorCode, isSealpostError } from '@sealpost/protocol'

/** One test, for `it(test.title, test.run)`. */
export interface ComplianceTest {
  readonly title: string
  readonly run: () => Promise<void>
}

/** An adapter does not keep its port's contract. */
export class ComplianceError extends Error {
  override readonly name = 'ComplianceError'
}

/** @throws ComplianceError where `condition` is false. */
export function expect(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new ComplianceError(message)
  }
}

/** Compares plain data; byte arrays by what they hold. @throws ComplianceError where they differ. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const shownActual = show(actual)
  const shownExpected = show(expected)
  expect(
    shownActual === shownExpected,
    `${what}: ${shorten(shownActual)} instead of ${shorten(shownExpected)}`
  )
}

/** @throws ComplianceError where `promise` does not fail with this code. */
export async function expectFailure(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error = await failureOf(promise)
  expect(isSealpostError(error), `failed with ${String(error)} instead of ${code}`)
  expectSame(error.code, code, 'the code of the failure')
}

/** What `promise` fails with. @throws ComplianceError where it does not fail. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  let error: unknown
  try {
    await promise
  } catch (thrown) {
    error = thrown
    return error
  }
  throw new ComplianceError('did not fail')
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) {
    return `bytes ${bytesToHex(value)}`
  }
  if (Array.isArray(value)) {
    return `[${value.map(show).join(', ')}]`
  }
  if (value instanceof Object) {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${show(field)}`)
    return `{${fields.join(', ')}}`
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function shorten(text: string): string {
  return text.length <= 400 ? text : `${text.slice(0, 400)}... (${String(text.length)} characters)`
}
