import assert from 'node:assert/strict'
import {
  ProtocolAddress,
  SenderKeyDistributionMessage,
  SenderKeyRecord as OfficialRecord,
  SenderKeyStore,
  groupDecrypt,
  groupEncrypt,
  processSenderKeyDistributionMessage
} from '@signalapp/libsignal-client'
import { randomBytes } from 'node:crypto'
import {
  decodeSenderKeyRecord,
  decryptFromGroup,
  distributionOf,
  encodeSenderKeyRecord,
  encryptForGroup,
  makeSenderKey,
  readDistributionId,
  withDistribution
} from '@sealpost/crypto-noble'
import type { SenderKeyRecord } from '@sealpost/crypto-noble'
import { hexToBytes, isSealpostError, utf8ToBytes } from '@sealpost/protocol'
import { dice, seededRandom } from './seeded-random.ts'

const DISTRIBUTION = 'd1d1d1d1-7000-11eb-b32a-33b8a8a487a6'
const DISTRIBUTION_BYTES = hexToBytes(DISTRIBUTION.replaceAll('-', ''))
const RUNS = 12
const MESSAGES = 40

/** libsignal's sender keys of one person, in memory. */
class SenderKeys extends SenderKeyStore {
  readonly #records = new Map<string, Uint8Array<ArrayBuffer>>()

  override async saveSenderKey(
    sender: ProtocolAddress,
    distributionId: string,
    record: OfficialRecord
  ): Promise<void> {
    this.#records.set(`${sender.toString()} ${distributionId}`, record.serialize())
  }

  override async getSenderKey(
    sender: ProtocolAddress,
    distributionId: string
  ): Promise<OfficialRecord | null> {
    const bytes = this.#records.get(`${sender.toString()} ${distributionId}`)
    return bytes === undefined ? null : OfficialRecord.deserialize(bytes)
  }
}

/** What somebody makes of a message: its text, that it is a duplicate, or that it is nothing. */
type Verdict = string | undefined

interface Sender {
  readonly send: (text: string) => Promise<Uint8Array<ArrayBuffer>>
}

interface Recipients {
  readonly official: (bytes: Uint8Array<ArrayBuffer>) => Promise<Verdict>
  readonly noble: (bytes: Uint8Array) => Verdict
}

describe('groups of both engines', function () {
  this.timeout(30_000)
  const seed = process.env['SEALPOST_SEED'] ?? randomBytes(6).toString('hex')

  for (const who of ['libsignal', 'noble'] as const) {
    it(`read what ${who} sends, or refuse it alike, seed ${seed}`, async () => {
      for (let run = 0; run < RUNS; run++) {
        await sendToBoth(who, `${seed} ${String(run)}`)
      }
    })
  }
})

/** One group: alice sends with one engine, and what comes late, twice, changed or not at all is the same to both. */
async function sendToBoth(who: 'libsignal' | 'noble', seed: string): Promise<void> {
  const roll = dice(seededRandom(`${seed} ${who}`))
  const alice = ProtocolAddress.new('alice', 1)
  const { distribution, sender } = await makeSender(who, alice, seed)
  assert.deepEqual(readDistributionId('distribution', distribution), DISTRIBUTION_BYTES)
  const recipients = await makeRecipients(alice, distribution)
  const underWay: Uint8Array<ArrayBuffer>[] = []
  let read = 0
  for (let sent = 0; sent < MESSAGES; sent++) {
    underWay.push(await sender.send(`message ${String(sent)}`))
    while (underWay.length > 0 && roll(3) > 0) {
      const [bytes] = underWay.splice(roll(underWay.length), roll(8) === 0 ? 0 : 1)
      const chosen = bytes ?? underWay[0] ?? assert.fail()
      assert.deepEqual(readDistributionId('message', chosen), DISTRIBUTION_BYTES)
      const given = roll(6) === 0 ? withChangedBit(chosen, roll) : chosen
      const verdict = recipients.noble(given)
      assert.equal(verdict, await recipients.official(given), `${who}, seed ${seed}`)
      read += verdict?.startsWith('message') === true ? 1 : 0
    }
  }
  assert.ok(read > MESSAGES / 3, String(read))
}

async function makeSender(
  who: 'libsignal' | 'noble',
  alice: ProtocolAddress,
  seed: string
): Promise<{ readonly distribution: Uint8Array<ArrayBuffer>; readonly sender: Sender }> {
  if (who === 'libsignal') {
    const store = new SenderKeys()
    const message = await SenderKeyDistributionMessage.create(alice, DISTRIBUTION, store)
    const send: Sender['send'] = async (text) =>
      (
        await groupEncrypt(alice, DISTRIBUTION, store, new Uint8Array(utf8ToBytes(text)))
      ).serialize()
    return { distribution: message.serialize(), sender: { send } }
  }
  const random = seededRandom(`${seed} noble`)
  let record = makeSenderKey(random)
  const send: Sender['send'] = async (text) => {
    const sent = encryptForGroup(record, DISTRIBUTION_BYTES, utf8ToBytes(text), random)
    ;({ record } = sent)
    return new Uint8Array(sent.bytes)
  }
  return {
    distribution: new Uint8Array(distributionOf(record, DISTRIBUTION_BYTES)),
    sender: { send }
  }
}

async function makeRecipients(
  alice: ProtocolAddress,
  distribution: Uint8Array<ArrayBuffer>
): Promise<Recipients> {
  const store = new SenderKeys()
  const parsed = SenderKeyDistributionMessage.deserialize(distribution)
  await processSenderKeyDistributionMessage(alice, parsed, store)
  let record: SenderKeyRecord = withDistribution(undefined, distribution)
  return {
    async official(bytes) {
      try {
        return Buffer.from(await groupDecrypt(alice, store, bytes)).toString()
      } catch (error) {
        return error instanceof Error && error.name === 'DuplicatedMessage'
          ? 'duplicate'
          : undefined
      }
    },
    noble(bytes) {
      try {
        const decrypted = decryptFromGroup(record, bytes)
        record = decodeSenderKeyRecord(encodeSenderKeyRecord(decrypted.record))
        return Buffer.from(decrypted.plaintext).toString()
      } catch (error) {
        assert.ok(isSealpostError(error), String(error))
        return error.code === 'SEALPOST_DUPLICATE_MESSAGE' ? 'duplicate' : undefined
      }
    }
  }
}

function withChangedBit(
  bytes: Uint8Array<ArrayBuffer>,
  roll: (bound: number) => number
): Uint8Array<ArrayBuffer> {
  const changed = bytes.slice()
  const at = roll(changed.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << roll(8))
  return changed
}
