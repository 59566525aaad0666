import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DEFAULT_RELAY_OPTIONS, encodeLink, formatLink } from '@sealpost/core'
import { testNodeKey } from '@sealpost/host/testing'
import { readConfig, type RelayConfig } from '../src/config/config.ts'
import type { ConfigSources } from '../src/config/gathered-options.ts'
import { PARTNERS } from './config/other-value.ts'
import { environmentName, OPTION_ROWS, type OptionRow } from '../src/config/option-rows.ts'

/** Where each option ends up. */
const PLACES: Readonly<Record<string, (config: RelayConfig) => unknown>> = {
  data: (config) => config.data,
  listen: (config) => config.listen,
  addresses: ({ relay }) => relay.addresses,
  'deposits-per-second': ({ relay }) => relay.depositsPerSecond,
  'deposit-burst': ({ relay }) => relay.depositBurst,
  'requests-per-second': ({ relay }) => relay.requestsPerSecond,
  'request-burst': ({ relay }) => relay.requestBurst,
  'mailbox-deposits-per-minute': ({ relay }) => relay.mailboxDepositsPerMinute,
  'group-deposits-per-minute': ({ relay }) => relay.groupDepositsPerMinute,
  'registrations-per-hour-per-range': ({ relay }) => relay.registrationsPerHourPerRange,
  web: (config) => config.web,
  'tls-certificate': ({ tls }) => tls?.certificatePath,
  'tls-key': ({ tls }) => tls?.keyPath,
  'trusted-proxies': (config) => config.trustedProxies,
  'operator-listen': (config) => config.operatorListen,
  'knocks-per-minute-per-range': ({ relay }) => relay.knocksPerMinutePerRange,
  'bytes-per-second-per-key': ({ relay }) => relay.bytesPerSecondPerKey,
  'bytes-per-second-per-range': ({ relay }) => relay.bytesPerSecondPerRange,
  'work-bits': ({ relay }) => relay.workBits,
  registration: ({ relay }) => relay.registration,
  'contact-envelopes-max': ({ relay }) => relay.quotas.contact.envelopeCountMax,
  'contact-bytes-max': ({ relay }) => relay.quotas.contact.bytesMax,
  'request-envelopes-max': ({ relay }) => relay.quotas.request.envelopeCountMax,
  'request-bytes-max': ({ relay }) => relay.quotas.request.bytesMax,
  'own-envelopes-max': ({ relay }) => relay.quotas.own.envelopeCountMax,
  'own-bytes-max': ({ relay }) => relay.quotas.own.bytesMax,
  'group-envelopes-max': ({ relay }) => relay.quotas.group.envelopeCountMax,
  'group-bytes-max': ({ relay }) => relay.quotas.group.bytesMax,
  'connections-max': ({ relay }) => relay.connectionsMax,
  'connections-per-range-max': ({ relay }) => relay.connectionsPerRangeMax,
  'connections-per-minute-per-range': (config) => config.connectionsPerMinutePerRange,
  'unsent-bytes-max': ({ relay }) => relay.unsentBytesMax,
  'connections-pending-max': (config) => config.connectionsPendingMax,
  'requests-unanswered-max': ({ relay }) => relay.requestsUnansweredMax,
  'subscriptions-per-connection-max': ({ relay }) => relay.subscriptionsPerConnectionMax,
  'subscriptions-max': ({ relay }) => relay.subscriptionsMax,
  'pending-reads-max': ({ relay }) => relay.pendingReadsMax,
  'store-bytes-max': ({ relay }) => relay.storeBytesMax,
  'reserve-bytes': ({ relay }) => relay.reserveBytes,
  'mailbox-cache-size': ({ relay }) => relay.mailboxCacheSize,
  'backup-directory': ({ backup }) => backup.directory,
  'backup-interval-hours': ({ backup }) => backup.intervalMs / 3_600_000,
  'backup-recipient': ({ backup }) => backup.recipient,
  'backup-keep': ({ backup }) => backup.keepCount,
  'backup-keep-days': ({ backup }) => backup.keepMs / 86_400_000,
  'backup-trial-days': ({ backup }) => backup.trialIntervalMs / 86_400_000,
  operator: ({ relay }) => relay.operator,
  policy: ({ relay }) => relay.policy,
  contact: ({ about }) => about.contact,
  complaints: ({ about }) => about.complaints,
  country: ({ about }) => about.country,
  desk: ({ relay }) => relay.desk,
  neighbours: (config) => config.neighbours,
  'alarm-rules': ({ watch }) => watch.alarmRuleLines,
  'alarm-webhook': ({ watch }) => watch.alarmWebhook,
  'alarm-command': ({ watch }) => watch.alarmCommand,
  'alarm-escalate-minutes': ({ watch }) => watch.alarmEscalateMinutes,
  'watch-actions': ({ watch }) => watch.actions,
  'tuning-pins': ({ watch }) => watch.tuningPins,
  overload: ({ watch }) => (watch.shedsLoad ? 'auto' : 'off'),
  'log-level': (config) => config.logLevel,
  'log-format': (config) => config.logFormat
}

