import type { LinkedDevice, LinkingDevice } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { digitsText } from '../digits-text.ts'
import { plainLine } from '../plain-text.ts'
import { askYes } from '../screen/ask-yes.ts'
import { qrLines } from '../screen/qr-lines.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { watchHistory } from '../watch-history.ts'

/** Lets a new device into the account. */
export const devicesLink: Command = {
  name: 'devices link',
  sentence: 'shows a code with which another device of yours joins this account',
  arguments: [],
  flags: [
    {
      name: '--yes',
      sentence: 'lets in who shows the code, without asking: only where nobody else can see it'
    }
  ],
  notes: [
    'On the new device: sealpost init --link CODE. Both then show six digits; say yes only if they are',
    'the same. Whoever joins has your whole account: its identity, its contacts, its history.'
  ],
  stays: () => true,
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const { signal, values } = context
  let saying: Promise<void> = Promise.resolve()
  const linked = await client.linkDevice({
    signal,
    onCode: (code) => {
      saying = sayCode(context, code)
    },
    onAsk: async (asking) => {
      await saying
      return values.has('--yes') ? sayAsking(context, asking) : ask(context, asking)
    }
  })
  await sayLinked(context, linked)
  await watchHistory(context, client, linked.device)
  return 0
}

async function sayCode(context: Context, code: string): Promise<void> {
  const { screen, values } = context
  await remark(context, sentences.devices.code)
  await show(context, { code }, code)
  const drawn = values.has('--json') ? undefined : qrLines(code, screen.columns)
  if (drawn !== undefined) {
    await screen.print(`${sentences.devices.scan}\n${drawn}`)
  }
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
