/**
 * The wire, written down: other versions and other programs hold these bytes to be true. A line changes only with the protocol's
 * version. Long fields of one repeated byte are written as `[byte x count]`.
 */
import assert from 'node:assert/strict'
import {
  bytesToHex,
  decodeClientFrame,
  decodeContent,
  decodeDeviceList,
  decodeInvitation,
  decodeRelayFrame,
  encodeClientFrame,
  encodeContent,
  encodeDeviceList,
  encodeInvitation,
  encodeRelayFrame,
  linkIds,
  messageIds,
  nodeKeys,
  requestIds,
  storeIds
} from '@sealpost/protocol'
import type {
  Content,
  ContentBody,
  DeviceList,
  DeviceNumber,
  Invitation,
  MailboxAnswer,
  MailboxPush,
  MailboxRequest
} from '@sealpost/protocol'
import {
  address,
  bundle,
  device,
  deviceList,
  envelope,
  envelopeId,
  fill,
  identityKey,
  mailboxId,
  profile,
  relays,
  shorten
} from './golden-values.ts'

const linkId = linkIds.fromBytes(fill(0xa2, 32))
const work = { challenge: fill(0xc1, 16), nonce: fill(0xc2, 8) }
const live = { ...envelope, lifetime: 0 as const }
const requests: readonly (readonly [MailboxRequest, string])[] = [
  [{ type: 'info' }, '08ac021200'],
  [
    {
      type: 'register',
      registrations: [
        {
          type: 'mailbox',
          mailboxId,
          depositHash: fill(0xb2, 32),
          fetchHash: fill(0xb3, 32),
          kind: 'request',
          isQuiet: true
        },
        { type: 'link', linkId, claimHash: fill(0xb4, 32), ownerHash: fill(0xb5, 32) }
      ],
      work
    },
    '08ac021af6010a6c0a6a0a20[a1 x 32]1220[b2 x 32]1a20[b3 x 32]200228010a6812660a20[a2 x 32]1220[b4 x 32]1a20[b5 x 32]121c0a10[c1 x 16]1208[c2 x 8]'
  ],
  [
    {
      type: 'deposit',
      mailboxId,
      depositToken: fill(0xd1, 32),
      envelope,
      isLive: false,
      work: undefined
    },
    '08ac022280110a20[a1 x 32]1220[d1 x 32]1ab9100a10[a3 x 16]1220[b1 x 32]1802228010[ee x 2048]'
  ],
  [
    {
      type: 'deposit',
      mailboxId,
      depositToken: fill(0xd1, 32),
      envelope: live,
      isLive: true,
      work
    },
    '08ac02229e110a20[a1 x 32]1220[d1 x 32]1ab7100a10[a3 x 16]1220[b1 x 32]228010[ee x 2048]20012a1c0a10[c1 x 16]1208[c2 x 8]'
  ],
  [
    {
      type: 'subscribe',
      instance: fill(0xd2, 16),
      subscriptions: [{ mailboxId, fetchToken: fill(0xd3, 32) }]
    },
    '08ac022a580a10[d2 x 16]12440a20[a1 x 32]1220[d3 x 32]'
  ],
  [{ type: 'unsubscribe', mailboxIds: [mailboxId] }, '08ac0232220a20[a1 x 32]'],
  [
    { type: 'ack', mailboxId, envelopeIds: [envelopeId, envelopeId] },
    '08ac023a460a20[a1 x 32]1210[a3 x 16]1210[a3 x 16]'
  ],
  [
    { type: 'recall', mailboxId, envelopeId, recallToken: fill(0xd4, 32) },
    '08ac0242560a20[a1 x 32]1210[a3 x 16]1a20[d4 x 32]'
  ],
  [
    { type: 'destroy', mailboxId, fetchToken: fill(0xd3, 32) },
    '08ac024a440a20[a1 x 32]1220[d3 x 32]'
  ],
  [
    {
      type: 'put-claimables',
      linkId,
      ownerToken: fill(0xd5, 32),
      claimables: [{ blob: fill(0xef, 4_096), expiresAtMs: 1_700_000_000_000, isFallback: true }],
      replaceAll: true
    },
    '08ac0252d5200a20[a2 x 32]1220[d5 x 32]1a8c200a8020[ef x 4096]1080d095ffbc3118012001'
  ],
  [
    { type: 'claim', linkId, claimToken: fill(0xd6, 32), claimId: fill(0xd7, 32), work },
    '08ac025a84010a20[a2 x 32]1220[d6 x 32]1a20[d7 x 32]221c0a10[c1 x 16]1208[c2 x 8]'
  ],
  [
    { type: 'count-claimables', linkId, ownerToken: fill(0xd5, 32) },
    '08ac0262440a20[a2 x 32]1220[d5 x 32]'
  ]
]

