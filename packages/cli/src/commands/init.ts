import { ConfigError, parseRelayAddress, type RelayAddress, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { makeHomeDirectory } from '../home/home.ts'
import { joinHome, type JoinWay } from '../home/join-home.ts'
import { openNewStore } from '../home/open-store.ts'
import { linkingSentences } from '../linking-sentences.ts'
import { plainLine } from '../plain-text.ts'
import { askDirect } from '../screen/ask-direct.ts'
import { choosePassphrase } from '../screen/passphrase.ts'
import { sentences } from '../sentences.ts'
import { remark, show, warn } from '../show.ts'
import { systemRandom } from '../system-ports.ts'
import type { Values } from '../values.ts'

/** Makes an account in a home of its own. */
export const init: Command = {
  name: 'init',
  sentence: 'makes an account',
  place: 'none',
  arguments: [],
  flags: [
    {
      name: '--name',
      value: 'NAME',
      isRequired: true,
      unless: ['--link', '--show-code'],
      sentence: 'what you are called; your contacts see it (linked: what this device is called)'
    },
    {
      name: '--relay',
      value: 'ADDRESS',
      isRepeatable: true,
      sentence: 'keeps messages for you while you are away; three are good',
      read: (text) => {
        parseRelayAddress(text)
        return text
      }
    },
    {
      name: '--link',
      value: 'CODE',
      sentence: 'makes no new account, but this another device of yours: see devices link'
    },
    {
      name: '--show-code',
      sentence: 'as --link, but shows a code, for a device of yours to read: devices link CODE'
    },
    {
      name: '--yes',
      sentence: 'joins the account that lets this device in, without asking whose it is'
    },
    {
      name: '--direct',
      sentence: 'people you accept may connect to this machine directly; asked if not given'
    },
    { name: '--relays-only', sentence: 'nobody may, and nobody sees its network address' },
    {
      name: '--no-passphrase',
      sentence: 'leaves the home unlocked: who reads its files reads everything'
    }
  ],
  notes: [
    'The passphrase comes from a prompt, or from SEALPOST_PASSPHRASE. Nobody can recover it.',
    'A relay’s operator knows its address: /ip4/192.0.2.1/tcp/7700/ws/p2p/PEER-ID'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { home, values, clock } = context
  if (values.has('--link') || values.has('--show-code')) {
    return link(context)
  }
  const relays = relaysOf(values.list('--relay'))
  if (relays.length === 0) {
    throw new UsageError('SEALPOST_NO_RELAYS', sentences.init.noRelay)
  }
  const name = values.text('--name')
  const given = directChoice(values)
  const passphrase = await choosePassphraseOf(context)
  const isAsked = given === undefined && context.passphrase.terminal !== undefined
  const isDirect = isAsked ? await askDirect(context.screen) : (given ?? true)
  const [{ createHome }, { createLibsignalEngine }] = await Promise.all([
    import('@sealpost/client'),
    import('@sealpost/crypto-libsignal')
  ])
  const ports = {
    open: async () => {
      await makeHomeDirectory(home)
      return openNewStore(home, context)
    },
    engine: createLibsignalEngine(),
    random: systemRandom
  }
  await createHome(ports, { name, relays, passphrase, isDirect }, clock.wallMs())
  await show(
    context,
    { name, home: home.directory, relays: values.list('--relay'), isDirect },
    `${sentences.init.done(plainLine(name), home.directory)}\n${sentences.init.next}`
  )
  if (isDirect && !isAsked) {
    await remark(context, sentences.direct.told)
  }
  return 0
}

/** Two addresses of one relay are one relay. @throws ConfigError `SEALPOST_ADDRESS_INVALID` */
function relaysOf(texts: readonly string[]): readonly RelayAddress[] {
  const relays = new Map<string, RelayAddress>()
  for (const text of texts) {
    const { nodeKey, addresses, invite } = parseRelayAddress(text)
    const known = relays.get(nodeKey)
    if (known !== undefined && known.addresses.some((address) => addresses.includes(address))) {
      throw new ConfigError('SEALPOST_ADDRESS_INVALID', sentences.init.relayTwice(text))
    }
    relays.set(nodeKey, {
      nodeKey,
      addresses: [...(known?.addresses ?? []), ...addresses],
      invite: invite ?? known?.invite
    })
  }
  return [...relays.values()]
}

function directChoice(values: Values): boolean | undefined {
  const [isDirect, isRelaysOnly] = [values.has('--direct'), values.has('--relays-only')]
  if (isDirect && isRelaysOnly) {
    throw new UsageError('SEALPOST_USAGE', sentences.direct.either)
  }
  return isDirect ? true : isRelaysOnly ? false : undefined
}

async function choosePassphraseOf(context: Context): Promise<string | undefined> {
  if (context.values.has('--no-passphrase')) {
    await warn(context, sentences.passphrase.none)
    return undefined
  }
  return choosePassphrase(context.passphrase)
}

/** Another device of an account that there is. */
async function link(context: Context): Promise<number> {
  const { values } = context
  const code = values.optionalText('--link')
  if (code !== undefined && values.has('--show-code')) {
    throw new UsageError('SEALPOST_USAGE', linkingSentences.either)
  }
  const ofAccount = ['--direct', '--relays-only', ...(code === undefined ? [] : ['--relay'])]
  const surplus = ofAccount.find((flag) => values.has(flag))
  if (surplus !== undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.init.linkAlone(surplus))
  }
  const relays = relaysOf(values.list('--relay'))
  if (code === undefined && relays.length === 0) {
    throw new UsageError('SEALPOST_NO_RELAYS', linkingSentences.noRelay)
  }
  const way: JoinWay = code === undefined ? { type: 'showing', relays } : { type: 'reading', code }
  await joinHome(context, way, await choosePassphraseOf(context))
  return 0
}
