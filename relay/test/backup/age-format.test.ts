import assert from 'node:assert/strict'
import { decryptAge, drawAgeKeyPair, encryptAge, isAge } from '../../src/backup/age-format.ts'
import { noise, stream } from './backup-scene.ts'

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) {
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

async function sealed(bytes: Uint8Array, ...recipients: readonly string[]): Promise<Uint8Array> {
  return whole(await encryptAge(stream([bytes]), recipients))
}

function opened(bytes: Uint8Array, identities: string): Promise<Uint8Array> {
  return whole(decryptAge(stream([bytes]), identities))
}

const PLAIN = noise(200_000)

describe('a backup in the age format', () => {
  it('is opened by each recipient', async () => {
    const [alice, bob] = [await drawAgeKeyPair(), await drawAgeKeyPair()]
    const bytes = await sealed(PLAIN, alice.recipient, bob.recipient)
    assert.equal(isAge(bytes), true)
    for (const { identity } of [alice, bob]) {
      assert.deepEqual(await opened(bytes, `# a comment\n\n${identity}\n`), PLAIN)
    }
  })

  it('is opened by nobody else', async () => {
    const bytes = await sealed(PLAIN, (await drawAgeKeyPair()).recipient)
    const { identity } = await drawAgeKeyPair()
    await assert.rejects(opened(bytes, identity), { code: 'SEALPOST_BACKUP_SEALED' })
  })

  it('is refused where it is changed or cut off', async () => {
    const { identity, recipient } = await drawAgeKeyPair()
    const bytes = await sealed(PLAIN, recipient)
    for (const at of [30, 150, bytes.length - 100_000, bytes.length - 1]) {
      const flipped = bytes.slice()
      flipped[at] = (flipped[at] ?? 0) ^ 1
      await assert.rejects(opened(flipped, identity), { name: 'OperatorError' }, String(at))
    }
    for (const length of [25, 200, bytes.length - 100_000, bytes.length - 1]) {
      await assert.rejects(
        opened(bytes.subarray(0, length), identity),
        { code: 'SEALPOST_BACKUP_DAMAGED' },
        String(length)
      )
    }
  })

  it('asks for recipients and identities that are such', async () => {
    for (const recipient of ['', 'age1', 'ssh-ed25519 AAAA', 'AGE-SECRET-KEY-1']) {
      await assert.rejects(sealed(PLAIN, recipient), { code: 'SEALPOST_CONFIG_INVALID' })
    }
    const { recipient } = await drawAgeKeyPair()
    const bytes = await sealed(PLAIN, recipient)
    for (const identity of ['', '# nothing\n', 'AGE-SECRET-KEY-1', recipient, 'x\n'.repeat(17)]) {
      await assert.rejects(opened(bytes, identity), { code: 'SEALPOST_CONFIG_INVALID' })
    }
  })
})
