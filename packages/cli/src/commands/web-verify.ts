import { ConfigError, parseWebRelease, UnreachableError, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readReleaseKey, readTimeout } from '../flag-values.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import type { HostReport, HostToVerify } from '../web-host/verify-host.ts'

const TIMEOUT_MS = 120_000
const GROUP_DIGITS = 4

/** Compares what a host of the web client serves with its release, with keys, and with the build that is here. */
export const webVerify: Command = {
  name: 'web verify',
  sentence: 'compares all that a host of the web client serves with what it should be',
  arguments: [
    { name: 'URL', sentence: 'where the client is opened; what stands behind the host is ignored' }
  ],
  flags: [
    {
      name: '--key',
      value: 'KEY',
      isRepeatable: true,
      sentence: 'also takes releases that this key signed',
      read: readReleaseKey
    },
    {
      name: '--files',
      value: 'DIR',
      sentence: 'compares with this build, not with the one that came with sealpost'
    },
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'for so long at most: 120 if not given',
      read: readTimeout
    }
  ],
  notes: [
    'It ends with 1 where anything is not as it should be, or where nothing proves whose release it is.',
    'A hostile host can answer this command otherwise than it answers a browser: look from where it does',
    'not expect you, or run the client from your own machine: sealpost web.'
  ],
  place: 'none',
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const { builtWebClient, isLoopbackHost, readBuiltRelease } = await import('@sealpost/web-files')
  const origin = originOf(values.text('URL'), isLoopbackHost)
  const named = values.optionalText('--files')
  const folder = named ?? builtWebClient()
  const built = folder === undefined ? undefined : await readBuiltRelease(folder)
  const own = built === undefined ? undefined : parseWebRelease(built.text)
  if (named !== undefined && own === undefined) {
    throw new ConfigError('SEALPOST_CONFIG_INVALID', sentences.web.noRelease(named))
  }
  const report = await verify(context, {
    origin,
    isNear: isLoopbackHost(new URL(origin).host),
    keys: [...(built?.keys ?? []), ...values.list('--key')],
    own
  })
  await show(context, jsonOf(origin, report, own?.version), textOf(origin, report, own?.version))
  return report.verdict === 'verified' ? 0 : 1
}

/**
 * A host alone is one with a certificate, unless it is this machine.
 *
 * @throws UsageError `SEALPOST_USAGE` for what no browser opens a client from
 */
function originOf(text: string, isNear: (host: string) => boolean): string {
  const [host = ''] = text.split(/[/?#]/)
  const scheme = isNear(host) ? 'http' : 'https'
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${scheme}://${text}`)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isWeb || url.hostname === '' || url.username !== '' || url.password !== '') {
    throw new UsageError('SEALPOST_USAGE', sentences.web.url)
  }
  return url.origin
}

/** @throws UnreachableError `SEALPOST_DIAL_FAILED`, `SEALPOST_TIMEOUT` */
async function verify(context: Context, host: Omit<HostToVerify, 'signal'>): Promise<HostReport> {
  const { verifyHost } = await import('../web-host/verify-host.ts')
  const timeoutMs = context.values.number('--timeout') ?? TIMEOUT_MS
  let isOver = false
  try {
    return await withDeadline(context, timeoutMs, async (signal) => {
      signal.addEventListener('abort', () => {
        isOver = true
      })
      return verifyHost({ ...host, signal })
    })
  } catch (cause) {
    context.signal.throwIfAborted()
    throw isOver
      ? new UnreachableError('SEALPOST_TIMEOUT', sentences.web.slow(host.origin), { cause })
      : new UnreachableError('SEALPOST_DIAL_FAILED', sentences.web.unreached(host.origin), {
          cause
        })
  }
}

function jsonOf(link: string, report: HostReport, ownVersion: string | undefined): object {
  const { verdict, release, fingerprint, signedBy, isOwnBuild, differences, lacks } = report
  return {
    link,
    verdict,
    version: release?.version,
    fingerprint,
    fileCount: release?.files.size,
    signedBy,
    isOwnBuild,
    ownVersion,
    differences,
    lacks
  }
}

function textOf(link: string, report: HostReport, ownVersion: string | undefined): string {
  const { release, fingerprint = '', differences, lacks } = report
  const words = sentences.web
  const groups = fingerprint.match(new RegExp(`.{${String(GROUP_DIGITS)}}`, 'g')) ?? []
  return [
    resultOf(link, report),
    ...differences.map(({ path, kind }) => `- ${path}: ${words.differences[kind]}`),
    ...lacks.map((lack) => `- ${words.lacks[lack]}`),
    ...(groups.length === 0 ? [] : [words.fingerprint(groups.join(' '))]),
    ...(release === undefined || ownVersion === undefined || ownVersion === release.version
      ? []
      : [words.ownVersion(ownVersion)])
  ].join('\n')
}

function resultOf(
  link: string,
  { verdict, release, signedBy, isOwnBuild, differences, lacks }: HostReport
): string {
  const words = sentences.web
  const version = release?.version ?? ''
  const count = release?.files.size ?? 0
  switch (verdict) {
    case 'verified':
      return isOwnBuild
        ? words.isOwn(link, version, count)
        : words.isSigned(link, version, signedBy.join(', '), count)
    case 'unproven':
      return words.isUnproven(link, version, count)
    case 'different':
      return words.isDifferent(link, version, differences.length + lacks.length)
    case 'no-release':
      return words.isNone(link)
  }
}
