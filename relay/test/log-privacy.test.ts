/**
 * Everything that a relay and whoever runs it can do, with the log at its most talkative; then the log is searched for everything that
 * identifies somebody or opens something.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type CallName, CALLS, ParamValues } from '@sealpost/operator'
import {
  bytesToBase58,
  bytesToBase64url,
  bytesToHex,
  envelopeIds,
  mailboxIds,
  type NodeKey,
  nodeKeys,
  nodeKeyToPeerIdText,
  type RelayAddress
} from '@sealpost/protocol'
import { createTransport, generateNodeSeed, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { callRelay } from '../src/operator/call-relay.ts'
import { SYSTEM_CLOCK } from '../src/world/system-clock.ts'
import { RawClient, testEnvelope, testMailbox } from './raw-client.ts'
import { readyProcess } from './relay-process.ts'
import { testCertificate } from './tls/test-certificate.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** What is said with each call; a call that is new has to be given a line here. */
type Said = Readonly<Record<CallName, readonly object[]>>

/** Bytes as somebody might write them. */
function written(bytes: Uint8Array): readonly string[] {
  const base64 = Buffer.from(bytes).toString('base64')
  const list = [...bytes.subarray(0, 8)].join(',')
  return [bytesToHex(bytes), bytesToBase58(bytes), bytesToBase64url(bytes), base64, list]
}

