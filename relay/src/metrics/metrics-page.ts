import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '@sealpost/host'
import type { RelayMetrics } from './relay-metrics.ts'

/** Answers `GET /metrics`. @returns false where something else is asked for */
export function metricsPage(
  metrics: Pick<RelayMetrics, 'text' | 'contentType'>,
  log: Log
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const [path] = (request.url ?? '').split(/[?#]/)
    if (path !== '/metrics') {
      return false
    }
    metrics.text().then(
      (text) => {
        response.writeHead(200, {
          'content-type': metrics.contentType,
          'content-length': Buffer.byteLength(text),
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff'
        })
        response.end(text)
      },
      () => {
        log.error('relay.metrics.failed')
        response.writeHead(500).end()
      }
    )
    return true
  }
}