interface Sample {
  readonly text: string
  readonly value: unknown
}

/** Three values that differ from each other and from the default, as they are written and as they are read. */
function samplesOf({ name, kind }: OptionRow): readonly [Sample, Sample, Sample] {
  const same = (text: string): Sample => ({ text, value: text })
  const number = (value: number): Sample => ({ text: String(value), value })
  switch (kind.type) {
    case 'integer':
    case 'bytes':
      return [number(kind.max), number(kind.max - 1), number(kind.max - 2)]
    case 'choice':
      return [same(kind.words[0] ?? ''), same(kind.words[1] ?? ''), same(kind.words.at(-1) ?? '')]
    case 'list':
      if (name === 'tuning-pins') {
        return [
          listed('pending-reads-max'),
          listed('deposits-per-second'),
          {
            text: 'deposits-per-second, pending-reads-max',
            value: ['deposits-per-second', 'pending-reads-max']
          }
        ]
      }
      if (name === 'alarm-rules') {
        return three(['a', 'b', 'c'].map((word) => listed(`${word} connections > 1`)))
      }
      if (name === 'neighbours') {
        return three(['/dns4/a.example', '/ip4/192.0.2.1', '/ip6/::1'].map(pairOf))
      }
      return name === 'listen'
        ? three(ports('host').map(({ text, value }) => ({ text, value: [value] })))
        : three(
            (name === 'trusted-proxies'
              ? ['10.0.0.1', '::1', '10.0.0.0/8']
              : ['/a/1', '/b/2', '/c/3']
            ).map(listed)
          )
    case 'text':
      if (name === 'country') {
        return [same('CH'), same('DE'), same('IS')]
      }
      if (name === 'alarm-webhook') {
        return [same('https://a.example/'), same('http://[::1]:1/'), same('http://localhost/b')]
      }
      if (name === 'backup-recipient') {
        return [same('age1one'), same('age1two'), same('age1three')]
      }
      return name === 'operator-listen'
        ? three(ports('localhost'))
        : name === 'desk'
          ? three([1, 2, 3].map((byte) => same(deskLink(byte))))
          : [same('/one'), same('/two'), same('/three')]
  }
}

/** Two relays, since one is not enough. */
function pairOf(host: string): Sample {
  const value = [1, 2].map((port) => `${host}/tcp/${String(port)}/ws`)
  return { text: value.join(', '), value }
}

function listed(text: string): Sample {
  return { text, value: [text] }
}

/** A public address, or a link for one person. */
function deskLink(byte: number, kind: 'public' | 'one-time' = 'public'): string {
  const [linkSecret, inviterHash] = [new Uint8Array(32).fill(byte), new Uint8Array(32)]
  const relays = [{ nodeKey: testNodeKey(1), addresses: ['/ip4/127.0.0.1/tcp/7700/ws'] }]
  const link = { kind, linkSecret, inviterHash, expiresAtMs: undefined, relays }
  return formatLink(encodeLink(link))
}

function ports(host: string): readonly Sample[] {
  return [1, 2, 3].map((port) => ({ text: `${host}:${String(port)}`, value: { host, port } }))
}

function three(samples: readonly Sample[]): readonly [Sample, Sample, Sample] {
  return samples as unknown as readonly [Sample, Sample, Sample]
}

function read(sources: {
  readonly flags?: Readonly<Record<string, string | readonly string[]>>
  readonly environment?: ConfigSources['environment']
  readonly file?: string
}): RelayConfig {
  const flags = Object.entries(sources.flags ?? {}).map(
    ([name, value]) => [name, typeof value === 'string' ? [value] : value] as const
  )
  return readConfig({
    flags: new Map(flags),
    environment: sources.environment ?? {},
    file: sources.file === undefined ? undefined : { name: 'relay.yaml', text: sources.file }
  })
}

