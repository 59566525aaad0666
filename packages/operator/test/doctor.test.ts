import assert from 'node:assert/strict'
import { type DoctorFacts, type DoctorLine, doctorAnswer, examine } from '@sealpost/operator'

const NOW = 1_700_000_000_000
const DAY_MS = 86_400_000
const GIB = 2 ** 30

const SERVING = {
  state: 'serving',
  version: '1.0.0',
  capacity: 'open',
  crashCount: 0,
  certificate: { expiresAtMs: NOW + 60 * DAY_MS, isNextRefused: false },
  load: { step: 'normal', cause: undefined }
} satisfies DoctorFacts['process']

const REACH = {
  address: '/dns4/relay.example/tcp/443/tls/ws',
  askedCount: 3,
  toldCount: 2,
  reachedCount: 1
} as const

const WELL: DoctorFacts = {
  configFailure: undefined,
  key: { state: 'sound', isOpenToOthers: false },
  directoryFailure: undefined,
  process: SERVING,
  disk: { freeBytes: 100 * GIB, totalBytes: 200 * GIB, reserveBytes: 10 * GIB },
  fileSystem: 'disk',
  syncMs: 1,
  openFiles: { limit: 10_000, needed: 6_000 },
  memory: { totalBytes: 4 * GIB, neededBytes: GIB },
  listening: [{ where: '127.0.0.1:7700', state: 'answered' }],
  addresses: [
    {
      address: '/dns4/relay.example/tcp/443/tls/ws',
      state: 'reached',
      certificateEndsAtMs: NOW + 60 * DAY_MS
    }
  ],
  reach: [REACH],
  clock: { offsetMs: 300, askedCount: 1, isBehindFiles: false },
  version: '1.0.0'
}

function withAddress(change: Partial<DoctorFacts['addresses'][number]>): Partial<DoctorFacts> {
  return { addresses: WELL.addresses.map((address) => ({ ...address, ...change })) }
}

function withCertificate(change: {
  readonly expiresAtMs?: number
  readonly isNextRefused?: boolean
}): Partial<DoctorFacts> {
  return { process: { ...SERVING, certificate: { ...SERVING.certificate, ...change } } }
}

function faultsOf(facts: DoctorFacts): readonly DoctorLine[] {
  return examine(facts, NOW).filter(({ level }) => level !== 'ok')
}

