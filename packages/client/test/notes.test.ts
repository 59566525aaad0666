import assert from 'node:assert/strict'
import { bytesToUtf8, utf8ToBytes } from '@sealpost/protocol'
import { restoreHome } from '../src/index.ts'
import { NOTE_BYTES_MAX, NOTE_NAMES_MAX } from '../src/notes.ts'
import { CHEAP } from './backup-of-records.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { TestHome, World } from './world.ts'

const TEXT = 'meet me at the old mill'

async function opened(): Promise<{ readonly world: World; readonly alice: TestHome }> {
  const world = new World()
  await world.addRelays(1)
  const alice = await world.addHome('alice')
  await alice.open()
  return { world, alice }
}

async function textOf({ client }: TestHome, name: string): Promise<string | undefined> {
  const [note] = await client.notes([name])
  return note && bytesToUtf8(note)
}

describe('notes of the app', function () {
  this.timeout(20_000)

  it('are there again after a kill, until they are removed', async () => {
    const { alice } = await opened()
    await alice.client.keepNote('draft/bob', utf8ToBytes('never mind'))
    await alice.client.keepNote('draft/bob', utf8ToBytes(TEXT))
    alice.kill()
    await alice.open()
    assert.equal(await textOf(alice, 'draft/bob'), TEXT)
    assert.equal(await textOf(alice, 'draft/carol'), undefined)
    await alice.client.keepNote('draft/bob', undefined)
    assert.equal(await textOf(alice, 'draft/bob'), undefined)
  })

  it('are sealed on the disk, and so are their names', async () => {
    const { alice } = await opened()
    await alice.client.keepNote('draft/bob', utf8ToBytes(TEXT))
    const rows = alice.disk.rows('account')
    for (const { key, value } of rows) {
      assert.equal(key.includes('draft'), false)
      assert.equal(Buffer.from(value).includes(TEXT), false)
    }
  })

  it('are not part of a backup', async () => {
    const { world, alice } = await opened()
    await alice.client.keepNote('draft/bob', utf8ToBytes(TEXT))
    const file = new MemoryFile()
    await world.run(alice.client.backup(file, { passphrase: 'secret', cost: CHEAP }))
    const again = new TestHome(world, 'alice', false)
    await restoreHome(
      again.ports(),
      pieces(file.bytes, 1_000),
      { passphrase: undefined, filePassphrase: 'secret', isOldDeviceLost: true },
      world.clock.wallMs()
    )
    await again.open()
    assert.equal(await textOf(again, 'draft/bob'), undefined)
  })

  it('are as large as 512 KiB and no larger, and asked for by so many names and no more', async () => {
    const { alice } = await opened()
    const { client } = alice
    await client.keepNote('a', new Uint8Array(NOTE_BYTES_MAX))
    await assert.rejects(client.keepNote('a', new Uint8Array(NOTE_BYTES_MAX + 1)), usage)
    const names = Array.from({ length: NOTE_NAMES_MAX + 1 }, (_, at) => String(at))
    assert.equal((await client.notes(names.slice(1))).length, NOTE_NAMES_MAX)
    await assert.rejects(client.notes(names), usage)
    await client.keepNote('n'.repeat(96), new Uint8Array(1))
    for (const name of ['', 'n'.repeat(97), 'Draft', 'a b', 'a.b']) {
      await assert.rejects(client.keepNote(name, undefined), usage)
    }
  })
})

const usage = { code: 'SEALPOST_USAGE' }
