/** What is asked over HTTP on the port that people reach: how the relay is, who runs it, what it keeps of people, and the web client, if it serves one. */
import type { RequestListener } from 'node:http'
import { privacyHtml } from '@sealpost/operator'
import type { PageListener } from '@sealpost/transport-libp2p'
import type { RelayConfig } from '../config/config.ts'
import type { RelayHealth } from './health.ts'
import { REACH_PATH } from '../neighbours/dial-back.ts'
import { answerHealth } from './health-page.ts'
import { privacyFacts } from './privacy.ts'
import { sendText } from './send-text.ts'

const ABOUT_PATH = '/.well-known/sealpost-relay.json'
const PRIVACY_PATH = '/privacy'
const OWN_PATHS: readonly string[] = [ABOUT_PATH, PRIVACY_PATH, '/livez', '/readyz', '/startupz']

/** The page loads nothing, and nobody may frame it. */
const PRIVACY_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer'
}

export interface PeoplePagesOptions {
  readonly health: Pick<RelayHealth, 'find'>
  readonly version: string
  /** As it holds. */
  readonly config: () => Pick<RelayConfig, 'about' | 'logLevel' | 'relay' | 'web'>
  /** The line to give to people. */
  readonly address: () => string
  /** Tries for another relay whether it can be reached. */
  readonly dialBack: PageListener
  /** Answers everything else; undefined where there is nothing else. */
  readonly client: RequestListener | undefined
}

/** Answers requests. */
export function peoplePages(options: PeoplePagesOptions): PageListener {
  const { client, dialBack, health } = options
  return (request, response, address) => {
    const [path = ''] = (request.url ?? '').split(/[?#]/)
    if (path === REACH_PATH) {
      dialBack(request, response, address)
    } else if (!OWN_PATHS.includes(path)) {
      if (client === undefined) {
        const text = 'A Sealpost relay. It speaks libp2p over WebSockets.\n'
        sendText(response, 426, text, { upgrade: 'websocket' })
      } else {
        client(request, response)
      }
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendText(response, 405, 'Only GET and HEAD are answered here.\n', { allow: 'GET, HEAD' })
    } else if (path === PRIVACY_PATH) {
      sendText(response, 200, privacyHtml(privacyFacts(options.config())), PRIVACY_HEADERS)
    } else if (!answerHealth(health, request, response)) {
      const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' }
      sendText(response, 200, `${JSON.stringify(aboutOf(options))}\n`, headers)
    }
  }
}

/** Who runs the relay and by what rules, for people and their clients; what the operator does not tell is left out. */
function aboutOf({ address, config, version }: PeoplePagesOptions): object {
  const { about, relay } = config()
  const { operator, policy, desk, registration, workBits, quotas } = relay
  const told = Object.entries({ operator, ...about, policy, desk }).filter(
    ([, text]) => text !== ''
  )
  return {
    ...Object.fromEntries(told),
    address: address(),
    version,
    registration,
    limits: {
      workBits,
      depositsPerSecond: relay.depositsPerSecond,
      depositBurst: relay.depositBurst,
      mailboxDepositsPerMinute: relay.mailboxDepositsPerMinute,
      groupDepositsPerMinute: relay.groupDepositsPerMinute,
      mailboxes: quotas
    }
  }
}