/** Takes alarms, at a path that only whoever configured it knows. */
async function webhook(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    request.resume()
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${String(port)}/hook-${randomBytes(12).toString('hex')}`
  return {
    url,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

describe('the log of a relay at its most talkative', function () {
  this.timeout(90_000)
  const secrets = new Map<string, string>()
  const known = getCACertificates('default')

  after(() => {
    setDefaultCACertificates(known)
  })

  function keepSecret(what: string, ...texts: readonly string[]): void {
    for (const text of texts) {
      assert.ok(text.length > 5, what)
      secrets.set(text, what)
    }
  }

  /** Everything that a client can do, right and wrong. */
  async function people(address: RelayAddress): Promise<void> {
    const seed = generateNodeSeed()
    keepSecret('node key of a client', ...writtenKey(await nodeKeyOfSeed(seed)))
    const transport = await createTransport({ clock: SYSTEM_CLOCK, seed })
    await using alice = await RawClient.over(transport, address)
    const mailbox = testMailbox()
    const request = testMailbox('request')
    const envelope = testEnvelope()
    for (const each of [mailbox, request]) {
      keepSecret('mailbox', ...written(mailboxIds.toBytes(each.mailboxId)))
      keepSecret('tokens', ...written(each.depositToken), ...written(each.fetchToken))
    }
    keepSecret('envelope', ...written(envelopeIds.toBytes(envelope.envelopeId)))
    keepSecret('content', ...written(envelope.sealed.subarray(0, 24)))
    keepSecret('notice', NOTICE)
    await alice.register([mailbox])
    await alice.register([request])
    await alice.subscribe([mailbox])
    await alice.deposit(mailbox, envelope)
    await alice.deposit({ ...mailbox, depositToken: new Uint8Array(32).fill(7) })
    await alice.deposit(testMailbox())
    await alice.deposit(request)
    await alice.until(() => alice.deliveries.length > 0)
    const { envelopeId } = envelope
    const { mailboxId } = mailbox
    await alice.ask({ type: 'ack', mailboxId, envelopeIds: [envelopeId] })
    await using mallory = await RawClient.connect(address)
    mallory.sendBytes(new Uint8Array(64).fill(9))
    await mallory.untilClosed()
  }

  async function changed(path: string, text: string): Promise<void> {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }

  /** Every call, with what it needs, and with nonsense. */
  async function operators(data: string, said: Said): Promise<void> {
    for (const [name, all] of Object.entries(said) as [CallName, readonly object[]][]) {
      for (const given of all) {
        const params = ParamValues.parse(CALLS[name].params, given)
        const answer = await callRelay(data, name, params).catch((error: unknown) => String(error))
        if (name === 'token add' && typeof answer === 'object' && 'token' in answer) {
          keepSecret('token', answer.token)
        }
        if (name === 'invites add' && typeof answer === 'object' && 'address' in answer) {
          // What stands behind the address that everybody may know.
          keepSecret('invite', answer.address.slice(-20))
        }
        if (name === 'dashboard' && typeof answer === 'object' && 'url' in answer) {
          keepSecret('ticket', answer.url.split('=')[1] ?? '')
        }
      }
    }
  }

  /** What the loopback port answers, and what it does not. */
  async function port(link: string): Promise<void> {
    const guess = randomBytes(24).toString('base64url')
    keepSecret('guess of a token', guess)
    for (const path of ['metrics', 'livez', 'readyz', 'startupz', '', `nowhere-${guess}`]) {
      await (await fetch(`${link}${path}`)).text()
    }
    const [, ticket = ''] = [...secrets].find(([, what]) => what === 'ticket') ?? []
    for (const body of [JSON.stringify({ ticket }), `{"ticket":"${guess}"}`, guess]) {
      await (await fetch(`${link}session`, { method: 'POST', body })).text()
    }
    for (const path of ['api/status', `api/${guess}`, guess]) {
      const headers = { authorization: `Bearer ${guess}` }
      await (await fetch(`${link}${path}`, { method: 'POST', headers, body: guess })).text()
    }
  }

  it('holds no address, key, id, token or content, whatever is done to it', async () => {
    await using directory = await temporaryDirectory()
    await using elsewhere = await temporaryDirectory()
    const hook = await webhook()
    keepSecret('webhook', hook.url.split('/').at(-1) ?? '')
    keepSecret('address of this machine', '127.0.0.1', '192.0.2.7', '2001:db8::7')
    keepSecret('operator', 'Rita of Example', 'rita@example.org')
    const certificatePath = join(elsewhere.path, 'certificate.pem')
    const keyPath = join(elsewhere.path, 'key.pem')
    const pair = testCertificate()
    await writeFile(certificatePath, pair.certificate)
    await writeFile(keyPath, pair.key)
    keepSecret('key of the certificate', pair.key.split('\n')[1] ?? '')
    setDefaultCACertificates([...known, pair.certificate])
    const config = join(directory.path, 'relay.yaml')
    const {
      process: relay,
      address,
      operatorLink
    } = await readyProcess(directory.path, {
      'log-level': 'debug',
      'log-format': 'json',
      'operator-listen': '127.0.0.1:0',
      'tls-certificate': certificatePath,
      'tls-key': keyPath,
      'backup-directory': join(elsewhere.path, 'backups'),
      neighbours: '/ip4/127.0.0.1/tcp/1/ws, /ip6/2001:db8::7/tcp/1/ws',
      'alarm-rules': 'ours mailboxes < 1000',
      'alarm-webhook': hook.url,
      'alarm-command': 'false',
      'alarm-escalate-minutes': '1',
      operator: 'Rita of Example',
      contact: 'rita@example.org'
    })
    await using running = relay
    const peerId = nodeKeyToPeerIdText(address.nodeKey)
    keepSecret('key of the relay', ...writtenKey(address.nodeKey))
    await people(address)
    await changed(config, 'trusted-proxies: [192.0.2.7]\nwork-bits: 17\n')
    await operators(directory.path, saidWith(elsewhere.path, peerId))
    await changed(config, 'listen: 192.0.2.7\nunknown-rita@example.org: 1\n')
    await operators(directory.path, { ...NOTHING_SAID, reload: [{}] })
    await port(operatorLink)
    const reach = address.addresses[0]?.replace(/^.*\/tcp\/(\d+).*$/, 'https://127.0.0.1:$1/reach')
    const body = JSON.stringify({ address: `/ip4/192.0.2.7/tcp/1/ws/p2p/${peerId}` })
    await (await fetch(reach ?? '', { method: 'POST', body })).text()
    await relay.untilWritten(/relay\.alarm\.raised/)
    await relay.untilWritten(/relay\.backup\.made/)
    await operators(directory.path, {
      ...NOTHING_SAID,
      block: [{ kind: 'range', value: '127.0.0.1/32', reason: 'everybody' }]
    })
    await assert.rejects(RawClient.connect(address))
    await operators(directory.path, { ...NOTHING_SAID, drain: [{}] })
    const { stderr: log } = await relay.ended()
    hook.close()
    const events = new Set([...log.matchAll(/"event":"([a-z.-]+)"/g)].map(([, event]) => event))
    for (const event of EVENTS) {
      assert.ok(events.has(event), `${event} is not in ${[...events].join(', ')}`)
    }
    const audit = await readFile(join(directory.path, 'audit.log'), 'utf8')
    assert.ok(audit.split('\n').length > 15 && secrets.size > 60, String(secrets.size))
    for (const [secret, what] of secrets) {
      for (const text of [log, audit]) {
        assert.ok(!text.includes(secret), `${what} is logged: ${lineWith(text, secret)}`)
      }
    }
    assert.ok(running.pid !== undefined)
  })
})

/** Lines that the search is worth nothing without. */
const EVENTS: readonly string[] = [
  'relay.ready',
  'relay.alarm.raised',
  'relay.config.reloaded',
  'relay.config.refused',
  'relay.backup.made',
  'relay.operator.token-wrong',
  'relay.stopped'
]

const NOTICE = 'We restart on Sunday.'

const NOTHING_SAID = Object.fromEntries(
  Object.keys(CALLS).map((name) => [name, []])
) as unknown as Said

function saidWith(folder: string, peerId: string): Said {
  const byCategory = { problem: 1, complaint: 0, abuse: 0, wish: 0, other: 0 }
  const month = { month: '2026-11', count: 1, openCount: 1, byCategory, byCause: [] }
  const counts = JSON.stringify({ overdueCount: 0, months: [month] })
  const mailbox = bytesToHex(new Uint8Array(32).fill(5))
  const blocked = [
    { kind: 'range', value: '192.0.2.7/32', reason: 'floods us' },
    { kind: 'range', value: '2001:db8::7/128', reason: 'floods us' },
    { kind: 'range', value: 'rita@example.org', reason: 'no range' },
    { kind: 'node', value: peerId, reason: 'itself' },
    { kind: 'mailbox', value: mailbox, reason: 'full of it' }
  ]
  return {
    status: [{}],
    activity: [{}],
    history: [{}, { span: 'day' }],
    limits: [{}],
    'config show': [{}, { next: true }],
    reload: [{}],
    'log-level': [{}, { level: 'debug', for: 600_000 }],
    dashboard: [{}],
    'token add': [{ name: 'rita', role: 'operator' }],
    'token list': [{}],
    'token remove': [{ name: 'nobody' }, { name: 'rita' }],
    block: blocked,
    unblock: [{ what: '192.0.2.7/32' }, { what: mailbox }, { what: 'rita@example.org' }],
    blocks: [{}],
    'audit list': [{}],
    'audit verify': [{}],
    alarms: [{}],
    'alarms test': [{}],
    'alarms answer': [{ id: 1 }],
    watch: [{}],
    'watch apply': [{ id: 1 }],
    'watch undo': [{ id: 1 }],
    report: [{}, { week: true }],
    tickets: [{}],
    'tickets report': [{ counts }, { counts: 'rita@example.org' }],
    'backup begin': [{ file: join(folder, 'backup') }, { file: 'nowhere' }],
    'backup progress': [{}],
    compact: [{}],
    decommission: [{ days: 3 }, { undo: true }],
    'invites add': [{ uses: 2 }],
    'invites list': [{}],
    'invites remove': [{ id: 'rita@example.org' }],
    'notices add': [{ text: NOTICE }, { text: `${NOTICE}\n`, language: 'en' }],
    'notices list': [{}],
    'notices remove': [{ id: 'rita@example.org' }],
    drain: []
  }
}

function writtenKey(nodeKey: NodeKey): readonly string[] {
  const peerId = nodeKeyToPeerIdText(nodeKey)
  return [nodeKey, peerId, ...written(nodeKeys.toBytes(nodeKey))]
}

function lineWith(log: string, text: string): string {
  return log.split('\n').find((line) => line.includes(text)) ?? ''
}
