import assert from 'node:assert/strict'
import {
  askPasskey,
  findPasskeyObstacle,
  makePasskey,
  namedAddress,
  type PasskeyBrowser,
  PasskeyError,
  passkeyObstacle,
  type PasskeyProblem
} from '../src/state/passkey.ts'

const OUTPUT = new Uint8Array(32).fill(5)
const handle = { credentialId: Uint8Array.of(1, 2), salt: new Uint8Array(32).fill(3) }

type Asked = CredentialCreationOptions & CredentialRequestOptions
type Answer = { readonly output?: BufferSource } | { readonly error: string }

/** A browser whose authenticator answers so, one time after the other; what it was asked is kept. */
function browserOf(
  answers: readonly Answer[],
  hostname = 'localhost',
  lacksPrf = false
): PasskeyBrowser & { readonly asked: Asked[] } {
  const left = [...answers]
  const asked: Asked[] = []
  const next = async (options?: Asked): Promise<Credential> => {
    asked.push(options ?? {})
    const answer = left.shift() ?? assert.fail('asked once more')
    if ('error' in answer) {
      throw new DOMException('', answer.error)
    }
    const first = answer.output
    const results = first === undefined ? {} : { prf: { results: { first } } }
    const made = { rawId: handle.credentialId.buffer, getClientExtensionResults: () => results }
    return made as unknown as Credential
  }
  return {
    credentials: { create: next, get: next },
    hostname,
    lacksPrf: () => Promise.resolve(lacksPrf),
    random: (size) => new Uint8Array(size),
    asked
  }
}

function failsWith(problem: PasskeyProblem): (error: unknown) => boolean {
  return (error) => error instanceof PasskeyError && error.problem === problem
}

describe('a passkey', () => {
  it('gives its answer when it is made, to a salt that is always given', async () => {
    const browser = browserOf([{ output: OUTPUT }])
    const made = await makePasskey('alice', [], browser)
    assert.deepEqual(made, {
      credentialId: handle.credentialId,
      salt: new Uint8Array(32),
      output: OUTPUT
    })
    assert.deepEqual(browser.asked[0]?.publicKey?.extensions, {
      prf: { eval: { first: made.salt } }
    })
  })

  it('is asked once more where it gives none at first', async () => {
    const browser = browserOf([{}, { output: OUTPUT }])
    assert.deepEqual((await makePasskey('alice', [handle], browser)).salt, handle.salt)
    assert.equal(browser.asked.length, 2)
    assert.deepEqual(browser.asked[1]?.publicKey?.extensions?.prf?.eval, { first: handle.salt })
  })

  it('is made first, and asked then, where an authenticator fails over both at once', async () => {
    const browser = browserOf([{ error: 'UnknownError' }, {}, { output: OUTPUT }])
    await makePasskey('alice', [], browser)
    assert.deepEqual(browser.asked[1]?.publicKey?.extensions, { prf: {} })
    assert.deepEqual(browser.asked[2]?.publicKey?.extensions?.prf?.eval, {
      first: new Uint8Array(32)
    })
  })

  it('says that it failed where an authenticator does so again', async () => {
    for (const error of ['UnknownError', 'NotSupportedError', 'NotReadableError']) {
      const browser = browserOf([{ error }, { error }])
      await assert.rejects(makePasskey('alice', [], browser), failsWith('failed'))
      await assert.rejects(askPasskey([handle], browserOf([{ error }])), failsWith('failed'))
    }
  })

  it('is not made at all in a browser that says it cannot seal with one', async () => {
    const browser = browserOf([], 'localhost', true)
    await assert.rejects(makePasskey('alice', [], browser), failsWith('lacking'))
    assert.equal(await findPasskeyObstacle(browser), 'lacking')
    assert.equal(await findPasskeyObstacle(browserOf([])), undefined)
  })

  it('answers what its view shows, and not the memory around it', async () => {
    const memory = new Uint8Array(80).fill(9)
    memory.set(OUTPUT, 16)
    const view = new DataView(memory.buffer, 16, 32)
    assert.deepEqual((await askPasskey([handle], browserOf([{ output: view }]))).output, OUTPUT)
    const short = new Uint8Array(memory.buffer, 16, 31)
    await assert.rejects(askPasskey([handle], browserOf([{ output: short }])), failsWith('no-prf'))
  })

  it('is none where there is no answer, or one of another size', async () => {
    for (const output of [undefined, new Uint8Array(31)]) {
      const answer = output === undefined ? {} : { output }
      await assert.rejects(
        makePasskey('alice', [], browserOf([answer, answer])),
        failsWith('no-prf')
      )
    }
  })

  it('is not made twice where the person said no', async () => {
    for (const error of ['NotAllowedError', 'AbortError', 'InvalidStateError']) {
      await assert.rejects(makePasskey('alice', [], browserOf([{ error }])), failsWith('cancelled'))
      await assert.rejects(askPasskey([handle], browserOf([{ error }])), failsWith('cancelled'))
    }
  })

  it('needs a name, and a browser that has passkeys', async () => {
    for (const hostname of ['127.0.0.1', '[::1]']) {
      await assert.rejects(askPasskey([handle], browserOf([], hostname)), failsWith('address'))
    }
    await assert.rejects(
      askPasskey([handle], browserOf([{ error: 'SecurityError' }])),
      failsWith('address')
    )
    assert.equal(passkeyObstacle({ credentials: undefined, hostname: 'localhost' }), 'unsupported')
    assert.equal(passkeyObstacle(browserOf([], 'chat.example')), undefined)
  })

  it('can be had under the name that this machine has for itself, in the same place', () => {
    assert.equal(namedAddress('http://127.0.0.1:7700/#/i/x'), 'http://localhost:7700/#/i/x')
    assert.equal(namedAddress('http://[::1]:7700/'), 'http://localhost:7700/')
    for (const href of ['http://127.0.0.2:7700/', 'https://192.0.2.1/', 'http://localhost/']) {
      assert.equal(namedAddress(href), undefined)
    }
  })
})
