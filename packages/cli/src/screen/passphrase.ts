/** Asks for a passphrase without showing it. */
import process from 'node:process'
import { UsageError } from '@sealpost/protocol'
import { sentences } from '../sentences.ts'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACES: readonly string[] = ['\u0008', '\u007f']
const ENTERS: readonly string[] = ['\r', '\n']

/** What of a terminal is needed to ask. */
export interface Terminal {
  readonly input: Pick<
    typeof process.stdin,
    'setRawMode' | 'setEncoding' | 'on' | 'off' | 'resume' | 'pause' | 'unshift'
  >
  readonly output: { write(text: string): unknown }
  /** Called for Ctrl-C, which a terminal that shows nothing hands over like any letter. */
  readonly interrupt: () => unknown
  /** Ends the question. */
  readonly signal: AbortSignal
}

/** Where a passphrase may come from. */
export interface PassphraseSource {
  /** `SEALPOST_PASSPHRASE`, where it is set and not empty. */
  readonly given: string | undefined
  /** Undefined where nobody can be asked. */
  readonly terminal: Terminal | undefined
}

export function passphraseSource(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal
): PassphraseSource {
  const given = environment['SEALPOST_PASSPHRASE']
  const { stdin, stderr } = process
  const terminal = {
    input: stdin,
    output: stderr,
    interrupt: () => process.emit('SIGINT', 'SIGINT'),
    signal
  }
  return {
    given: given === '' ? undefined : given,
    terminal: stdin.isTTY && stderr.isTTY ? terminal : undefined
  }
}

/** For a home that is locked. @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` where nobody can be asked */
export async function askPassphrase({ terminal }: PassphraseSource): Promise<string> {
  if (terminal === undefined) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.passphrase.required)
  }
  return readHidden(terminal, sentences.passphrase.ask)
}

/**
 * For a backup file: what it was sealed under, or what it is to be, which is asked twice.
 *
 * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` where nobody can be asked, or nothing was typed
 */
export async function askFilePassphrase(
  environment: NodeJS.ProcessEnv,
  { terminal }: PassphraseSource,
  kind: 'choose' | 'open'
): Promise<string> {
  const given = environment['SEALPOST_BACKUP_PASSPHRASE']
  if (given !== undefined && given !== '') {
    return given
  }
  if (terminal === undefined) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.backup.passphraseRequired)
  }
  if (kind === 'open') {
    return readHidden(terminal, sentences.backup.ask)
  }
  return chooseTwice(terminal, sentences.backup.choose)
}

/** For a home that is made: asked twice. @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` */
export async function choosePassphrase(source: PassphraseSource): Promise<string> {
  if (source.given !== undefined) {
    return source.given
  }
  const { terminal } = source
  if (terminal === undefined) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.passphrase.requiredAtInit)
  }
  return chooseTwice(terminal, sentences.passphrase.choose)
}

/** In the place of the one that a home has: asked twice. @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` */
export async function chooseNewPassphrase(
  environment: NodeJS.ProcessEnv,
  { terminal }: PassphraseSource
): Promise<string> {
  const given = environment['SEALPOST_NEW_PASSPHRASE']
  const { chooseNew, emptyNew, requiredNew } = sentences.passphrase
  if (given !== undefined && given !== '') {
    return given
  }
  if (terminal === undefined) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', requiredNew)
  }
  return chooseTwice(terminal, chooseNew, emptyNew)
}

async function chooseTwice(
  terminal: Terminal,
  prompt: string,
  empty: string = sentences.passphrase.empty
): Promise<string> {
  const passphrase = await readHidden(terminal, prompt)
  if (passphrase === '') {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', empty)
  }
  if ((await readHidden(terminal, sentences.passphrase.repeat)) !== passphrase) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.passphrase.different)
  }
  return passphrase
}

/** Reads one line from the terminal, which shows nothing of it. */
function readHidden(
  { input, output, interrupt, signal }: Terminal,
  prompt: string
): Promise<string> {
  // Before the question: what is typed at once is not shown either.
  input.setRawMode(true)
  input.setEncoding('utf8')
  output.write(prompt)
  input.resume()
  return new Promise((resolve) => {
    const letters: string[] = []
    const end = (rest: string): void => {
      input.off('data', take)
      signal.removeEventListener('abort', aborted)
      input.setRawMode(false)
      input.pause()
      if (rest !== '') {
        // Typed ahead: the answer to the next question.
        input.unshift(rest)
      }
      output.write('\n')
      resolve(letters.join(''))
    }
    const aborted = (): void => {
      letters.length = 0
      end('')
    }
    const take = (typed: string): void => {
      let at = 0
      for (const letter of typed) {
        at += letter.length
        if (ENTERS.includes(letter) || letter === CTRL_D) {
          end(typed.slice(at))
          return
        }
        if (letter === CTRL_C) {
          letters.length = 0
          end('')
          interrupt()
          return
        }
        if (BACKSPACES.includes(letter)) {
          letters.pop()
        } else {
          letters.push(letter)
        }
      }
    }
    input.on('data', take)
    signal.addEventListener('abort', aborted)
  })
}
