/** Makes a home of another device's account, and has the account's other devices hand it what it needs. */
import { hostname } from 'node:os'
import type { JoinedHome } from '@sealpost/client'
import type { Context } from '../command.ts'
import { digitsText } from '../digits-text.ts'
import { settle } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { abortable, systemLog, systemRandom } from '../system-ports.ts'
import { watchHistory } from '../watch-history.ts'
import { readDirectListen } from './direct-listen.ts'
import { makeHomeDirectory } from './home.ts'
import { openClient } from './open-client.ts'
import { openNewStore, openStore } from './open-store.ts'

const DEVICE_NAME_MAX = 32

/** @throws as `joinAccount` of the client */
export async function joinHome(
  context: Context,
  code: string,
  passphrase: string | undefined
): Promise<void> {
  const { home, values } = context
  const name = values.optionalText('--name') ?? hostname().slice(0, DEVICE_NAME_MAX)
  const joined = await join(context, code, { name, passphrase })
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
  code: string,
  options: { readonly name: string; readonly passphrase: string | undefined }
): Promise<JoinedHome> {
  const { clock, home, signal } = context
  const [{ joinAccount }, { createLibsignalEngine }, libp2p] = await Promise.all([
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
  try {
    return await joinAccount(ports, code, {
      ...options,
      signal,
      onCode: (digits) => {
        saying = sayDigits(context, digits)
      }
    })
  } finally {
    await saying
    await transport.close()
  }
}

async function sayDigits(context: Context, digits: string): Promise<void> {
  await show(context, { digits }, digitsText(digits))
  await remark(context, sentences.init.compare)
}
