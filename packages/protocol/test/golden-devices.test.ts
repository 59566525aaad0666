/** The wire between devices, to direct peers and in backups, written down as in `golden.test.ts`. */
import assert from 'node:assert/strict'
import {
  decodeBackupRecord,
  decodeContent,
  decodeDirectFrame,
  decodeLinkHello,
  decodeLinkWelcome,
  decodeLiveContent,
  decodeResendRequest,
  encodeBackupRecord,
  encodeContent,
  encodeDirectFrame,
  encodeLinkHello,
  encodeLinkWelcome,
  encodeLiveContent,
  encodeResendRequest,
  identityKeys,
  messageIds,
  transferIds
} from '@sealpost/protocol'
import type {
  AccountState,
  BackupRecord,
  ContactState,
  DirectFrame,
  LinkHello,
  LinkState,
  LinkWelcome,
  LiveContent,
  OwnDeviceBody,
  ResendRequest
} from '@sealpost/protocol'
import {
  address,
  device,
  deviceList,
  envelope,
  fill,
  identityKey,
  mailboxId,
  profile,
  relays,
  shorten
} from './golden-values.ts'

const transferId = transferIds.fromBytes(fill(0xaa, 16))
const account: AccountState = {
  profile,
  settings: {
    lifetime: 3,
    isTypingShown: true,
    isPresenceShown: true,
    isReadShown: false,
    isDirect: false
  },
  deviceNames: [{ device, name: 'laptop' }],
  changedAtMs: 1_700_000_000_000
}
const contact: ContactState = {
  identityKey,
  name: 'bob',
  profileName: 'robert',
  standing: 'blocked',
  verifiedAtMs: 1_700_000_000_000,
  direct: 'off',
  deviceList,
  addresses: [address],
  held: [{ device, upTo: 300, beyond: [{ first: 302, last: 303 }] }],
  changedAtMs: 1_700_000_000_001,
  createdAtMs: 1_700_000_000_002,
  requestText: 'hi',
  replaces: identityKeys.fromBytes(fill(0xab, 33)),
  isIdentityChanged: true,
  standingBefore: undefined,
  request: undefined
}
const link: LinkState = {
  id: 'ac'.repeat(16),
  kind: 'public',
  linkSecret: fill(0x5a, 32),
  boxSeed: fill(0x59, 32),
  requestSecretKey: fill(0x5b, 32),
  link: 'sealpost:i/AQ',
  createdAtMs: 1_700_000_000_000,
  expiresAtMs: 1_700_000_000_001,
  state: 'revoked',
  usedBy: identityKey,
  endedAtMs: 1_700_000_000_002,
  servingDevice: device,
  relays,
  changedAtMs: 1_700_000_000_003
}

const bodies: readonly (readonly [OwnDeviceBody, string])[] = [
  [
    { type: 'sent-copy', identityKey, content: Uint8Array.of(8, 1) },
    '08011210[a6 x 16]1880d095ffbc318202270a21[a8 x 33]12020801'
  ],
  [
    { type: 'read-marks', marks: [{ identityKey, device, upTo: 300 }] },
    '08011210[a6 x 16]1880d095ffbc318a022a0a280a21[a8 x 33]100518ac02'
  ],
  [
    { type: 'contact-state', contact },
    '08011210[a6 x 16]1880d095ffbc3192028d100a21[a8 x 33]1203626f621a06726f6265727420052880d095ffbc3130023a460a0208011240[56 x 64]42c10e0803100518e724223e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f77732a20[55 x 32]30fa1538e80742cf0d08011221[51 x 33]1a40[52 x 64]20022aa10c[53 x 1569]3240[54 x 64]4a0d080510ac021a0608ae0210af025081d095ffbc315882d095ffbc31620268696a21[ab x 33]7001'
  ],
  [
    {
      type: 'contact-state',
      contact: { ...contact, deviceList: undefined, addresses: [], replaces: undefined }
    },
    '08011210[a6 x 16]1880d095ffbc3192025e0a21[a8 x 33]1203626f621a06726f6265727420052880d095ffbc3130024a0d080510ac021a0608ae0210af025081d095ffbc315882d095ffbc31620268697001'
  ],
  [
    { type: 'account-state', account },
    '08011210[a6 x 16]1880d095ffbc319a02280a070a05616c696365120a080310011801200028001a0a080512066c6170746f702080d095ffbc31'
  ],
  [
    { type: 'link-state', link },
    '08011210[a6 x 16]1880d095ffbc31a2028c020a10[ac x 16]10021a20[5a x 32]2220[59 x 32]2a20[5b x 32]320d7365616c706f73743a692f41513880d095ffbc314081d095ffbc3148055221[a8 x 33]5882d095ffbc3160056a3e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f77737083d095ffbc31'
  ],
  [
    {
      type: 'history-part',
      transferId,
      index: 300,
      isLast: true,
      totalCount: 50_000,
      records: Uint8Array.of(1, 2)
    },
    '08011210[a6 x 16]1880d095ffbc31aa021f0a10[aa x 16]10ac02180120d086032a020102'
  ],
  [
    { type: 'history-request', transferId, sinceMs: 1_700_000_000_000 },
    '08011210[a6 x 16]1880d095ffbc31b202190a10[aa x 16]1080d095ffbc31'
  ],
  [
    {
      type: 'stars',
      messages: [
        {
          identityKey,
          messageId: messageIds.fromBytes(fill(0xa6, 16)),
          isOwn: true,
          star: { value: 1_700_000_000_000, changedAtMs: 1_700_000_000_001 }
        }
      ]
    },
    '08011210[a6 x 16]1880d095ffbc318204490a470a21[a8 x 33]1210[a6 x 16]1801220e0880d095ffbc311081d095ffbc31'
  ]
]

