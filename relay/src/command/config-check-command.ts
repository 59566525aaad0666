import type { ConfigError } from '@sealpost/protocol'
import { loadWebClient } from '@sealpost/web-files'
import type { RelayConfig } from '../config/config.ts'
import { loadCertificate } from '../people/certificate.ts'
import { attempt } from '../config/gathered-options.ts'
import { type ConfigFlags, inspectRelayConfig } from '../config/read-relay-config.ts'

/**
 * Tells everything for which a start with these words would be refused, before anything starts.
 *
 * @returns the exit code: 2 where something is wrong.
 */
export async function checkConfig(words: ConfigFlags, isJson: boolean): Promise<number> {
  const problems = await problemsOf(words)
  const isValid = problems.length === 0
  if (isJson) {
    const told = problems.map(({ code, message }) => ({ code, message }))
    process.stdout.write(`${JSON.stringify({ isValid, problems: told })}\n`)
  } else if (isValid) {
    process.stdout.write('A relay can start with this configuration.\n')
  } else {
    process.stderr.write(problems.map(({ code, message }) => `${message} (${code})\n`).join(''))
  }
  return isValid ? 0 : 2
}

async function problemsOf(words: ConfigFlags): Promise<readonly ConfigError[]> {
  const problems: ConfigError[] = []
  const inspected = await asProblem(problems, inspectRelayConfig(words))
  if (inspected?.config === undefined) {
    return [...problems, ...(inspected?.problems ?? [])]
  }
  await lookAtFiles(problems, inspected.config)
  return problems
}

/** What the configuration names must be there. */
async function lookAtFiles(problems: ConfigError[], { web, tls }: RelayConfig): Promise<void> {
  if (web !== undefined) {
    await asProblem(problems, loadWebClient(web))
  }
  if (tls !== undefined) {
    await asProblem(problems, loadCertificate(tls))
  }
}

async function asProblem<Value>(
  problems: ConfigError[],
  reading: Promise<Value>
): Promise<Value | undefined> {
  const [read] = await Promise.allSettled([reading])
  return attempt(problems, () => {
    if (read.status === 'rejected') {
      throw read.reason
    }
    return read.value
  })
}