describe('what is wrong with a relay', () => {
  it('is nothing where all is well', () => {
    assert.deepEqual(faultsOf(WELL), [])
    assert.equal(doctorAnswer(examine(WELL, NOW)).isWell, true)
  })

  const faults: readonly (readonly [
    what: string,
    change: Partial<DoctorFacts>,
    line: Pick<DoctorLine, 'check' | 'level'>,
    remedy: RegExp
  ])[] = [
    [
      'a wrong option',
      { configFailure: 'work-bits is 33.' },
      { check: 'configuration', level: 'fail' },
      /config check/
    ],
    [
      'no relay there',
      { key: { state: 'missing', isOpenToOthers: false } },
      { check: 'key', level: 'fail' },
      /run/
    ],
    [
      'a damaged key',
      { key: { state: 'damaged', isOpenToOthers: false } },
      { check: 'key', level: 'fail' },
      /backup/
    ],
    [
      'a key that others read',
      { key: { state: 'sound', isOpenToOthers: true } },
      { check: 'key', level: 'fail' },
      /chmod 600/
    ],
    [
      'a port that others do not reach',
      { reach: [{ ...REACH, toldCount: 3 }] },
      { check: 'reached', level: 'fail' },
      /firewalls/
    ],
    [
      'relays that cannot tell',
      { reach: [{ ...REACH, toldCount: 0, reachedCount: 0 }] },
      { check: 'reached', level: 'unknown' },
      /ask others/
    ],
    [
      'nobody to ask',
      { reach: [{ ...REACH, askedCount: 0, toldCount: 0, reachedCount: 0 }] },
      { check: 'reached', level: 'unknown' },
      /neighbours/
    ],
    [
      'a full disk',
      { directoryFailure: 'ENOSPC' },
      { check: 'directory', level: 'fail' },
      /Make room/
    ],
    [
      'a directory of somebody else',
      { directoryFailure: 'EACCES' },
      { check: 'directory', level: 'fail' },
      /user/
    ],
    [
      'no process',
      { process: { state: 'absent' } },
      { check: 'process', level: 'warn' },
      /Start it/
    ],
    [
      'a process that hangs',
      { process: { state: 'silent', processId: 7 } },
      { check: 'process', level: 'fail' },
      /end it/
    ],
    [
      'a relay with too much to do',
      { process: { ...SERVING, load: { step: 'no-requests', cause: 'commits' } } },
      { check: 'process', level: 'warn' },
      /recovers by itself/
    ],
    [
      'a relay with far too much to do',
      { process: { ...SERVING, load: { step: 'read-only', cause: 'memory' } } },
      { check: 'process', level: 'fail' },
      /add a relay/
    ],
    [
      'a store that failed',
      { process: { ...SERVING, crashCount: 2 } },
      { check: 'store', level: 'warn' },
      /smartctl/
    ],
    [
      'a relay without room',
      { process: { ...SERVING, capacity: 'read-only' } },
      { check: 'store', level: 'fail' },
      /store-bytes-max/
    ],
    [
      'the reserve touched',
      { disk: { freeBytes: 10 * GIB, totalBytes: 200 * GIB, reserveBytes: 10 * GIB } },
      { check: 'disk', level: 'fail' },
      /Make room/
    ],
    [
      'little room',
      { disk: { freeBytes: 15 * GIB, totalBytes: 200 * GIB, reserveBytes: 10 * GIB } },
      { check: 'disk', level: 'warn' },
      /Make room/
    ],
    [
      'memory for a disk',
      { fileSystem: 'memory' },
      { check: 'file-system', level: 'fail' },
      /disk/
    ],
    [
      'a network for a disk',
      { fileSystem: 'network' },
      { check: 'file-system', level: 'warn' },
      /disk of this machine/
    ],
    ['a slow disk', { syncMs: 80 }, { check: 'disk-speed', level: 'warn' }, /iostat/],
    ['a stuck disk', { syncMs: 900 }, { check: 'disk-speed', level: 'fail' }, /iostat/],
    [
      'few open files',
      { openFiles: { limit: 1_024, needed: 6_000 } },
      { check: 'open-files', level: 'warn' },
      /LimitNOFILE/
    ],
    [
      'little memory',
      { memory: { totalBytes: GIB / 2, neededBytes: GIB } },
      { check: 'memory', level: 'warn' },
      /connections-max/
    ],
    [
      'a port that is taken',
      { listening: [{ where: ':7700', state: 'taken' }] },
      { check: 'port', level: 'fail' },
      /ss -ltnp/
    ],
    [
      'a port of the system',
      { listening: [{ where: ':443', state: 'forbidden' }] },
      { check: 'port', level: 'fail' },
      /proxy/
    ],
    [
      'an address of another machine',
      { listening: [{ where: '192.0.2.1:7700', state: 'foreign' }] },
      { check: 'port', level: 'fail' },
      /addresses/
    ],
    [
      'a port where nobody answers',
      { listening: [{ where: ':7700', state: 'unanswered' }] },
      { check: 'port', level: 'fail' },
      /firewall/
    ],
    [
      'an unknown name',
      withAddress({ state: 'name-unknown' }),
      { check: 'address', level: 'fail' },
      /DNS/
    ],
    [
      'a closed port',
      withAddress({ state: 'unreachable' }),
      { check: 'address', level: 'fail' },
      /firewalls/
    ],
    [
      'a wrong certificate',
      withAddress({ state: 'certificate-refused', certificateFailure: 'CERT_HAS_EXPIRED' }),
      { check: 'address', level: 'fail' },
      /Renew/
    ],
    [
      'a proxy that passes no WebSockets',
      withAddress({ state: 'no-websocket' }),
      { check: 'address', level: 'fail' },
      /Upgrade/
    ],
    [
      'a certificate that ends soon',
      withAddress({ certificateEndsAtMs: NOW + 3 * DAY_MS }),
      { check: 'certificate', level: 'warn' },
      /Renew/
    ],
    [
      'a certificate that is over',
      withAddress({ certificateEndsAtMs: NOW }),
      { check: 'certificate', level: 'fail' },
      /Renew/
    ],
    [
      'a certificate of its own that ends soon',
      withCertificate({ expiresAtMs: NOW + 3 * DAY_MS }),
      { check: 'certificate', level: 'warn' },
      /Renew/
    ],
    [
      'a certificate of its own that is over',
      withCertificate({ expiresAtMs: NOW }),
      { check: 'certificate', level: 'fail' },
      /Renew/
    ],
    [
      'a next certificate that cannot be used',
      withCertificate({ isNextRefused: true }),
      { check: 'certificate', level: 'warn' },
      /both files/
    ],
    [
      'a clock that is off',
      { clock: { offsetMs: -4_000, askedCount: 3, isBehindFiles: false } },
      { check: 'clock', level: 'warn' },
      /timedatectl/
    ],
    [
      'a wrong clock',
      { clock: { offsetMs: 600_000, askedCount: 3, isBehindFiles: false } },
      { check: 'clock', level: 'fail' },
      /timedatectl/
    ],
    [
      'a clock of last year',
      { clock: { offsetMs: undefined, askedCount: 0, isBehindFiles: true } },
      { check: 'clock', level: 'fail' },
      /timedatectl/
    ],
    [
      'nobody to ask for the time',
      { clock: { offsetMs: undefined, askedCount: 0, isBehindFiles: false } },
      { check: 'clock', level: 'unknown' },
      /--ask/
    ],
    [
      'an upgrade that did not start',
      { version: '1.1.0' },
      { check: 'version', level: 'warn' },
      /Start the relay anew/
    ]
  ]
  for (const [what, change, line, remedy] of faults) {
    it(`is ${what}, and nothing else, with what to do`, () => {
      const facts = { ...WELL, ...change }
      const found = faultsOf(facts)
      const [fault] = found
      assert.equal(found.length, 1)
      assert.deepEqual({ check: fault?.check, level: fault?.level }, line)
      assert.match(fault?.remedy ?? '', remedy)
      assert.equal(doctorAnswer(examine(facts, NOW)).isWell, line.level !== 'fail')
    })
  }
})
