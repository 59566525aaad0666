/** Asks for a passphrase without showing it. */
import process from 'node:process'
import { UsageError } from '@sealpost/protocol'
import { sentences } from '../sentences.ts'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACES: readonly string[] = ['\u0008', '\u007f']
const ENTERS: readonly string[] = ['\r', '\n']

/** Where a passphrase may come from. */
export interface PassphraseSource {
  /** `SEALPOST_PASSPHRASE`, where it is set and not empty. */
  readonly given: string | undefined
  /** Whether somebody can be asked. */
  readonly canAsk: boolean
}

export function passphraseSource(environment: NodeJS.ProcessEnv): PassphraseSource {
  const given = environment['SEALPOST_PASSPHRASE']
  return {
    given: given === '' ? undefined : given,
    canAsk: process.stdin.isTTY && process.stderr.isTTY
  }
}

/** For a home that is locked. @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` where nobody can be asked */
export async function askPassphrase(source: PassphraseSource): Promise<string> {
  if (!source.canAsk) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.passphrase.required)
  }
  return readHidden(sentences.passphrase.ask)
}

/** For a home that is made: asked twice. @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` */
export async function choosePassphrase(source: PassphraseSource): Promise<string> {
  if (source.given !== undefined) {
    return source.given
  }
  if (!source.canAsk) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.passphrase.requiredAtInit)
  }
  const passphrase = await readHidden(sentences.passphrase.choose)
  if (passphrase === '') {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.passphrase.empty)
  }
  if ((await readHidden(sentences.passphrase.repeat)) !== passphrase) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.passphrase.different)
  }
  return passphrase
}

/** Reads one line from the terminal, which shows nothing of it. */
function readHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process
  stderr.write(prompt)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve) => {
    const letters: string[] = []
    const end = (): void => {
      stdin.off('data', take)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      resolve(letters.join(''))
    }
    const take = (typed: string): void => {
      for (const letter of typed) {
        if (ENTERS.includes(letter) || letter === CTRL_D) {
          end()
          return
        }
        if (letter === CTRL_C) {
          end()
          process.kill(process.pid, 'SIGINT')
          return
        }
        if (BACKSPACES.includes(letter)) {
          letters.pop()
        } else {
          letters.push(letter)
        }
      }
    }
    stdin.on('data', take)
  })
}
