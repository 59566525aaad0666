/** Makes a home of another device's account, and has the account's other devices hand it what it needs. */
import { hostname } from 'node:os'
import type { JoinedHome, OfferedAccount } from '@sealpost/client'
import type { RelayAddress } from '@sealpost/protocol'
import type { Context } from '../command.ts'
import { digitsText } from '../digits-text.ts'
import { linkingSentences } from '../linking-sentences.ts'
import { settle } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { askYes } from '../screen/ask-yes.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { showLinkingCode } from '../show-linking-code.ts'
import { abortable, systemLog, systemRandom } from '../system-ports.ts'
import { watchHistory } from '../watch-history.ts'
import { readDirectListen } from './direct-listen.ts'
import { makeHomeDirectory } from './home.ts'
import { openClient } from './open-client.ts'
import { openNewStore, openStore } from './open-store.ts'

const DEVICE_NAME_MAX = 32

/** By the code that another device shows, or by one that this device shows and that leads to these relays. */
export type JoinWay =
  | { readonly type: 'reading'; readonly code: string }
  | { readonly type: 'showing'; readonly relays: readonly RelayAddress[] }

/** @throws as `joinAccount` and `askToJoin` of the client */
export async function joinHome(
  context: Context,
  way: JoinWay,
  passphrase: string | undefined
): Promise<void> {
  const { home, values } = context
  const name = values.optionalText('--name') ?? hostname().slice(0, DEVICE_NAME_MAX)
  const joined = await join(context, way, { name, passphrase })
  const { device } = joined
  await show(
    context,
    { name: joined.name, home: home.directory, device },
    sentences.init.joined(plainLine(joined.name), home.directory, device)
  )
  // The other devices learn where this one is only from itself.
  const store = await openStore(home, context)
  const client = await openClient(store, {
    ...context,
    passphrase: { given: passphrase, terminal: undefined },
    logLevel: undefined,
    directListen: readDirectListen(undefined)
  })
  try {
    await watchHistory(context, client)
    await settle(context, client)
  } finally {
    await client.close()
  }
}

async function join(
  context: Context,
  way: JoinWay,
  options: { readonly name: string; readonly passphrase: string | undefined }
): Promise<JoinedHome> {
  const { clock, home, signal } = context
  const [{ askToJoin, joinAccount }, { createLibsignalEngine }, libp2p] = await Promise.all([
    import('@sealpost/client'),
    import('@sealpost/crypto-libsignal'),
    import('@sealpost/transport-libp2p')
  ])
  const transport = await libp2p.createTransport({ clock, seed: libp2p.generateNodeSeed() })
  const ports = {
    open: async () => {
      await makeHomeDirectory(home)
      return openNewStore(home, context)
    },
    transport,
    engine: createLibsignalEngine(),
    clock,
    random: systemRandom,
    log: systemLog(undefined),
    abortable
  }
  let saying: Promise<void> = Promise.resolve()
  const say = (words: () => Promise<void>): void => {
    saying = saying.then(words)
  }
  try {
    if (way.type === 'reading') {
      const onDigits = (digits: string): void => {
        say(() => sayDigits(context, digits))
      }
      const onAccount = async (account: OfferedAccount): Promise<boolean> => {
        await saying
        return isWantedAccount(context, account)
      }
      return await joinAccount(ports, way.code, { ...options, signal, onDigits, onAccount })
    }
    return await askToJoin(ports, way.relays, {
      ...options,
      signal,
      onCode: (code) => {
        const { code: lead, scan } = linkingSentences
        say(() => showLinkingCode(context, code, { lead, scan }))
      },
      onDigits: (digits) => {
        say(() => show(context, { digits }, linkingSentences.type(digitsText(digits))))
      },
      onAccount: async (account) => {
        await saying
        return isRightAccount(context, account)
      }
    })
  } finally {
    await saying
    await transport.close()
  }
}

/** Whoever sent the code may have shown one of their own; where nobody sits at a terminal, the code is believed. */
async function isWantedAccount(context: Context, account: OfferedAccount): Promise<boolean> {
  const { screen, values } = context
  if (screen.terminal === undefined || values.has('--json') || values.has('--yes')) {
    return true
  }
  return askYes(context, linkingSentences.askJoin(plainLine(account.name)))
}

async function isRightAccount(context: Context, account: OfferedAccount): Promise<boolean> {
  const name = plainLine(account.name)
  if (context.values.has('--yes')) {
    await show(context, { account: account.name }, linkingSentences.account(name))
    return true
  }
  await show(context, { account: account.name }, undefined)
  return askYes(context, linkingSentences.askAccount(name))
}

async function sayDigits(context: Context, digits: string): Promise<void> {
  await show(context, { digits }, digitsText(digits))
  await remark(context, sentences.init.compare)
}
