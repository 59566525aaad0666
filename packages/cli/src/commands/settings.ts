import type { SealpostClient } from '@sealpost/client'
import { type Settings, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { nearest } from '../nearest.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

/** A setting as people write it, and as the client has it. */
interface Setting {
  readonly name: string
  readonly choices: readonly string[]
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
  onOff('direct', 'isDirect')
]

/** Shows what a person chose for all conversations, and changes it. */
export const settings: Command = {
  name: 'settings',
  sentence: 'shows what you chose for all conversations, or changes one of it',
  arguments: [
    {
      name: 'NAME',
      sentence: 'lifetime, typing, presence, read-receipts or direct; all if left out',
      isOptional: true
    },
    {
      name: 'VALUE',
      sentence: 'for lifetime 14 or 30 (days), on or off for the others',
      isOptional: true
    }
  ],
  flags: [],
  notes: [
    'lifetime: how long relays keep a message that nobody fetches. typing, presence: whether contacts see',
    'that you write, that you are there. read-receipts: whether they see that you read. direct: whether',
    'contacts may connect to this machine directly, and so see its network address (see direct).'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const [name, value] = [values.optionalText('NAME'), values.optionalText('VALUE')]
  const wanted = name === undefined ? undefined : settingOf(name)
  if (wanted !== undefined && value !== undefined && !wanted.choices.includes(value)) {
    throw new UsageError('SEALPOST_USAGE', sentences.settings.choice(wanted.name, wanted.choices))
  }
  const client = await context.client()
  if (wanted === undefined || value === undefined) {
    await showSettings(context, client.settings(), wanted === undefined ? SETTINGS : [wanted])
    return 0
  }
  await change(context, client, wanted, value)
  return 0
}

async function change(
  context: Context,
  client: SealpostClient,
  setting: Setting,
  value: string
): Promise<void> {
  const changed = await client.changeSettings(setting.changeTo(value))
  await showSettings(context, changed, [setting])
  if (setting.name === 'direct' && value === 'on') {
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

function onOff(name: string, field: Exclude<keyof Settings, 'lifetime'>): Setting {
  return {
    name,
    choices: ['on', 'off'],
    valueOf: (chosen) => (chosen[field] ? 'on' : 'off'),
    changeTo: (value) => ({ [field]: value === 'on' })
  }
}
