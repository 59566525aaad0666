/** One run of `sealpost`: from its words to its exit code. */
import type { SealpostClient } from '@sealpost/client'
import { SealpostError, UnreachableError, UsageError } from '@sealpost/protocol'
import { type CommandLine, findCommand, readCommandLine, readPreface } from './command-line.ts'
import type { Context } from './command.ts'
import { COMMANDS } from './commands/command-table.ts'
import { errorSentence, INTERRUPTED_CODE, tellFailure } from './failure.ts'
import { helpOf, helpOfAll } from './help.ts'
import { keepBackups } from './home/backup-keeper.ts'
import { describeHolder, eraseHolder, writeHolder } from './home/holder.ts'
import { readDirectListen } from './home/direct-listen.ts'
import { findHome, type Home } from './home/home.ts'
import { openClient } from './home/open-client.ts'
import { findWay, type Way } from './home/open-store.ts'
import { SETTLE_MS } from './network.ts'
import { askFilePassphrase, passphraseSource } from './screen/passphrase.ts'
import { tellNotices } from './operator-notices.ts'
import { closeReports } from './reports/open-reports.ts'
import { tellReports } from './reports/tell-reports.ts'
import type { Screen } from './screen/screen.ts'
import { sentences } from './sentences.ts'
import { warn } from './show.ts'
import { callHome } from './socket/call-home.ts'
import { type Call, HomeSocket } from './socket/home-socket.ts'
import { systemClock } from './system-ports.ts'
import { VERSION } from './version.ts'

/** What a run has of its process. */
export interface Surroundings {
  readonly screen: Screen
  readonly environment: NodeJS.ProcessEnv
  /** Aborted when the person ends the command. */
  readonly signal: AbortSignal
}

/** A command line that was read, on its way to run. */
interface Job extends CommandLine {
  readonly home: Home
  readonly words: readonly string[]
  readonly isJson: boolean
  readonly around: Surroundings
}

/** @returns the exit code: 0 done, 1 failed, 2 wrong use. */
export async function runSealpost(line: readonly string[], around: Surroundings): Promise<number> {
  const { screen, environment } = around
  let isJson = line.includes('--json')
  try {
    const preface = readPreface(line)
    isJson = preface.isJson
    if (preface.isVersion) {
      await screen.print(isJson ? JSON.stringify({ version: VERSION }) : `sealpost ${VERSION}`)
      return 0
    }
    if (preface.isHelp) {
      await screen.print(helpFor(preface.words))
      return 0
    }
    const { words } = preface
    const read = readCommandLine(words, COMMANDS, isJson)
    const home = findHome(preface.home, environment)
    return await runJob({ ...read, home, words, isJson, around })
  } catch (error) {
    return fail(error, around, isJson)
  }
}

function helpFor(words: readonly string[]): string {
  const names = words.filter((word) => !word.startsWith('-'))
  return names.length === 0
    ? helpOfAll(COMMANDS)
    : helpOf(findCommand(names, COMMANDS).command, COMMANDS)
}

async function fail(
  error: unknown,
  { screen, signal }: Pick<Surroundings, 'screen' | 'signal'>,
  isJson: boolean
): Promise<number> {
  if (signal.aborted) {
    return INTERRUPTED_CODE
  }
  try {
    return await tellFailure(error, screen, isJson)
  } catch {
    // Nobody reads what we say any more.
    return 1
  }
}