const directFrames: readonly (readonly [DirectFrame, string])[] = [
  [
    {
      type: 'deposit',
      number: 300,
      mailboxId,
      depositToken: fill(0xd1, 32),
      envelope,
      isLive: true
    },
    '08ac021282110a20[a1 x 32]1220[d1 x 32]1ab9100a10[a3 x 16]1220[b1 x 32]1802228010[ee x 2048]2001'
  ],
  [{ type: 'stored', number: 300 }, '08ac021a00'],
  [{ type: 'refused', number: 300, reason: 'denied' }, '08ac0222020801'],
  [{ type: 'refused', number: 300, reason: 'busy' }, '08ac0222020802'],
  [{ type: 'refused', number: 300, reason: 'too-large' }, '08ac0222020803'],
  [{ type: 'ping', number: 300 }, '08ac022a00'],
  [{ type: 'pong', number: 300 }, '08ac023200']
]

const resendRequest: ResendRequest = {
  sentAtMs: 1_700_000_000_000,
  ciphertextHash: fill(0xb6, 16),
  progress: [
    { device, deliveredUpTo: 300, deliveredBeyond: [{ first: 302, last: 303 }], readUpTo: 0 }
  ],
  isSessionBroken: true,
  furtherHashes: [fill(0xb7, 16)]
}
const RESEND_REQUEST = '0880d095ffbc311210[b6 x 16]1a0d080510ac021a0608ae0210af0220012a10[b7 x 16]'

const liveContents: readonly (readonly [LiveContent, string])[] = [
  [
    { sentAtMs: 1_700_000_000_000, body: { type: 'typing', isTyping: true } },
    '0880d095ffbc3112020801'
  ],
  [
    { sentAtMs: 1_700_000_000_000, body: { type: 'presence', isOnline: true } },
    '0880d095ffbc311a020801'
  ]
]

const hello: LinkHello = {
  requestKey: fill(0x58, 1_216),
  name: 'laptop',
  registrationId: 4_711,
  code: fill(0x5d, 16)
}
const HELLO = '0ac009[58 x 1216]12066c6170746f7018e7242210[5d x 16]'

const welcomes: readonly (readonly [LinkWelcome, string])[] = [
  [
    {
      type: 'granted',
      identityPublic: fill(0xa8, 33),
      identityPrivate: fill(0x5e, 32),
      ownerSecret: fill(0x5f, 32),
      device,
      deviceList,
      account,
      relays,
      siblings: [address]
    },
    '0a21[a8 x 33]1220[5e x 32]1a20[5f x 32]20052a460a0208011240[56 x 64]32280a070a05616c696365120a080310011801200028001a0a080512066c6170746f702080d095ffbc313a3e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f777342c10e0803100518e724223e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f77732a20[55 x 32]30fa1538e80742cf0d08011221[51 x 33]1a40[52 x 64]20022aa10c[53 x 1569]3240[54 x 64]'
  ],
  [{ type: 'refused' }, '4801']
]