const answers: readonly (readonly [MailboxAnswer, string])[] = [
  [
    {
      type: 'info',
      info: {
        versions: [1],
        timeMs: 1_700_000_000_000,
        storeId: storeIds.fromBytes(fill(0xa4, 16)),
        challenge: fill(0xc1, 16),
        workBits: 18,
        limits: {
          depositsPerSecond: 20,
          depositBurst: 60,
          mailboxDepositsPerMinute: 120,
          contactEnvelopeCountMax: 512,
          contactBytesMax: 8_388_608,
          requestEnvelopeCountMax: 64,
          unackedEnvelopeCountMax: 64,
          unackedBytesMax: 1_048_576
        },
        capacity: 'no-new-mailboxes',
        operator: 'rita',
        policy: 'be kind',
        desk: 'sealpost:i/AQEP',
        addresses: ['/dns4/relay.example/tcp/443/tls/ws'],
        closesAtMs: 300,
        needsInvite: true,
        notices: [{ id: 'd1'.repeat(8), language: 'en', text: 'hi', endsAtMs: 300 }]
      }
    },
    '08ac0212aa010a01011080d095ffbc311a10[a4 x 16]2210[c1 x 16]281232160814103c18782080042880808004304038404080804038024204726974614a076265206b696e6452222f646e73342f72656c61792e6578616d706c652f7463702f3434332f746c732f77735a0f7365616c706f73743a692f4151455060ac02680172150a08[d1 x 8]1202656e1a02686920ac02'
  ],
  [{ type: 'registered', outcomes: ['done', 'denied', 'busy'] }, '08ac021a050a03010203'],
  [{ type: 'deposited', outcome: 'stored' }, '08ac0222020801'],
  [{ type: 'deposited', outcome: 'gone' }, '08ac0222020802'],
  [{ type: 'deposited', outcome: 'accepted' }, '08ac0222020803'],
  [{ type: 'subscribed', outcomes: ['done'] }, '08ac022a030a0101'],
  [{ type: 'subscribed', outcomes: ['empty', 'denied'] }, '08ac022a040a020402'],
  [{ type: 'unsubscribed' }, '08ac023200'],
  [{ type: 'acked' }, '08ac023a00'],
  [{ type: 'recalled', outcome: 'recalled' }, '08ac0242020801'],
  [{ type: 'recalled', outcome: 'delivered' }, '08ac0242020802'],
  [{ type: 'recalled', outcome: 'unknown' }, '08ac0242020803'],
  [{ type: 'destroyed' }, '08ac024a00'],
  [{ type: 'claimables-stored' }, '08ac025200'],
  [{ type: 'claimed', blob: fill(0xef, 4_096) }, '08ac025a83200a8020[ef x 4096]'],
  [{ type: 'taken' }, '08ac025a021200'],
  [
    { type: 'claimables-counted', left: 38, claimed: 2, fallbackClaimed: 1 },
    '08ac026206082610021801'
  ],
  [{ type: 'refused', reason: 'denied' }, '08ac02b201020801'],
  [{ type: 'refused', reason: 'quota-exceeded' }, '08ac02b201020802'],
  [{ type: 'refused', reason: 'too-large' }, '08ac02b201020803'],
  [{ type: 'refused', reason: 'expired' }, '08ac02b201020804'],
  [
    { type: 'refused', reason: 'needs-work', workBits: 20, challenge: fill(0xc1, 16) },
    '08ac02b20116080518142210[c1 x 16]'
  ],
  [{ type: 'refused', reason: 'slow-down', retryAfterMs: 1_000 }, '08ac02b20105080610e807'],
  [{ type: 'refused', reason: 'busy', retryAfterMs: 5_000 }, '08ac02b201050807108827'],
  [{ type: 'refused', reason: 'unsupported-version' }, '08ac02b201020808'],
  [{ type: 'refused', reason: 'internal' }, '08ac02b201020809']
]

