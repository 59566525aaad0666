import assert from 'node:assert/strict'
import { committedSecret, formatLinkingCode, parseLinkingCode } from '@sealpost/core'
import {
  askToJoin,
  type AskToJoinOptions,
  type JoinedHome,
  type LinkedDevice,
  type OfferedAccount
} from '../src/index.ts'
import { LinkingErrand } from '../src/linking-errand.ts'
import { askToLink, linkDevice } from './linked-device.ts'
import { TestHome, World } from './world.ts'

/** Argon2id at its least: what is tested is not its cost. */
const CHEAP = { memoryKib: 8_192, passes: 1, lanes: 1 }

/** Nobody answers. */
const NEVER = new Promise<never>(() => {
  // Whoever waits for it is killed.
})

async function alone(relayCount = 2): Promise<{ readonly world: World; readonly first: TestHome }> {
  const world = new World()
  await world.addRelays(relayCount)
  const first = await world.addHome('alice')
  await first.open()
  return { world, first }
}

/** A new device that shows a code. */
interface Showing {
  readonly home: TestHome
  readonly code: string
  readonly digits: string
  readonly joined: Promise<JoinedHome>
}

async function show(
  world: World,
  options: Partial<Pick<AskToJoinOptions, 'onAccount' | 'signal'>> = {}
): Promise<Showing> {
  const home = new TestHome(world, 'phone', false, true)
  const relays = world.relays.map(({ address }) => address)
  let digits = ''
  let joined: Promise<JoinedHome> | undefined
  const code = await world.run(
    new Promise<string>((resolve, reject) => {
      let shown = ''
      joined = askToJoin(home.ports(), relays, {
        name: 'phone',
        passphrase: 'correct horse',
        passphraseCost: CHEAP,
        onCode: (text) => {
          shown = text
        },
        onDigits: (text) => {
          digits = text
          resolve(shown)
        },
        ...options
      })
      joined.catch(reject)
    })
  )
  assert.ok(joined)
  return { home, code, digits, joined }
}

/** Reads a code, and types the digits, one after the other where they are asked for again; then says no. */
function letIn(
  { client }: TestHome,
  code: string,
  digits: readonly string[]
): { readonly let: Promise<LinkedDevice>; readonly asked: (readonly [string, number])[] } {
  const asked: (readonly [string, number])[] = []
  const given = [...digits]
  const linked = client.letIn(code, {
    onAsk: ({ name, triesLeft }) => {
      asked.push([name, triesLeft])
      return Promise.resolve(given.shift())
    }
  })
  return { let: linked, asked }
}

