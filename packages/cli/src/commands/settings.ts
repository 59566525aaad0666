import type { SealpostClient } from '@sealpost/client'
import { type Settings, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { readTimer } from '../flag-values.ts'
import { nearest } from '../nearest.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { secondsText } from '../time-text.ts'

/** A setting as people write it, and as the client has it. */
interface Setting {
  readonly name: string
  /** Undefined where `changeTo` says what it can be. */
  readonly choices: readonly string[] | undefined
  readonly valueOf: (settings: Settings) => string
  readonly changeTo: (value: string) => Partial<Settings>
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'lifetime',
    choices: ['14', '30'],
    valueOf: ({ lifetime }) => (lifetime === 3 ? '30' : '14'),
    changeTo: (value) => ({ lifetime: value === '30' ? 3 : 2 })
  },
  onOff('typing', 'isTypingShown'),
  onOff('presence', 'isPresenceShown'),
  onOff('read-receipts', 'isReadShown'),
  onOff('direct', 'isDirect'),
  {
    name: 'timer',
    choices: undefined,
    valueOf: ({ timerSeconds = 0 }) => (timerSeconds === 0 ? 'off' : secondsText(timerSeconds)),
    changeTo: (value) => ({ timerSeconds: readTimer(value) })
  }
]

/** Shows what a person chose for all conversations, and changes it. */
export const settings: Command = {
  name: 'settings',
  sentence: 'shows what you chose for all conversations, or changes one of it',
  arguments: [
    {
      name: 'NAME',
      sentence: 'lifetime, typing, presence, read-receipts, direct or timer; all if left out',
      isOptional: true
    },
    {
      name: 'VALUE',
      sentence:
        'for lifetime 14 or 30 (days), for timer off or 30s, 1h, 1w, on or off for the others',
      isOptional: true
    }
  ],
  flags: [],
  notes: [
    'lifetime: how long relays keep a message that nobody fetches. typing, presence: whether contacts see',
    'that you write, that you are there. read-receipts: whether they see that you read. direct: whether',
    'contacts may connect to this machine directly, and so see its network address (see direct). timer:',
    'how long messages stay in conversations that begin (see timer).'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const [name, value] = [values.optionalText('NAME'), values.optionalText('VALUE')]
  const wanted = name === undefined ? undefined : settingOf(name)
  const choices = wanted?.choices
  if (wanted !== undefined && value !== undefined && choices?.includes(value) === false) {
    throw new UsageError('SEALPOST_USAGE', sentences.settings.choice(wanted.name, choices))
  }
  // Before a home is opened for it.
  const changes = wanted === undefined || value === undefined ? undefined : wanted.changeTo(value)
  const client = await context.client()
  if (wanted === undefined || changes === undefined) {
    await showSettings(context, client.settings(), wanted === undefined ? SETTINGS : [wanted])
    return 0
  }
  await change(context, client, wanted, changes)
  return 0
}

async function change(
  context: Context,
  client: SealpostClient,
  setting: Setting,
  changes: Partial<Settings>
): Promise<void> {
  const changed = await client.changeSettings(changes)
  await showSettings(context, changed, [setting])
  if (changes.isDirect === true) {
    await remark(context, sentences.direct.consent)
  }
  await carryOut(context, client)
}

async function showSettings(
  context: Context,
  chosen: Settings,
  shown: readonly Setting[]
): Promise<void> {
  for (const { name, valueOf } of shown) {
    const value = valueOf(chosen)
    await show(context, { name, value }, `${name.padEnd(15)}${value}`)
  }
}

/** @throws UsageError `SEALPOST_USAGE` with the nearest name */
function settingOf(name: string): Setting {
  const setting = SETTINGS.find((candidate) => candidate.name === name)
  if (setting === undefined) {
    const names = SETTINGS.map((candidate) => candidate.name)
    throw new UsageError(
      'SEALPOST_USAGE',
      sentences.settings.unknown(name, nearest(name, names), names)
    )
  }
  return setting
}

function onOff(name: string, field: Exclude<keyof Settings, 'lifetime' | 'timerSeconds'>): Setting {
  return {
    name,
    choices: ['on', 'off'],
    valueOf: (chosen) => (chosen[field] ? 'on' : 'off'),
    changeTo: (value) => ({ [field]: value === 'on' })
  }
}
