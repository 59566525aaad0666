/** Why there is no picture of a camera. */
export type CameraProblem = 'denied' | 'absent' | 'failed'

/** What a browser's refusal means: names as the specification of `getUserMedia` has them. */
export function cameraProblem(error: unknown): CameraProblem {
  const name = error instanceof Error ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'absent'
    default:
      return 'failed'
  }
}
