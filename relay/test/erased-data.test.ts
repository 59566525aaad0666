import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RawClient, testEnvelope, testMailbox } from './raw-client.ts'
import { relayScene, type RelayScene } from './relay-scene.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** All bytes of a directory. */
async function bytesBelow(path: string): Promise<Buffer> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'ballast')
  return Buffer.concat(
    await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))))
  )
}

/** Resolves once the store has no row whose key names a mailbox. */
async function untilErased({ relay }: RelayScene, mailboxId: string): Promise<void> {
  for (;;) {
    let count = 0
    for await (const rows of relay.allRows()) {
      count += rows.filter(({ key }) => key.includes(mailboxId)).length
    }
    if (count === 0) {
      return
    }
  }
}

describe('what was held for a mailbox that its owner destroyed', () => {
  it('is on the disk no more once that was compacted: neither what was sealed nor any id', async () => {
    await using directory = await temporaryDirectory()
    const scene = await relayScene({ data: directory.path })
    await using bob = await RawClient.connect(scene.relay.address)
    const [bobs, carols] = [testMailbox(), testMailbox()]
    await bob.register([bobs, carols])
    const envelopes = Array.from({ length: 40 }, () => testEnvelope(8_192))
    for (const envelope of envelopes) {
      await bob.deposit(bobs, envelope)
    }
    await bob.deposit(carols)
    const { mailboxId, fetchToken } = bobs
    const page = await bob.ask({ type: 'inspect', mailboxId, fetchToken, fromSequence: 0 })
    assert.ok(page.type === 'inspected')
    assert.deepEqual(
      page.page.envelopes.map(({ sealed }) => Buffer.from(sealed).toString('hex')),
      envelopes.slice(0, 7).map(({ sealed }) => Buffer.from(sealed).toString('hex'))
    )
    await scene.relay.compact()
    const traces = (): readonly (string | Buffer)[] => [
      mailboxId,
      Buffer.from(mailboxId, 'hex'),
      ...envelopes.flatMap(({ envelopeId, sealed }) => [
        Buffer.from(envelopeId, 'hex'),
        Buffer.from(sealed.subarray(100, 132))
      ])
    ]
    const before = await bytesBelow(directory.path)
    const found = traces().filter((trace) => before.includes(trace))
    assert.ok(found.length > envelopes.length, String(found.length))
    await bob.ask({ type: 'destroy', mailboxId, fetchToken })
    // Rows are erased step by step: the last step is behind the index row of the last envelope.
    await untilErased(scene, mailboxId)
    await scene.relay.compact()
    await scene[Symbol.asyncDispose]()
    // LevelDB's list of its files begins anew when it is opened.
    await (await relayScene({ data: directory.path }))[Symbol.asyncDispose]()
    const after = await bytesBelow(directory.path)
    assert.deepEqual(
      traces().filter((trace) => after.includes(trace)),
      []
    )
    assert.ok(after.includes(carols.mailboxId))
  })
}).timeout(20_000)