const pushes: readonly (readonly [MailboxPush, string])[] = [
  [
    { type: 'deliver', mailboxId, envelope, isLive: false },
    '9201de100a20[a1 x 32]12b9100a10[a3 x 16]1220[b1 x 32]1802228010[ee x 2048]'
  ],
  [
    { type: 'deliver', mailboxId, envelope: live, isLive: true },
    '9201de100a20[a1 x 32]12b7100a10[a3 x 16]1220[b1 x 32]228010[ee x 2048]1801'
  ],
  [{ type: 'drained', mailboxId }, '9a01220a20[a1 x 32]'],
  [{ type: 'superseded', mailboxId }, 'a201220a20[a1 x 32]'],
  [{ type: 'going-away', retryAfterMs: 30_000 }, 'aa010408b0ea01']
]

const bodies: readonly (readonly [ContentBody, string])[] = [
  [{ type: 'text', text: 'hä' }, '08011210[a6 x 16]1880d095ffbc3152050a0368c3a4'],
  [
    {
      type: 'request',
      requestId: requestIds.fromBytes(fill(0xa7, 16)),
      profile,
      address,
      deviceList,
      text: 'hi'
    },
    '08011210[a6 x 16]1880d095ffbc3162ab0f0a10[a7 x 16]12070a05616c6963651ac10e0803100518e724223e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f77732a20[55 x 32]30fa1538e80742cf0d08011221[51 x 33]1a40[52 x 64]20022aa10c[53 x 1569]3240[54 x 64]22460a0208011240[56 x 64]2a026869'
  ],
  [
    { type: 'accept', profile, address, deviceList },
    '08011210[a6 x 16]1880d095ffbc316a950f0a070a05616c69636512c10e0803100518e724223e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f77732a20[55 x 32]30fa1538e80742cf0d08011221[51 x 33]1a40[52 x 64]20022aa10c[53 x 1569]3240[54 x 64]1a460a0208011240[56 x 64]'
  ],
  [
    { type: 'address-update', address: undefined, deviceList },
    '08011210[a6 x 16]1880d095ffbc31724812460a0208011240[56 x 64]'
  ],
  [{ type: 'link-used' }, '08011210[a6 x 16]1880d095ffbc317a00'],
  [
    { type: 'withdrawal', messageId: messageIds.fromBytes(fill(0xa9, 16)), number: 300 },
    '08011210[a6 x 16]1880d095ffbc318201150a10[a9 x 16]10ac02'
  ],
  [
    {
      type: 'text',
      text: 'hi',
      reply: { messageId: messageIds.fromBytes(fill(0xa9, 16)), isOfSender: true, excerpt: 'ho' },
      isForwarded: true
    },
    '08011210[a6 x 16]1880d095ffbc3152200a02686912180a10[a9 x 16]10011a02686f1801'
  ],
  [
    { type: 'edit', messageId: messageIds.fromBytes(fill(0xa9, 16)), text: 'ho' },
    '08011210[a6 x 16]1880d095ffbc319201160a10[a9 x 16]1202686f'
  ],
  [
    {
      type: 'reaction',
      messageId: messageIds.fromBytes(fill(0xa9, 16)),
      isOfSender: true,
      emoji: '\u{1f44d}'
    },
    '08011210[a6 x 16]1880d095ffbc319a011a0a10[a9 x 16]10011a04f09f918d'
  ],
  [
    { type: 'text', text: 'hi', fadeAfterS: 300 },
    '08011210[a6 x 16]1880d095ffbc3152070a02686920ac02'
  ],
  [
    { type: 'timer', seconds: 300, changedAtMs: 1_700_000_000_001 },
    '08011210[a6 x 16]1880d095ffbc31a2010a08ac021081d095ffbc31'
  ],
  [
    {
      type: 'unavailable',
      shown: [{ first: 1, last: 2 }],
      silent: [
        { first: 3, last: 3 },
        { first: 5, last: 300 }
      ]
    },
    '08011210[a6 x 16]1880d095ffbc318a01130a04080110021204080310031205080510ac02'
  ]
]

const receipt: Content = {
  number: 0,
  messageId: undefined,
  sentAtMs: 1_700_000_000_000,
  progress: [
    { device, deliveredUpTo: 300, deliveredBeyond: [{ first: 302, last: 303 }], readUpTo: 299 }
  ],
  body: { type: 'receipt' }
}
const RECEIPT = '1880d095ffbc312210080510ac021a0608ae0210af0220ab025a00'

