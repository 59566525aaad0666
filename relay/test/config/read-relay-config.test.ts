import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  inspectRelayConfig,
  readDataPath,
  readRelayConfig
} from '../../src/config/read-relay-config.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'

describe('the file of a configuration', () => {
  let directory: TemporaryDirectory
  let inData: string

  beforeEach(async () => {
    directory = await temporaryDirectory()
    inData = join(directory.path, 'relay.yaml')
  })

  afterEach(async () => {
    await directory[Symbol.asyncDispose]()
  })

  function words(configPath?: string): Parameters<typeof readRelayConfig>[0] {
    return { configPath, flags: new Map([['data', [directory.path]]]) }
  }

  it('is the one in the data directory, unless another is named', async () => {
    assert.equal((await readRelayConfig(words())).relay.workBits, 16)
    await writeFile(inData, 'work-bits: 3\n')
    const found = await inspectRelayConfig(words())
    assert.deepEqual(found.options.get('work-bits'), { value: 3, source: `file ${inData}` })
    const other = join(directory.path, 'other.yaml')
    await writeFile(other, 'request-burst: 5\n')
    const { relay } = await readRelayConfig(words(other))
    assert.deepEqual([relay.workBits, relay.requestBurst], [16, 5])
  })

  it('says nothing about where the data is, or what is so, where it lies in it', async () => {
    await writeFile(inData, `data: ${directory.path}\n`)
    assert.equal((await readRelayConfig(words())).data, directory.path)
    await writeFile(inData, 'data: /elsewhere\n')
    await assert.rejects(readRelayConfig(words()), {
      code: 'SEALPOST_CONFIG_INVALID',
      message: /^data in .*relay\.yaml names another directory/
    })
    const elsewhere = join(directory.path, 'other.yaml')
    await writeFile(elsewhere, 'data: /elsewhere\n')
    const { data } = await readRelayConfig({ configPath: elsewhere, flags: new Map() })
    assert.equal(data, '/elsewhere')
  })

  it('is refused where it is too large, or no file', async () => {
    await writeFile(inData, '#'.repeat(256 * 1024))
    assert.equal((await readRelayConfig(words())).relay.workBits, 16)
    await writeFile(inData, '#'.repeat(256 * 1024 + 1))
    await assert.rejects(readRelayConfig(words()), { message: /larger than 256 KiB/ })
    await assert.rejects(readRelayConfig(words('/dev/zero')), { message: /larger than 256 KiB/ })
    await assert.rejects(readRelayConfig(words(join(directory.path, 'none.yaml'))), {
      message: /none\.yaml cannot be read \(ENOENT\)/
    })
    await mkdir(join(directory.path, 'sub', 'relay.yaml'), { recursive: true })
    const flags = new Map([['data', [join(directory.path, 'sub')]]])
    await assert.rejects(readRelayConfig({ configPath: undefined, flags }), {
      message: /relay\.yaml cannot be read \(EISDIR\)/
    })
  })

  it('keeps nobody from asking the relay that runs, whatever is wrong with it', async () => {
    await writeFile(inData, 'work-bits: 99\ncolour: red\n')
    assert.equal(await readDataPath(words()), directory.path)
    await assert.rejects(readDataPath(words(join(directory.path, 'none.yaml'))))
  })
})
