import type { LinkedDevice, LinkingDevice, SealpostClient } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { digitsText } from '../digits-text.ts'
import { letInByCode } from '../let-in-by-code.ts'
import { linkingSentences } from '../linking-sentences.ts'
import { plainLine } from '../plain-text.ts'
import { askYes } from '../screen/ask-yes.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { showLinkingCode } from '../show-linking-code.ts'
import { watchHistory } from '../watch-history.ts'

/** Lets a new device into the account. */
export const devicesLink: Command = {
  name: 'devices link',
  sentence: 'lets another device of yours in, by a code that one of the two shows',
  arguments: [
    {
      name: 'CODE',
      isOptional: true,
      sentence: 'what the new device shows (init --show-code); without it this device shows one'
    }
  ],
  flags: [
    {
      name: '--yes',
      sentence: 'lets in who shows the code, without asking: only where nobody else can see it'
    }
  ],
  notes: [
    'On the new device: sealpost init --link CODE. Both then show six digits; say yes only if they are',
    'the same. Or show a code there, with sealpost init --show-code, and give it here: you then type the',
    'six digits that the new device shows. Whoever joins has your whole account: its identity, its',
    'contacts, its history. Let in only a device that you hold in your own hands.'
  ],
  stays: () => true,
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const code = values.optionalText('CODE')
  if (code !== undefined && values.has('--yes')) {
    throw new UsageError('SEALPOST_USAGE', linkingSentences.yesWithCode)
  }
  const client = await context.client()
  const linked =
    code === undefined ? await link(context, client) : await letInByCode(context, client, code)
  await sayLinked(context, linked)
  await watchHistory(context, client, linked.device)
  return 0
}

async function link(context: Context, client: SealpostClient): Promise<LinkedDevice> {
  const { signal, values } = context
  let saying: Promise<void> = Promise.resolve()
  return client.linkDevice({
    signal,
    onCode: (code) => {
      const { code: lead, scan } = sentences.devices
      saying = showLinkingCode(context, code, { lead, scan })
    },
    onAsk: async (asking) => {
      await saying
      return values.has('--yes') ? sayAsking(context, asking) : ask(context, asking)
    }
  })
}

/** Says who is there. @returns that they may join, as `--yes` said before. */
async function sayAsking(context: Context, { name, digits }: LinkingDevice): Promise<true> {
  const text = sentences.devices.joins(plainLine(name), digitsText(digits))
  await show(context, { name, digits }, text)
  return true
}

async function ask(context: Context, asking: LinkingDevice): Promise<boolean> {
  const { name, digits } = asking
  await show(context, { name, digits }, undefined)
  return askYes(context, sentences.devices.ask(plainLine(name), digitsText(digits)))
}

async function sayLinked(context: Context, { device, name }: LinkedDevice): Promise<void> {
  await show(context, { device, name }, sentences.devices.linked(device, plainLine(name)))
}
