/** Asks the relay that runs on a data directory. */
import { request } from 'node:http'
import { findSocketPath } from '@sealpost/local-socket'
import {
  type CallAnswers,
  type CallName,
  isOperatorErrorCode,
  OperatorError,
  type ParamValues
} from '@sealpost/operator'
import { ConfigError, UsageError } from '@sealpost/protocol'
import { dataDirectory } from '../store/data-directory.ts'

/** An answer takes no longer; what takes long is begun, and asked about again. */
const ANSWER_MS = 60_000
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

/**
 * @param data the data directory, absolute.
 * @throws OperatorError `SEALPOST_NOT_RUNNING`, or what the relay answers; ConfigError, UsageError as the relay says
 */
export async function callRelay<Name extends CallName>(
  data: string,
  name: Name,
  params: ParamValues
): Promise<CallAnswers[Name]> {
  const socketPath = await findSocketPath(dataDirectory(data))
  const body = JSON.stringify(params.toJson())
  const text = await post(socketPath, `/api/${encodeURIComponent(name)}`, body, data)
  const reply = JSON.parse(text) as Reply<CallAnswers[Name]>
  if ('error' in reply) {
    const { code, message } = reply.error
    if (isOperatorErrorCode(code)) {
      throw new OperatorError(code, message)
    }
    if (code === 'SEALPOST_CONFIG_INVALID' || code === 'SEALPOST_CONFIG_UNKNOWN_KEY') {
      throw new ConfigError(code, message)
    }
    throw new UsageError('SEALPOST_USAGE', message)
  }
  return reply.answer
}

type Reply<Answer> =
  | { readonly answer: Answer }
  | { readonly error: { readonly code: string; readonly message: string } }

function post(socketPath: string, path: string, body: string, data: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const asking = request(
    {
      socketPath,
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(ANSWER_MS)
    },
    (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        chunks.push(chunk)
        if (length > ANSWER_BYTES_MAX) {
          response.destroy()
        }
      })
      response.on('error', reject)
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'))
      })
    }
  )
  asking.on('error', (cause: NodeJS.ErrnoException) => {
    const isNobody = cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED'
    const message = `No relay runs on ${data}. Start it: sealpost-relay run --data ${data}`
    reject(isNobody ? new OperatorError('SEALPOST_NOT_RUNNING', message, { cause }) : cause)
  })
  asking.end(body)
  return promise
}