async function runJob(job: Job): Promise<number> {
  const { command, values, home, around } = job
  const { screen, signal } = around
  const passphrase = passphraseSource(around.environment, signal)
  const directory = process.cwd()
  let secret: string | undefined
  if (command.secret?.isWanted(values) === true) {
    await command.secret.check?.(values, directory)
    secret = await askFilePassphrase(around.environment, passphrase, command.secret.kind)
  }
  const own = { home, values, screen, clock: systemClock, signal }
  const base = { ...own, passphrase, environment: around.environment, directory, secret }
  if (command.place === 'none') {
    const client = (): Promise<SealpostClient> => {
      return Promise.reject(new SealpostError('SEALPOST_BUG', 'this command has no client'))
    }
    return command.run({ ...base, isResident: false, client })
  }
  let way: Way
  try {
    way = await findWay(home, base)
  } catch (error) {
    // The command learns of it when it asks for its client; some have something to say all the same.
    const client = async (): Promise<SealpostClient> => {
      throw error
    }
    return command.run({ ...base, isResident: false, client })
  }
  if (way.type === 'store') {
    return runOver(way, job, base)
  }
  if (command.place === 'own') {
    way.socket.destroy()
    throw new UsageError(
      'SEALPOST_HOME_IN_USE',
      command.stays?.(values) === true
        ? sentences.home.staysAlready
        : sentences.home.stopFirst(await describeHolder(home))
    )
  }
  return callHome(way.socket, { ...job, directory, secret }, around)
}

/** Runs a command over a store that this process has opened. */
async function runOver(
  { store }: Extract<Way, { type: 'store' }>,
  { command, values, home, around }: Job,
  base: Omit<Context, 'isResident' | 'client'>
): Promise<number> {
  const stays = command.stays?.(values) === true
  const setup = {
    home,
    clock: systemClock,
    signal: around.signal,
    passphrase: base.passphrase,
    logLevel: around.environment['SEALPOST_LOG'],
    directListen: stays ? readDirectListen(around.environment['SEALPOST_LISTEN']) : undefined
  }
  await writeHolder(home, command.name, systemClock.wallMs())
  const opening = openClient(store, setup)
  // Whoever asks for the client learns why there is none; a command that never asks need not.
  opening.catch(() => undefined)
  let socket: HomeSocket | undefined
  const ending = new AbortController()
  let keeping: Promise<void> | undefined
  try {
    if (stays) {
      const client = await opening
      socket = await HomeSocket.open(home, (call) => answer(call, home, client))
      keeping = keepHome(client, base, ending.signal)
      await tellReports(base, client)
    }
    const code = await command.run({ ...base, isResident: stays, client: () => opening })
    if (command.place === undefined) {
      await tellNotices(base, opening)
    }
    return code
  } finally {
    await socket?.close()
    ending.abort()
    await keeping
    await eraseHolder(home)
    await close(opening, socket !== undefined)
  }
}

/** Makes the backups that are due; what fails is told and does not end the command. */
async function keepHome(
  client: SealpostClient,
  context: Pick<Context, 'clock' | 'screen' | 'values'>,
  signal: AbortSignal
): Promise<void> {
  const onFailed = (error: unknown): Promise<void> =>
    warn(context, sentences.backup.scheduledFailed(errorSentence(error)))
  try {
    await keepBackups({ client, clock: context.clock, signal, onFailed })
  } catch (error) {
    await onFailed(error).catch(() => undefined)
  }
}

/** @param isHurried Whether nothing has waited yet for what is under way. */
async function close(opening: Promise<SealpostClient>, isHurried: boolean): Promise<void> {
  let client: SealpostClient
  try {
    client = await opening
  } catch {
    // It never opened, and the command has said why.
    return
  }
  await closeReports(client)
  if (isHurried) {
    await client.settle(AbortSignal.timeout(SETTLE_MS)).catch(() => undefined)
  }
  await client.close()
}

/** Runs the command of another process, with this one's client. */
async function answer(call: Call, home: Home, client: SealpostClient): Promise<number> {
  const { words, isJson, screen, signal, closing, directory, secret } = call
  try {
    const { command, values } = readCommandLine(words, COMMANDS, isJson)
    const code = await command.run({
      home,
      values,
      screen,
      clock: systemClock,
      signal,
      passphrase: { given: undefined, terminal: undefined },
      environment: {},
      directory,
      secret,
      isResident: true,
      client: () => Promise.resolve(client)
    })
    await tellNotices({ values, screen }, client)
    if (closing.aborted && command.stays?.(values) === true) {
      // It was to stay, and nobody there has ended it: they are told why it ends.
      return await tellFailure(
        new UnreachableError('SEALPOST_CONNECTION_CLOSED', sentences.home.connectionLost),
        screen,
        isJson
      )
    }
    return code
  } catch (error) {
    return fail(error, call, isJson)
  }
}
