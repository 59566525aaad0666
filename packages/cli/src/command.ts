/** What a command is: one row in the table, and one function that runs it. */
import type { SealpostClient } from '@sealpost/client'
import type { Clock } from '@sealpost/host'
import type { Home } from './home/home.ts'
import type { PassphraseSource } from './screen/passphrase.ts'
import type { Screen } from './screen/screen.ts'
import type { Values } from './values.ts'

/** A word that stands by its place. */
export interface Argument {
  /** As help shows it and as `Values` holds it: `WHO`. */
  readonly name: string
  readonly sentence: string
  /** May be left out; then every one behind it is left out as well. */
  readonly isOptional?: boolean
}

/** A word that begins with two dashes. */
export interface Flag {
  /** With its dashes: `--timeout`. */
  readonly name: string
  /** What follows it, as help shows it; undefined for a switch. */
  readonly value?: string
  readonly isRepeatable?: boolean
  readonly isRequired?: boolean
  /** The flags of which each makes it unnecessary. */
  readonly unless?: readonly string[]
  readonly sentence: string
  /**
   * Checks and reads what follows.
   *
   * @throws UsageError `SEALPOST_USAGE` or ConfigError, with a sentence
   */
  readonly read?: (text: string) => string | number
}

/** What one run of a command has at hand. */
export interface Context {
  readonly home: Home
  readonly values: Values
  readonly screen: Screen
  readonly clock: Clock
  /** Aborted when the person ends the command, or when the process that runs it stops. */
  readonly signal: AbortSignal
  readonly passphrase: PassphraseSource
  /** Of the process that the person started; of one that runs the command for another, nothing. */
  readonly environment: NodeJS.ProcessEnv
  /** Where the paths that the person names begin. */
  readonly directory: string
  /** What the person was asked for because of the command's `secret`. */
  readonly secret: string | undefined
  /** Whether the client stays online when the command is done: nothing must be hurried then. */
  readonly isResident: boolean
  /**
   * The home's client, online; opened at the first call.
   *
   * @throws SealpostError for a home that is missing, locked or held by another process
   */
  client(): Promise<SealpostClient>
}

export interface Command {
  readonly name: string
  readonly sentence: string
  readonly arguments: readonly Argument[]
  readonly flags: readonly Flag[]
  /** Lines below the flags in the command's help. */
  readonly notes?: readonly string[]
  /** Whether it runs until it is ended, and so serves other commands meanwhile. */
  readonly stays?: (values: Values) => boolean
  /** A passphrase of a backup file that is asked for where the person is, before the command runs wherever that is. */
  readonly secret?: {
    readonly isWanted: (values: Values) => boolean
    readonly kind: 'choose' | 'open'
    /** What must be so before anybody is asked. @throws SealpostError where it is not */
    readonly check?: (values: Values, directory: string) => Promise<void>
  }
  /** `own`: it must be the process that opens the home. `none`: it opens no client. */
  readonly place?: 'own' | 'none'
  /** @returns the exit code. @throws SealpostError for what ends it with a sentence */
  run(context: Context): Promise<number>
}
