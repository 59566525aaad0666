/** Another device of somebody, linked as a person would: the code read, the digits compared, the home opened. */
import assert from 'node:assert/strict'
import { joinAccount, type LinkedDevice } from '../src/index.ts'
import { TestHome, type World } from './world.ts'

/** Argon2id at its least: what is tested is not its cost. */
const CHEAP = { memoryKib: 8_192, passes: 1, lanes: 1 }

export interface Asked {
  readonly code: string
  /** Resolves once the device that showed the code has heard from the new one. */
  readonly linked: Promise<LinkedDevice>
  /** The digits that were asked about. */
  readonly digits: () => string
}

/** Has a device show a code, and answer whoever reads it. */
export async function askToLink(world: World, first: TestHome, isWelcome = true): Promise<Asked> {
  let asked = ''
  let linked: Promise<LinkedDevice> | undefined
  const code = await world.run(
    new Promise<string>((resolve, reject) => {
      linked = first.client.linkDevice({
        onCode: resolve,
        onAsk: ({ digits }) => {
          asked = digits
          return Promise.resolve(isWelcome)
        }
      })
      linked.catch(reject)
    })
  )
  assert.ok(linked)
  return { code, linked, digits: () => asked }
}

/** Joins by a code; the home is not opened. */
export async function join(world: World, code: string, name: string): Promise<TestHome> {
  const home = new TestHome(world, name, false, true)
  const ports = home.ports()
  await world.run(
    joinAccount(ports, code, {
      name,
      passphrase: 'correct horse',
      passphraseCost: CHEAP,
      onDigits: () => undefined
    })
  )
  await ports.transport.close()
  return home
}

/** Links another device to that of `first`, and opens it. */
export async function linkDevice(world: World, first: TestHome, name: string): Promise<TestHome> {
  const { code, linked } = await askToLink(world, first)
  const home = await join(world, code, name)
  await home.open()
  await world.run(linked)
  return home
}

/** Lets time pass until something is so. */
export async function eventually(world: World, isSo: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < 400; count++) {
    if (await world.run(isSo())) {
      return
    }
    await world.pass(250)
  }
  assert.fail('it did not come about')
}

/** What a conversation says, oldest first. */
export async function said(
  world: World,
  home: TestHome,
  who: string
): Promise<readonly { readonly text: string; readonly kind: string }[]> {
  const contacts = await world.run(home.client.contacts())
  const contact = contacts.find(({ name }) => name === who)
  if (contact === undefined) {
    return []
  }
  const messages = await world.run(home.client.messages(contact.contactId, { limit: 10_000 }))
  return messages.filter(({ kind }) => kind !== 'notice').map(({ text, kind }) => ({ text, kind }))
}

/** Resolves once a conversation says exactly that, in any order. */
export async function saysExactly(
  world: World,
  home: TestHome,
  who: string,
  texts: readonly string[]
): Promise<void> {
  const sorted = [...texts].sort()
  let seen: readonly string[] = []
  for (let count = 0; count < 400; count++) {
    seen = (await said(world, home, who)).map(({ text }) => text).sort()
    if (seen.join('\n') === sorted.join('\n')) {
      return
    }
    await world.pass(250)
  }
  assert.deepEqual(seen, sorted)
}
