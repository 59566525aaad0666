/** What went wrong in the program, for whoever mends it: kinds and places of errors, never their messages, which may hold texts. */

const DEPTH_MAX = 5
const LINES_MAX = 30

export function failureReport(error: unknown): string {
  const parts: string[] = []
  let at = error
  for (let depth = 0; depth < DEPTH_MAX && at instanceof Error; depth++) {
    const code = 'code' in at && typeof at.code === 'string' ? ` ${at.code}` : ''
    parts.push(`${at.name}${code}`, ...placesIn(at))
    at = at.cause
  }
  return parts.length === 0 ? `thrown: ${typeof error}` : parts.join('\n')
}

/** Lines of a stack that name a place, without the message that some engines put before them. */
function placesIn({ stack = '', message }: Error): readonly string[] {
  const messageAt = message === '' ? -1 : stack.indexOf(message)
  return stack
    .slice(messageAt < 0 ? 0 : messageAt + message.length)
    .split('\n')
    .filter((line) => /^\s*at |^[^\s]*@https?:/.test(line))
    .slice(0, LINES_MAX)
}