describe('letting in a device that shows a code', function () {
  this.timeout(60_000)

  it('takes the digits that the new device shows, and makes it one of the account', async () => {
    const { world, first } = await alone()
    const offered: OfferedAccount[] = []
    const phone = await show(world, {
      onAccount: (account) => {
        offered.push(account)
        return Promise.resolve(true)
      }
    })
    assert.match(phone.digits, /^[0-9]{6}$/)
    const { let: linked, asked } = letIn(first, phone.code, [phone.digits])
    const joined = await world.run(phone.joined)
    const { identityKey } = first.client.profile
    assert.deepEqual(offered, [{ name: 'alice', identityKey }])
    assert.deepEqual([joined.name, joined.identityKey], ['alice', identityKey])
    await phone.home.open()
    assert.deepEqual(await world.run(linked), { device: joined.device, name: 'phone' })
    assert.deepEqual(asked, [['phone', 3]])
    assert.deepEqual(
      phone.home.client.devices().map(({ device, isThis }) => [device, isThis]),
      [
        [1, false],
        [joined.device, true]
      ]
    )
  })

  it('takes the digits with spaces, and as a Chinese keyboard writes them', async () => {
    const { world, first } = await alone()
    const phone = await show(world)
    const wide = phone.digits.replace(/\d/g, (digit) =>
      '０１２３４５６７８９'.charAt(Number(digit))
    )
    const typed = ` ${wide.slice(0, 3)} ${wide.slice(3)}`
    const { let: linked } = letIn(first, phone.code, [typed])
    await world.run(phone.joined)
    await phone.home.open()
    await world.run(linked)
    assert.equal(first.client.devices().length, 2)
  })

  it('lets nobody in where the person says no, and tells the device', async () => {
    const { world, first } = await alone()
    const phone = await show(world)
    const refused = assert.rejects(phone.joined, { code: 'SEALPOST_DENIED', detail: 'not-let-in' })
    const { let: linked } = letIn(first, phone.code, [])
    await assert.rejects(world.run(linked), { code: 'SEALPOST_DENIED', detail: 'not-let-in' })
    await world.run(refused)
    assert.equal(first.client.devices().length, 1)
  })

  it('asks for the digits three times, and refuses then', async () => {
    const { world, first } = await alone()
    const phone = await show(world)
    const refused = assert.rejects(phone.joined, { code: 'SEALPOST_DENIED' })
    const other = phone.digits === '123456' ? '123457' : '123456'
    const { let: linked, asked } = letIn(first, phone.code, [other, '', other, phone.digits])
    await assert.rejects(world.run(linked), { code: 'SEALPOST_DENIED', detail: 'digits-wrong' })
    await world.run(refused)
    assert.deepEqual(
      asked.map(([, triesLeft]) => triesLeft),
      [3, 2, 1]
    )
    assert.equal(first.client.devices().length, 1)
  })

  it('takes the right digits at the third try', async () => {
    const { world, first } = await alone()
    const phone = await show(world)
    const { let: linked } = letIn(first, phone.code, ['', '', phone.digits])
    await world.run(phone.joined)
    await phone.home.open()
    await world.run(linked)
    assert.equal(first.client.devices().length, 2)
  })

  it('refuses a code once its ten minutes are over, on both devices', async () => {
    const { world, first } = await alone()
    const phone = await show(world)
    const expired = assert.rejects(phone.joined, { code: 'SEALPOST_LINK_EXPIRED' })
    world.clock.advance(600_001)
    await world.run(expired)
    const { let: linked, asked } = letIn(first, phone.code, [phone.digits])
    await assert.rejects(world.run(linked), { code: 'SEALPOST_LINK_EXPIRED' })
    assert.deepEqual(asked, [])
  })

  it('ends when the new device says so, and destroys the code', async () => {
    const { world, first } = await alone()
    const controller = new AbortController()
    const phone = await show(world, { signal: controller.signal })
    controller.abort()
    await assert.rejects(world.run(phone.joined), { code: 'SEALPOST_TIMEOUT' })
    const { let: linked } = letIn(first, phone.code, [phone.digits])
    await assert.rejects(world.run(linked), { code: 'SEALPOST_LINK_EXPIRED' })
  })

  it('can be tried again where the device of the account went away before it answered', async () => {
    const { world, first } = await alone()
    const phone = await show(world)
    const isAsked = new Promise<void>((resolve) => {
      const unanswered = first.client.letIn(phone.code, {
        onAsk: () => {
          resolve()
          return NEVER
        }
      })
      unanswered.catch(() => undefined)
    })
    await world.run(isAsked)
    first.kill()
    await first.open()
    const { let: linked } = letIn(first, phone.code, [phone.digits])
    await world.run(phone.joined)
    await phone.home.open()
    await world.run(linked)
    assert.equal(first.client.devices().length, 2)
  })

  it('makes nothing on a new device that is killed, and another can join', async () => {
    const { world, first } = await alone()
    const phone = await show(world)
    phone.joined.catch(() => undefined)
    phone.home.kill()
    const { let: late } = letIn(first, phone.code, [phone.digits])
    late.catch(() => undefined)
    await world.pass(2_000)
    await assert.rejects(phone.home.open(), { code: 'SEALPOST_HOME_MISSING' })
    const other = await linkDevice(world, first, 'tablet')
    assert.ok(other.client.devices().length > 1)
  })

  it('joins the account that the person wants, where somebody else read the code too', async () => {
    const { world, first } = await alone()
    const mallory = await world.addHome('mallory')
    await mallory.open()
    const offered: string[] = []
    const phone = await show(world, {
      onAccount: ({ name }) => {
        offered.push(name)
        return Promise.resolve(name === 'alice')
      }
    })
    const refused = assert.rejects(phone.joined, { code: 'SEALPOST_DENIED', detail: 'not-joined' })
    const { let: taken } = letIn(mallory, phone.code, [phone.digits])
    taken.catch(() => undefined)
    await world.run(refused)
    assert.deepEqual(offered, ['mallory'])
    await assert.rejects(phone.home.open(), { code: 'SEALPOST_HOME_MISSING' })
    assert.equal(first.client.devices().length, 1)
  })

  it('passes over what somebody who saw the code says in place of the new device', async () => {
    const { world, first } = await alone(1)
    const phone = await show(world)
    const another = await show(world)
    const { linkSecret, relays } = parseLinkingCode(phone.code, 'new')
    const [relay] = relays
    assert.ok(relay)
    const mallory = new TestHome(world, 'mallory', false)
    const errand = await world.run(
      LinkingErrand.open(mallory.ports(), relay, linkSecret, undefined)
    )
    // The mailboxes anew, without the true hello, and then with that of another device.
    await world.run(errand.destroy())
    await world.run(errand.register(linkSecret))
    const hellos: Uint8Array[] = []
    const theirs = parseLinkingCode(another.code, 'new')
    const listening = await world.run(
      LinkingErrand.open(mallory.ports(), relay, theirs.linkSecret, undefined)
    )
    await world.run(
      listening.listenAsOld((bytes) => {
        hellos.push(bytes)
      })
    )
    await world.pass(500)
    const [hello] = hellos
    assert.ok(hello)
    assert.deepEqual(committedSecret(hello), theirs.linkSecret)
    await world.run(errand.sayHello(hello))
    const { let: linked, asked } = letIn(first, phone.code, [another.digits])
    const expired = assert.rejects(linked, { code: 'SEALPOST_LINK_EXPIRED' })
    await world.pass(31_000, 500)
    await expired
    assert.deepEqual(asked, [])
    for (const { joined, home } of [phone, another]) {
      joined.catch(() => undefined)
      home.kill()
    }
  })

  it('meets at the one relay that can be reached', async () => {
    const { world, first } = await alone(3)
    await world.relays[0]?.stop()
    await world.relays[1]?.stop()
    const phone = await show(world)
    assert.deepEqual(
      parseLinkingCode(phone.code, 'new').relays.map(({ nodeKey }) => nodeKey),
      [world.relays[2]?.address.nodeKey]
    )
    const { let: linked } = letIn(first, phone.code, [phone.digits])
    await world.run(phone.joined)
    await phone.home.open()
    await world.run(linked)
  })

  it('meets whatever the clocks of the two devices say', async () => {
    const { world, first } = await alone()
    first.clockErrorMs = 86_400_000
    const phone = await show(world)
    const { let: linked } = letIn(first, phone.code, [phone.digits])
    await world.run(phone.joined)
    await phone.home.open()
    await world.run(linked)
  })

  it('refuses a code that the new device has to read, and the other way round', async () => {
    const { world, first } = await alone()
    const { code, linked } = await askToLink(world, first)
    linked.catch(() => undefined)
    const { let: refused } = letIn(first, code, [])
    await assert.rejects(refused, { code: 'SEALPOST_LINK_INVALID', detail: 'code-to-join' })
    await assert.rejects(world.run(first.client.add(code)), { detail: 'code-no-link' })
  })

  it('refuses a code behind which nobody is', async () => {
    const { world, first } = await alone()
    const code = formatLinkingCode({
      shownBy: 'new',
      linkSecret: new Uint8Array(32),
      expiresAtMs: world.clock.wallMs() + 600_000,
      relays: world.relays.map(({ address }) => address)
    })
    const { let: linked, asked } = letIn(first, code, ['000000'])
    await assert.rejects(world.run(linked), { code: 'SEALPOST_LINK_EXPIRED' })
    assert.deepEqual(asked, [])
  })

  it('does not touch a home that has an account', async () => {
    const { world } = await alone()
    const bob = await world.addHome('bob')
    const nothing = (): void => undefined
    const options = { name: '', passphrase: undefined, onCode: nothing, onDigits: nothing }
    const relays = world.relays.map(({ address }) => address)
    await assert.rejects(world.run(askToJoin(bob.ports(), relays, options)), {
      code: 'SEALPOST_HOME_EXISTS'
    })
  })
})
