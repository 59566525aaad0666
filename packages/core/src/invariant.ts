import { SealpostError } from '@sealpost/protocol'

/**
 * For our own bugs, never for what a remote, a file or a person did. Stays on in production.
 *
 * @throws SealpostError `SEALPOST_BUG` where `condition` is false.
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new SealpostError('SEALPOST_BUG', message)
  }
}
