import assert from 'node:assert/strict'
import { NOBODY } from '../relay-address.ts'
import { jsonError, onlyJson, type Ran, runHere } from '../run-here.ts'
import { SealpostProcess } from '../sealpost-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const OLD = { SEALPOST_PASSPHRASE: 'correct horse' }
const NEW = { SEALPOST_NEW_PASSPHRASE: 'battery staple' }

async function newHome(environment: NodeJS.ProcessEnv): Promise<string> {
  const home = temporaryDirectory()
  const line = ['--home', home, 'init', '--name', 'alice', '--relay', NOBODY, '--relays-only']
  const clear = environment['SEALPOST_PASSPHRASE'] === undefined ? ['--no-passphrase'] : []
  assert.equal((await runHere([...line, ...clear], { environment })).code, 0)
  return home
}

function change(home: string, environment: NodeJS.ProcessEnv): Promise<Ran> {
  return runHere(['--home', home, 'passphrase', '--json'], { environment })
}

/** The error's code where the home does not open. */
async function opening(home: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const ran = await runHere(['--home', home, 'contacts', '--json'], { environment })
  return ran.code === 0 ? 'open' : jsonError(ran).code
}

describe('passphrase', function () {
  this.timeout(20_000)

  it('puts another in the place of the one that there was', async () => {
    const home = await newHome(OLD)
    const ran = await change(home, { ...OLD, ...NEW })
    assert.deepEqual(onlyJson(ran), { isProtected: true })
    assert.equal(await opening(home, OLD), 'SEALPOST_PASSPHRASE_WRONG')
    assert.equal(await opening(home, { SEALPOST_PASSPHRASE: 'battery staple' }), 'open')
  })

  it('asks for the old one first', async () => {
    const home = await newHome(OLD)
    const wrong = await change(home, { SEALPOST_PASSPHRASE: 'guess', ...NEW })
    assert.deepEqual([wrong.code, jsonError(wrong).code], [1, 'SEALPOST_PASSPHRASE_WRONG'])
    const none = await change(home, NEW)
    assert.equal(jsonError(none).code, 'SEALPOST_PASSPHRASE_REQUIRED')
    const nothingNew = await change(home, OLD)
    assert.match(jsonError(nothingNew).message, /SEALPOST_NEW_PASSPHRASE/)
    assert.equal(await opening(home, OLD), 'open')
  })

  it('gives one to a home that has none, and says what that cannot undo', async () => {
    const home = await newHome({})
    const ran = await runHere(['--home', home, 'passphrase'], { environment: NEW })
    assert.equal(ran.code, 0)
    assert.match(ran.warned.join('\n'), /lay on the disk in clear/)
    assert.equal(await opening(home, {}), 'SEALPOST_PASSPHRASE_REQUIRED')
    assert.equal(await opening(home, { SEALPOST_PASSPHRASE: 'battery staple' }), 'open')
  })

  it('finds a home, and one that nobody keeps open', async () => {
    const missing = await change(temporaryDirectory(), NEW)
    assert.equal(jsonError(missing).code, 'SEALPOST_HOME_MISSING')
    const home = await newHome(OLD)
    const daemon = new SealpostProcess(['--home', home, 'daemon', '--json'], OLD)
    try {
      await daemon.until(/"isReady":true/)
      const held = await change(home, { ...OLD, ...NEW })
      assert.deepEqual([held.code, jsonError(held).code], [1, 'SEALPOST_HOME_IN_USE'])
      assert.match(jsonError(held).message, /daemon/)
    } finally {
      daemon.kill('SIGTERM')
      await daemon.end()
    }
    assert.equal(await opening(home, OLD), 'open')
  })
})
