/** Every command: those that do their work themselves, and those that ask the relay that runs, which are its calls. */
import {
  CALLS,
  type CallName,
  type ParamRow,
  PATH_BYTES_MAX,
  PRIVACY_LANGUAGES,
  RECIPIENT_BYTES_MAX
} from '@sealpost/operator'

export interface CommandRow {
  readonly sentence: string
  readonly params: readonly ParamRow[]
}

/** Commands that do their work themselves. */
export type OwnCommand =
  | 'run'
  | 'address'
  | 'init'
  | 'config check'
  | 'privacy'
  | 'doctor'
  | 'backup'
  | 'verify'
  | 'restore'
  | 'migrate'
export type Command = OwnCommand | CallName

const FILE: ParamRow = {
  name: 'file',
  kind: { type: 'text', bytesMax: PATH_BYTES_MAX },
  isPositional: true,
  sentence: 'The file of the backup.'
}
const IDENTITY: ParamRow = {
  name: 'identity',
  kind: { type: 'text', bytesMax: PATH_BYTES_MAX },
  isOptional: true,
  sentence: 'A file with the age identity that opens an encrypted backup.'
}

const OWN_COMMANDS: Readonly<Record<OwnCommand, CommandRow>> = {
  run: { sentence: 'Runs a relay until it is told to stop.', params: [] },
  address: {
    sentence: 'Prints the address to give to people, of a relay that ran before.',
    params: []
  },
  init: {
    sentence:
      'Makes the data directory, the node key and a configuration file with every option in it; writes over nothing.',
    params: []
  },
  'config check': {
    sentence:
      'Says whether a relay could start with this configuration, and everything that is wrong.',
    params: []
  },
  privacy: {
    sentence:
      'Prints a page for people, made from the configuration: what is kept, how long, what is logged, who to ask.',
    params: [
      {
        name: 'language',
        kind: { type: 'choice', words: PRIVACY_LANGUAGES },
        isOptional: true,
        sentence: 'English where nothing is said.'
      },
      { name: 'html', kind: { type: 'switch' }, sentence: 'As a web page, in every language.' }
    ]
  },
  doctor: {
    sentence:
      'Looks at the relay and around it: says what is wrong and what to do. Ends with 1 where something fails.',
    params: [
      {
        name: 'ask',
        kind: { type: 'text', bytesMax: 4_096 },
        isOptional: true,
        sentence:
          'Addresses of other relays, with commas between, which are asked for the time and to dial this one; its neighbours, where nothing is said.'
      }
    ]
  },
  backup: {
    sentence:
      'Backs the relay up into a file that is not there yet, or into a directory, whether or not it runs.',
    params: [
      FILE,
      {
        name: 'recipient',
        kind: { type: 'text', bytesMax: RECIPIENT_BYTES_MAX },
        isOptional: true,
        sentence: 'Encrypts it to this age recipient.'
      }
    ]
  },
  verify: {
    sentence: 'Reads a backup from end to end, and says whether it is whole and what it holds.',
    params: [FILE, IDENTITY]
  },
  restore: {
    sentence: 'Makes a relay of a backup, in a data directory that is empty.',
    params: [FILE, IDENTITY]
  },
  migrate: {
    sentence:
      'Brings the store of a relay that does not run to this version, as run does by itself.',
    params: [
      {
        name: 'dry-run',
        kind: { type: 'switch' },
        sentence: 'Only says what would be done.'
      }
    ]
  }
}

/** In the order of help. */
export const COMMANDS: Readonly<Record<Command, CommandRow>> = { ...OWN_COMMANDS, ...CALLS }