const records: readonly (readonly [BackupRecord, string])[] = [
  [
    {
      type: 'manifest',
      formatVersion: 1,
      createdAtMs: 1_700_000_000_000,
      identityKey,
      device,
      name: 'alice'
    },
    '0a3508011080d095ffbc311a21[a8 x 33]20052a05616c696365'
  ],
  [
    {
      type: 'identity',
      publicKey: fill(0xa8, 33),
      privateKey: fill(0x5e, 32),
      ownerSecret: fill(0x5f, 32),
      deviceList,
      ownAddresses: []
    },
    '12af010a21[a8 x 33]1220[5e x 32]1a20[5f x 32]22460a0208011240[56 x 64]'
  ],
  [
    { type: 'account', account, relays },
    '1a6a0a280a070a05616c696365120a080310011801200028001a0a080512066c6170746f702080d095ffbc31123e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f7773'
  ],
  [
    { type: 'contact', contact: { ...contact, addresses: [] } },
    '22c9010a21[a8 x 33]1203626f621a06726f6265727420052880d095ffbc3130023a460a0208011240[56 x 64]4a0d080510ac021a0608ae0210af025081d095ffbc315882d095ffbc31620268696a21[ab x 33]7001'
  ],
  [
    { type: 'link', link },
    '2a8c020a10[ac x 16]10021a20[5a x 32]2220[59 x 32]2a20[5b x 32]320d7365616c706f73743a692f41513880d095ffbc314081d095ffbc3148055221[a8 x 33]5882d095ffbc3160056a3e0a20[a5 x 32]121a2f6970342f3139322e302e322e312f7463702f373730302f77737083d095ffbc31'
  ],
  [
    {
      type: 'message',
      message: {
        identityKey,
        device,
        isOwn: true,
        number: 300,
        lastNumber: 301,
        messageId: messageIds.fromBytes(fill(0xa6, 16)),
        kind: 'notice',
        text: 'hä',
        sentAtMs: 1_700_000_000_000,
        storedAtMs: 1_700_000_000_001,
        orderMs: 1_700_000_000_002,
        onRelayAtMs: 1_700_000_000_003,
        deliveredAtMs: 1_700_000_000_004,
        readAtMs: 1_700_000_000_005,
        withdrawnAtMs: 1_700_000_000_006,
        isUnread: true
      }
    },
    '327a0a21[a8 x 33]1005180120ac0228ad023210[a6 x 16]3804420368c3a44880d095ffbc315081d095ffbc315882d095ffbc316083d095ffbc316884d095ffbc317085d095ffbc317886d095ffbc31800101'
  ],
  [
    {
      type: 'message',
      message: {
        identityKey,
        device,
        isOwn: true,
        number: 300,
        lastNumber: 0,
        messageId: messageIds.fromBytes(fill(0xa6, 16)),
        kind: 'text',
        text: 'h\u00e4',
        sentAtMs: 0,
        storedAtMs: 0,
        orderMs: 0,
        onRelayAtMs: 0,
        deliveredAtMs: 0,
        readAtMs: 0,
        withdrawnAtMs: 0,
        isUnread: false,
        reply: { messageId: messageIds.fromBytes(fill(0xa9, 16)), isOfSender: true, excerpt: 'ho' },
        isForwarded: true,
        edit: { sentAtMs: 1_700_000_000_001, device: 2, number: 301 },
        earlier: [{ text: 'ho', sentAtMs: 1_700_000_000_000, device: 0, number: 0 }],
        reactions: [
          { isOwn: true, emoji: '\u{1f44d}', sentAtMs: 1_700_000_000_002, device: 1, number: 5 }
        ]
      }
    },
    '3294010a21[a8 x 33]1005180120ac023210[a6 x 16]3801420368c3a48a01180a10[a9 x 16]10011a02686f9001019a010c1081d095ffbc31180220ad02a2010b0a02686f1080d095ffbc31aa011308011204f09f918d1882d095ffbc3120012805'
  ],
  [
    { type: 'end', contactCount: 1, messageCount: 300, linkCount: 2, digest: fill(0xb7, 32) },
    '3a29080110ac0218022220[b7 x 32]'
  ]
]

describe('content between own devices', () => {
  for (const [body, golden] of bodies) {
    it(`says ${body.type} as it always did`, () => {
      const messageId = messageIds.fromBytes(fill(0xa6, 16))
      const content = { number: 1, messageId, sentAtMs: 1_700_000_000_000, progress: [], body }
      assert.equal(shorten(encodeContent(content)), golden)
      assert.deepEqual(decodeContent(encodeContent(content)), content)
    })
  }
})

describe('the words beside content', () => {
  it('ask to send again as they always did', () => {
    assert.equal(shorten(encodeResendRequest(resendRequest)), RESEND_REQUEST)
    assert.deepEqual(decodeResendRequest(encodeResendRequest(resendRequest)), resendRequest)
  })

  for (const [live, golden] of liveContents) {
    it(`say ${live.body.type} as they always did`, () => {
      assert.equal(shorten(encodeLiveContent(live)), golden)
      assert.deepEqual(decodeLiveContent(encodeLiveContent(live)), live)
    })
  }

  it('greet as they always did', () => {
    assert.equal(shorten(encodeLinkHello(hello)), HELLO)
    assert.deepEqual(decodeLinkHello(encodeLinkHello(hello)), hello)
  })

  for (const [welcome, golden] of welcomes) {
    it(`welcome, ${welcome.type}, as they always did`, () => {
      assert.equal(shorten(encodeLinkWelcome(welcome)), golden)
      assert.deepEqual(decodeLinkWelcome(encodeLinkWelcome(welcome)), welcome)
    })
  }

  for (const [frame, golden] of directFrames) {
    const what = 'reason' in frame ? `${frame.type}, ${frame.reason},` : frame.type
    it(`say ${what} to a direct peer as they always did`, () => {
      assert.equal(shorten(encodeDirectFrame(frame)), golden)
      assert.deepEqual(decodeDirectFrame(encodeDirectFrame(frame)), frame)
    })
  }

  for (const [record, golden] of records) {
    it(`back up ${record.type} as they always did`, () => {
      assert.equal(shorten(encodeBackupRecord(record)), golden)
      assert.deepEqual(decodeBackupRecord(encodeBackupRecord(record)), record)
    })
  }
})