describe('the desk of a relay', () => {
  it('is a public address, and nothing else', () => {
    const desk = deskLink(1)
    assert.equal(read({ flags: { desk } }).relay.desk, desk)
    for (const other of [deskLink(1, 'one-time'), desk.slice(0, -1), 'rita', `${desk}\n`]) {
      assert.throws(() => read({ flags: { desk: other } }), invalid(/desk must be the public/))
    }
  })
})

function invalid(message: RegExp): object {
  return { name: 'ConfigError', code: 'SEALPOST_CONFIG_INVALID', message }
}

function unknown(message: RegExp): object {
  return { name: 'ConfigError', code: 'SEALPOST_CONFIG_UNKNOWN_KEY', message }
}

describe('the configuration of a relay', () => {
  it('has a place for each option', () => {
    assert.deepEqual(Object.keys(PLACES).sort(), OPTION_ROWS.map(({ name }) => name).sort())
  })

  it('is what the machine does by default, where nothing is said', () => {
    const config = read({})
    assert.deepEqual(config.relay, DEFAULT_RELAY_OPTIONS)
    assert.deepEqual(config.listen, [{ host: '127.0.0.1', port: 7700 }])
    assert.equal(config.logLevel, 'info')
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.relay))
  })

  for (const row of OPTION_ROWS) {
    const { name } = row
    const [a, b, c] = samplesOf(row)
    const place = (config: RelayConfig): unknown => PLACES[name]?.(config)
    const partner = PARTNERS[name]
    const beside = partner === undefined ? {} : { [environmentName(partner)]: '/beside' }

    describe(name, () => {
      it('is read from a flag, the environment and the file', () => {
        assert.deepEqual(place(read({ flags: { [name]: a.text }, environment: beside })), a.value)
        const environment = { ...beside, [environmentName(name)]: b.text }
        assert.deepEqual(place(read({ environment })), b.value)
        assert.deepEqual(place(read({ file: `${name}: ${c.text}`, environment: beside })), c.value)
      })

      it('is taken from the flag before the environment, and from that before the file', () => {
        const environment = { ...beside, [environmentName(name)]: b.text }
        const file = `${name}: ${c.text}`
        const flags = { [name]: a.text }
        assert.deepEqual(place(read({ flags, environment, file })), a.value)
        assert.deepEqual(place(read({ environment, file })), b.value)
      })

      if (row.kind.type === 'integer' || row.kind.type === 'bytes') {
        const { min, max } = row.kind

        it('is refused one past its bounds, whatever says it', () => {
          assert.equal(place(read({ flags: { [name]: String(min) } })), min)
          const message = new RegExp(`^--${name} must be .* from .* to .*, not `)
          const past = [max + 1, ...(min > 0 ? [min - 1] : [-1])]
          for (const value of past) {
            assert.throws(() => read({ flags: { [name]: String(value) } }), invalid(message))
            assert.throws(() => read({ file: `${name}: ${String(value)}` }), {
              code: 'SEALPOST_CONFIG_INVALID'
            })
          }
        })

        it('is refused where it is no whole number', () => {
          for (const value of ['', 'x', '1.5', '1e3', '-1', '0x10', '1,000', 'true', '[1]', '{}']) {
            assert.throws(() => read({ flags: { [name]: value } }), {
              code: 'SEALPOST_CONFIG_INVALID'
            })
          }
          for (const value of ['x', '1.5', 'true', '[1]', '{}', '~', '2020-01-01']) {
            assert.throws(() => read({ file: `${name}: ${value}` }), {
              code: 'SEALPOST_CONFIG_INVALID'
            })
          }
        })
      }
    })
  }

  it('reads bytes with their unit', () => {
    const bytes = (text: string): unknown =>
      read({ flags: { 'store-bytes-max': text } }).relay.storeBytesMax
    assert.deepEqual(['64KiB', '3 MiB', '2GiB', '1TiB', '7'].map(bytes), [
      65_536,
      3 * 1_048_576,
      2 ** 31,
      2 ** 40,
      7
    ])
    assert.throws(
      () => bytes('64kb'),
      invalid(/--store-bytes-max must be bytes, like 65536 or 64MiB/)
    )
  })

  it('leaves the reserve to the machine where it is auto, and takes no other option for auto', () => {
    assert.equal(read({ flags: { 'reserve-bytes': 'auto' } }).relay.reserveBytes, undefined)
    assert.throws(() => read({ flags: { 'store-bytes-max': 'auto' } }), invalid(/store-bytes-max/))
  })

  it('takes lists with commas, as several flags, and as YAML lists', () => {
    const expected = ['/ip4/192.0.2.1/tcp/1/ws', '/dns4/relay.example/tcp/443/tls/ws']
    const [one, two] = expected
    assert.deepEqual(read({ flags: { addresses: `${one}, ${two}` } }).relay.addresses, expected)
    assert.deepEqual(read({ flags: { addresses: expected } }).relay.addresses, expected)
    assert.deepEqual(
      read({ file: `addresses: [${expected.join(', ')}]` }).relay.addresses,
      expected
    )
    assert.deepEqual(read({ file: 'addresses: []' }).relay.addresses, [])
    const four = ['/a', '/b', '/c', '/d']
    assert.deepEqual(read({ flags: { addresses: four.slice(1) } }).relay.addresses.length, 3)
    assert.throws(() => read({ flags: { addresses: four } }), invalid(/must be 0 to 3 texts/))
    assert.throws(() => read({ file: 'addresses: [1]' }), invalid(/must be 0 to 3 texts/))
    assert.throws(() => read({ flags: { listen: '' } }), invalid(/--listen must be 1 to 8 texts/))
  })

  it('takes the last of several flags for what is no list as a mistake', () => {
    assert.throws(
      () => read({ flags: { 'work-bits': ['1', '2'] } }),
      invalid(/--work-bits must be/)
    )
    assert.throws(() => read({ flags: { operator: ['a', 'b'] } }), invalid(/--operator must be/))
  })

  it('posts alarms over HTTPS, or to this machine alone', () => {
    for (const url of [
      'http://relay.example/',
      'ftp://localhost/',
      'localhost',
      'http://127.0.0.1.example/'
    ]) {
      assert.throws(() => read({ flags: { 'alarm-webhook': url } }), invalid(/alarm-webhook must/))
    }
  })

  it('names what is pinned and never tuned', () => {
    assert.throws(() => read({ flags: { 'tuning-pins': 'work-bits' } }), invalid(/tuning-pins/))
  })

  it('names the rule of an alarm that is none', () => {
    const rules = ['loop-late off', 'x commit-ms > fast']
    assert.throws(() => read({ flags: { 'alarm-rules': rules } }), invalid(/"x commit-ms > fast"/))
  })

  it('reads where to listen', () => {
    const listen = (text: string): unknown => read({ flags: { listen: text } }).listen
    assert.deepEqual(listen('127.0.0.1:0,[::1]:7700,localhost:65535'), [
      { host: '127.0.0.1', port: 0 },
      { host: '::1', port: 7700 },
      { host: 'localhost', port: 65_535 }
    ])
    for (const text of ['7700', 'localhost', 'localhost:', ':7700', 'a:65536', '::1:7700', 'a:b']) {
      assert.throws(() => listen(text), invalid(/listen must be HOST:PORT/), text)
    }
    assert.throws(() => listen('a:1,a:1'), invalid(/twice/))
  })

  it('answers its operator on this machine alone, and nowhere where told so', () => {
    const operatorListen = (text: string): unknown =>
      read({ flags: { 'operator-listen': text } }).operatorListen
    assert.deepEqual(read({}).operatorListen, { host: '127.0.0.1', port: 7701 })
    assert.deepEqual(operatorListen('[::1]:0'), { host: '::1', port: 0 })
    assert.equal(operatorListen('none'), undefined)
    for (const text of ['0.0.0.0:7701', '[::]:7701', '192.0.2.1:7701', 'relay.example:7701']) {
      assert.throws(() => operatorListen(text), invalid(/must be on this machine, like .*ssh -L/))
    }
    assert.throws(() => operatorListen('7701'), invalid(/^operator-listen must be HOST:PORT/))
    assert.throws(() => operatorListen('a'.repeat(65)), invalid(/at most 64 bytes/))
  })

  it('takes no address that says which relay it is, since the relay itself says that', () => {
    for (const address of ['relay.example:7700', '/ip4/192.0.2.1/tcp/1/ws/p2p/12D3KooWX']) {
      assert.throws(() => read({ flags: { addresses: address } }), invalid(/must be multiaddrs/))
    }
  })

  it('takes a certificate and its key together, or none', () => {
    assert.equal(read({}).tls, undefined)
    for (const name of ['tls-certificate', 'tls-key']) {
      assert.throws(() => read({ flags: { [name]: 'here.pem' } }), invalid(/belong together/))
    }
    const both = { 'tls-certificate': 'here.pem', 'tls-key': '/there.pem' }
    assert.deepEqual(read({ flags: both }).tls, {
      certificatePath: resolve('here.pem'),
      keyPath: '/there.pem'
    })
  })

  it('takes addresses and ranges of addresses for proxies, and nothing else', () => {
    const proxies = ['192.0.2.7', '10.0.0.0/8', '2001:db8::/32', '::1', '0.0.0.0/0']
    assert.deepEqual(read({ flags: { 'trusted-proxies': proxies } }).trustedProxies, proxies)
    for (const text of ['proxy.example', '10.0.0.0/33', '10.0.0/8', '::1/129', '1.2.3.4/', '/8']) {
      const message = /trusted-proxies must be IP addresses or ranges/
      assert.throws(() => read({ flags: { 'trusted-proxies': text } }), invalid(message), text)
    }
  })

  it('bounds what is told to people by bytes', () => {
    assert.equal(read({ flags: { operator: 'é'.repeat(128) } }).relay.operator.length, 128)
    assert.throws(
      () => read({ flags: { operator: 'é'.repeat(129) } }),
      invalid(/at most 256 bytes/)
    )
  })

  it('takes a country by its two letters', () => {
    for (const country of ['ch', 'C', 'C1', 'Switzerland']) {
      assert.throws(() => read({ flags: { country } }), { code: 'SEALPOST_CONFIG_INVALID' })
    }
    assert.throws(() => read({ flags: { contact: 'a'.repeat(257) } }), invalid(/256 bytes/))
  })

  it('names the nearest option for one that does not exist, wherever it stands', () => {
    assert.throws(
      () => read({ flags: { 'work-bit': '1' } }),
      unknown(/--work-bit\. Did you mean work-bits\?/)
    )
    assert.throws(
      () => read({ environment: { SEALPOST_RELAY_LISTN: 'a:1' } }),
      unknown(/SEALPOST_RELAY_LISTN\. Did you mean SEALPOST_RELAY_LISTEN\?/)
    )
    assert.throws(
      () => read({ file: 'deposits-per-secnod: 3' }),
      unknown(/deposits-per-secnod in relay\.yaml\. Did you mean deposits-per-second\?/)
    )
    assert.throws(
      () => read({ file: 'colour: red' }),
      unknown(/no option colour in relay\.yaml\.$/)
    )
    assert.throws(() => read({ file: 'config: x' }), unknown(/config/))
  })

  it('leaves other variables alone, and empty ones', () => {
    const environment = {
      SEALPOST_HOME: '/home',
      SEALPOST_RELAY_WORK_BITS: '',
      SEALPOST_RELAY_CONFIG: 'relay.yaml',
      SEALPOST_RELAYS: 'x'
    }
    assert.deepEqual(read({ environment }), read({}))
  })

  it('takes an empty file, and refuses one that holds no options', () => {
    assert.deepEqual(read({ file: '' }), read({}))
    assert.deepEqual(read({ file: '# nothing yet\n' }), read({}))
    assert.throws(() => read({ file: '- work-bits' }), invalid(/relay\.yaml must hold lines like/))
    assert.throws(() => read({ file: 'work-bits' }), invalid(/relay\.yaml must hold lines like/))
    assert.throws(() => read({ file: 'a: [' }), invalid(/^relay\.yaml is no YAML: .*line 1/))
    assert.throws(() => read({ file: 'work-bits: 1\nwork-bits: 2' }), invalid(/is no YAML/))
  })

  it('keeps its data where it is told to, or where programs keep theirs', () => {
    assert.equal(read({ flags: { data: 'here' } }).data, resolve('here'))
    const before = process.env['XDG_DATA_HOME']
    try {
      process.env['XDG_DATA_HOME'] = '/xdg'
      assert.equal(read({}).data, '/xdg/sealpost-relay')
      delete process.env['XDG_DATA_HOME']
      assert.equal(read({}).data, join(homedir(), '.local/share/sealpost-relay'))
    } finally {
      if (before !== undefined) {
        process.env['XDG_DATA_HOME'] = before
      }
    }
  })
})
