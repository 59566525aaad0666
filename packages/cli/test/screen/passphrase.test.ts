import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import {
  askPassphrase,
  choosePassphrase,
  type PassphraseSource
} from '../../src/screen/passphrase.ts'

/** A terminal whose keys are pressed by `type`. */
class TestTerminal {
  readonly #keys = new PassThrough()
  readonly #ending = new AbortController()
  readonly rawModes: boolean[] = []
  shown = ''

  type(keys: string | Uint8Array): void {
    this.#keys.write(keys)
  }

  abort(): void {
    this.#ending.abort()
  }

  get source(): PassphraseSource {
    const input = Object.assign(this.#keys, {
      setRawMode: (isRaw: boolean) => {
        this.rawModes.push(isRaw)
        return input
      }
    }) as unknown as NodeJS.ReadStream & typeof process.stdin
    const output = {
      write: (text: string) => {
        this.shown += text
      }
    }
    const terminal = {
      input,
      output,
      interrupt: () => {
        this.shown += '(interrupted)'
      },
      signal: this.#ending.signal
    }
    return { given: undefined, terminal }
  }
}

describe('asking for a passphrase', () => {
  it('shows nothing of it, and gives the terminal back', async () => {
    const terminal = new TestTerminal()
    terminal.type('secret\r')
    assert.equal(await askPassphrase(terminal.source), 'secret')
    assert.equal(terminal.shown, 'Passphrase: \n')
    assert.deepEqual(terminal.rawModes, [true, false])
  })

  it('takes letters of every script, and takes them back', async () => {
    const terminal = new TestTerminal()
    terminal.type('пароль👍x\u007f\u007f\u0008')
    terminal.type('ь!\n')
    assert.equal(await askPassphrase(terminal.source), 'парольь!'.replace('ьь', 'ь'))
  })

  it('takes a letter whose bytes come one by one', async () => {
    const terminal = new TestTerminal()
    for (const byte of new TextEncoder().encode('é\r')) {
      terminal.type(Uint8Array.of(byte))
    }
    assert.equal(await askPassphrase(terminal.source), 'é')
  })

  it('ends by Ctrl-C as by a signal', async () => {
    const terminal = new TestTerminal()
    terminal.type('sec\u0003')
    assert.equal(await askPassphrase(terminal.source), '')
    assert.match(terminal.shown, /\(interrupted\)$/)
    const other = new TestTerminal()
    const asked = askPassphrase(other.source)
    other.abort()
    assert.equal(await asked, '')
    assert.deepEqual(other.rawModes, [true, false])
  })

  it('is impossible where nobody can be asked', async () => {
    const nobody = { given: undefined, terminal: undefined }
    const code = 'SEALPOST_PASSPHRASE_REQUIRED'
    await assert.rejects(askPassphrase(nobody), { code, message: /SEALPOST_PASSPHRASE/ })
    await assert.rejects(choosePassphrase(nobody), { code, message: /--no-passphrase/ })
  })
})

describe('choosing a passphrase', () => {
  it('asks twice, also where the answers are typed ahead', async () => {
    const terminal = new TestTerminal()
    terminal.type('secret\rsecret\r')
    assert.equal(await choosePassphrase(terminal.source), 'secret')
    assert.doesNotMatch(terminal.shown, /secret/)
  })

  it('refuses two that differ, and an empty one', async () => {
    const terminal = new TestTerminal()
    terminal.type('secret\rsecrets\r')
    await assert.rejects(choosePassphrase(terminal.source), { message: /differ/ })
    const other = new TestTerminal()
    other.type('\r')
    await assert.rejects(choosePassphrase(other.source), { message: /protects nothing/ })
  })

  it('asks nobody where one was given', async () => {
    assert.equal(await choosePassphrase({ given: 'given', terminal: undefined }), 'given')
  })
})
