import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Health, HealthQuestion, RelayHealth } from './health.ts'
import { sendText } from './send-text.ts'

const QUESTIONS: ReadonlyMap<string, HealthQuestion> = new Map([
  ['/livez', 'live'],
  ['/readyz', 'ready'],
  ['/startupz', 'started']
])

/**
 * Answers `/livez`, `/readyz` and `/startupz`: 200 where it is well, 503 where not, with the reasons as JSON.
 *
 * @returns false where something else is asked for
 */
export function answerHealth(
  health: Pick<RelayHealth, 'find'>,
  request: IncomingMessage,
  response: ServerResponse
): boolean {
  const [path = ''] = (request.url ?? '').split(/[?#]/)
  const question = QUESTIONS.get(path)
  if (question === undefined) {
    return false
  }
  void health.find(question).then((reasons: Health) => {
    const isOk = reasons.length === 0
    const text = `${JSON.stringify({ ok: isOk, reasons })}\n`
    sendText(response, isOk ? 200 : 503, text, { 'content-type': 'application/json' })
  })
  return true
}