const RECEIPT_WITH_HERE =
  '1880d095ffbc312210080510ac021a0608ae0210af0220ab022a450a20[ad x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f77731880d095ffbc315a00'

const list: DeviceList = {
  version: 2,
  devices: [{ number: device, registrationId: 4_711, addedAtMs: 1_700_000_000_000 }],
  removed: [1 as DeviceNumber, 2 as DeviceNumber]
}
const LIST = '0802120c080510e7241880d095ffbc311a020102'

const invitation: Invitation = {
  expiresAtMs: 1_700_000_000_000,
  isFallback: false,
  device,
  registrationId: 4_711,
  identityKey,
  bundle: { ...bundle, oneTimePrekey: { id: 9, key: fill(0x57, 33) } },
  requestKey: fill(0x58, 1_216),
  boxSeed: fill(0x59, 32),
  relays,
  profile
}
const INVITATION =
  '0880d095ffbc31180520e7242a21[a8 x 33]32f60d08011221[51 x 33]1a40[52 x 64]20022aa10c[53 x 1569]3240[54 x 64]3a2508091221[57 x 33]3ac009[58 x 1216]4220[59 x 32]4a3e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f777352070a05616c696365'

describe('the wire', () => {
  for (const [request, golden] of requests) {
    const what = 'isLive' in request && request.isLive ? 'live ' : ''
    it(`says ${what}${request.type} as it always did`, () => {
      const bytes = encodeClientFrame({ type: 'request', number: 300, request })
      assert.equal(shorten(bytes), golden)
      assert.deepEqual(decodeClientFrame(bytes), { type: 'request', number: 300, request })
    })
  }

  for (const [answer, golden] of answers) {
    const what = 'outcome' in answer ? answer.outcome : 'reason' in answer ? answer.reason : 'so'
    it(`answers ${answer.type}, ${what}, as it always did`, () => {
      const bytes = encodeRelayFrame({ type: 'answer', number: 300, answer })
      assert.equal(shorten(bytes), golden)
      assert.deepEqual(decodeRelayFrame(bytes), { type: 'answer', number: 300, answer })
    })
  }

  for (const [push, golden] of pushes) {
    const what = 'isLive' in push && push.isLive ? 'live ' : ''
    it(`says ${what}${push.type} as it always did`, () => {
      const bytes = encodeRelayFrame({ type: 'push', push })
      assert.equal(shorten(bytes), golden)
      assert.deepEqual(decodeRelayFrame(bytes), { type: 'push', push })
    })
  }

  it('has the same heartbeat in both directions', () => {
    for (const [type, golden] of [
      ['ping', '82010208'],
      ['pong', '8a010208']
    ] as const) {
      assert.equal(bytesToHex(encodeClientFrame({ type, number: 7 })), `${golden}07`)
      assert.equal(bytesToHex(encodeRelayFrame({ type, number: 7 })), `${golden}07`)
    }
  })
})

describe('content', () => {
  for (const [body, golden] of bodies) {
    it(`says ${body.type} as it always did`, () => {
      const messageId = messageIds.fromBytes(fill(0xa6, 16))
      const content = { number: 1, messageId, sentAtMs: 1_700_000_000_000, progress: [], body }
      const bytes = encodeContent(content)
      assert.equal(shorten(bytes), golden)
      assert.deepEqual(decodeContent(bytes), content)
    })
  }

  it('says where a device is as it always did', () => {
    const here = {
      nodeKey: nodeKeys.fromBytes(fill(0xad, 32)),
      addresses: ['/ip4/192.0.2.1/tcp/7700/ws'],
      validUntilMs: 1_700_000_000_000
    }
    assert.equal(shorten(encodeContent({ ...receipt, here })), RECEIPT_WITH_HERE)
    assert.deepEqual(decodeContent(encodeContent({ ...receipt, here })), { ...receipt, here })
  })

  it('says receipt as it always did', () => {
    assert.equal(shorten(encodeContent(receipt)), RECEIPT)
    assert.deepEqual(decodeContent(encodeContent(receipt)), receipt)
  })

  it('lists devices as it always did', () => {
    assert.equal(shorten(encodeDeviceList(list)), LIST)
    assert.deepEqual(decodeDeviceList(encodeDeviceList(list)), list)
  })

  it('invites as it always did', () => {
    assert.equal(shorten(encodeInvitation(invitation)), INVITATION)
    assert.deepEqual(decodeInvitation(encodeInvitation(invitation)), invitation)
  })
})
