import assert from 'node:assert/strict'
import {
  askPasskey,
  makePasskey,
  type PasskeyBrowser,
  PasskeyError,
  passkeyObstacle,
  type PasskeyProblem
} from '../src/state/passkey.ts'

const OUTPUT = new Uint8Array(32).fill(5)
const handle = { credentialId: Uint8Array.of(1, 2), salt: new Uint8Array(32).fill(3) }

type Asked = CredentialCreationOptions & CredentialRequestOptions
type Answer = { readonly output?: Uint8Array<ArrayBuffer> } | { readonly error: string }

/** A browser whose authenticator answers so, one time after the other; what it was asked is kept. */
function browserOf(
  answers: readonly Answer[],
  hostname = 'localhost'
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

  it('is made without where an authenticator fails over it', async () => {
    const browser = browserOf([{ error: 'NotSupportedError' }, {}, { output: OUTPUT }])
    await makePasskey('alice', [], browser)
    assert.equal(browser.asked[1]?.publicKey?.extensions, undefined)
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
})
