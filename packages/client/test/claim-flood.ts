/**
 * Everything that a public link gives is claimed, again and again, and every claim is used: what comes of it for who made the link,
 * and for an honest guest.
 */
import assert from 'node:assert/strict'
import {
  ACCOUNT_KEY,
  linkSecrets,
  parseLink,
  type Random,
  readAccount,
  sha256,
  WorkSearch
} from '@sealpost/core'
import { openClaimable } from '@sealpost/crypto'
import { MemoryEngineStores } from '@sealpost/crypto/compliance'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { seededRandom } from '@sealpost/host/testing'
import {
  bytesToUtf8,
  decodeInvitation,
  decodeRelayFrame,
  decodeSignedInvitation,
  encodeClientFrame,
  type Invitation,
  type MailboxAnswer,
  type MailboxRequest,
  relayMultihash,
  utf8ToBytes
} from '@sealpost/protocol'
import { vaultOf } from './home-rows.ts'
import { sessionBundle } from '../src/session-bundle.ts'
import { readOwnIdentity, StagedStores } from '../src/staged-stores.ts'
import { type TestHome, type TestRelay, World } from './world.ts'

const HOUR_MS = 3_600_000
/** As `TestRelay` asks. */
const WORK_BITS = 4
/** So often alice looks what is left, and makes more. */
const REFILLS = 8

export interface ClaimFlood {
  readonly fallbackCount: number
  readonly oneTimeCount: number
}

/** @throws AssertionError where a key was given twice that is no fallback's, a session does not decrypt, or a guest is kept out */
export async function claimFlood(claimCount: number): Promise<ClaimFlood> {
  const world = new World()
  const plenty = 1_000_000_000
  await world.addRelays(1, { requestsPerSecond: plenty, requestBurst: plenty })
  const [relay] = world.relays
  assert.ok(relay)
  const alice = await world.addHome('alice')
  await alice.open()
  const { link } = await world.run(alice.client.invite({ isReusable: true }))
  await world.run(alice.client.settle())
  const invitations: Invitation[] = []
  for (let refill = 0; refill < REFILLS; refill++) {
    const mallory = await Claimer.connect(world, relay, { link, seed: refill })
    for (let claim = 0; claim < claimCount / REFILLS; claim++) {
      invitations.push(await mallory.claim())
    }
    await world.skip(HOUR_MS)
    await world.pass(2_000)
  }
  const oneTime = invitations.filter(({ isFallback }) => !isFallback)
  checkKeys(invitations)
  await meetHonestly(world, alice, link)
  await world.run(alice.client.settle())
  await alice.close()
  await decryptAll(world, alice, invitations)
  return { fallbackCount: invitations.length - oneTime.length, oneTimeCount: oneTime.length }
}

/** A one-time prekey is in one claimable, or in none, which then says so. */
function checkKeys(invitations: readonly Invitation[]): void {
  const seen = new Set<number>()
  for (const { isFallback, bundle } of invitations) {
    const id = bundle.oneTimePrekey?.id
    assert.equal(id === undefined, isFallback)
    if (id !== undefined) {
      assert.ok(!seen.has(id), `one-time prekey ${String(id)} was given twice`)
      seen.add(id)
    }
  }
}

async function meetHonestly(world: World, alice: TestHome, link: string): Promise<void> {
  const bob = await world.addHome('bob')
  await bob.open()
  const { contactId } = await world.run(bob.client.add(link))
  await world.run(bob.client.waitForContact(contactId, 'requested'))
  await world.pass(2_000)
  const [request] = alice.client.requests()
  assert.ok(request)
  await world.run(alice.client.acceptRequest(request.contactId))
  await world.run(bob.client.waitForContact(contactId, 'accepted'))
  const { messageId } = await world.run(bob.client.send(contactId, 'and yet we met'))
  assert.ok(messageId)
  await world.run(bob.client.waitForMessage(messageId, 'delivered'))
  await bob.close()
}

/** Somebody new starts a session from each, and alice, from the rows of her home, reads what they say. */
async function decryptAll(
  world: World,
  alice: TestHome,
  invitations: readonly Invitation[]
): Promise<void> {
  const engine = createLibsignalEngine()
  const vault = await vaultOf(alice, 99)
  const own = await readOwnIdentity((keys) => vault.getMany(keys))
  const [account] = await vault.getMany([{ table: 'account', key: ACCOUNT_KEY }])
  assert.ok(account)
  const { identityKey, device } = readAccount(account)
  const nowMs = world.clock.wallMs()
  for (const [index, { bundle, registrationId }] of invitations.entries()) {
    const guest = await engine.makeIdentity()
    const theirs = new MemoryEngineStores(guest, 7)
    const toAlice = { identityKey, device }
    await engine.startSession(theirs, toAlice, sessionBundle(registrationId, bundle), nowMs)
    const text = `guest ${String(index)}`
    const ciphertext = await engine.encrypt(theirs, toAlice, utf8ToBytes(text), nowMs)
    const stores = new StagedStores(own, { get: () => undefined }, (keys) => vault.getMany(keys))
    const header = await engine.readPrekeyMessage(ciphertext.bytes)
    const guestAddress = { identityKey: header.identityKey, device }
    const plaintext = await engine.decrypt(stores, guestAddress, ciphertext, nowMs)
    assert.equal(bytesToUtf8(plaintext), text)
    await vault.commit(stores.mutations)
  }
  await vault.close()
}

type Send = (request: MailboxRequest) => Promise<MailboxAnswer>

/** A connection that claims and claims. */
class Claimer {
  readonly #world: World
  readonly #relay: TestRelay
  readonly #linkSecret: Uint8Array
  readonly #random: Random
  readonly #send: Send

  private constructor(
    at: { readonly world: World; readonly relay: TestRelay },
    linkSecret: Uint8Array,
    random: Random,
    send: Send
  ) {
    this.#world = at.world
    this.#relay = at.relay
    this.#linkSecret = linkSecret
    this.#random = random
    this.#send = send
  }

  static async connect(
    world: World,
    relay: TestRelay,
    { link, seed }: { readonly link: string; readonly seed: number }
  ): Promise<Claimer> {
    const { signal } = new AbortController()
    const stream = await world.network.transport().dial(relay.address, { signal })
    const waiting = new Map<number, (answer: MailboxAnswer) => void>()
    let number = 0
    stream.attach({
      onFrames: (frames) => {
        for (const bytes of frames) {
          const frame = decodeRelayFrame(bytes)
          if (frame.type === 'answer') {
            waiting.get(frame.number)?.(frame.answer)
            waiting.delete(frame.number)
          } else if (frame.type === 'ping') {
            stream.send(encodeClientFrame({ type: 'pong', number: frame.number }))
          }
        }
      },
      onClose: () => undefined
    })
    const { linkSecret } = parseLink(link).link
    return new Claimer({ world, relay }, linkSecret, seededRandom(4_711 + seed), (request) => {
      const { promise, resolve } = Promise.withResolvers<MailboxAnswer>()
      waiting.set(++number, resolve)
      stream.send(encodeClientFrame({ type: 'request', number, request }))
      return promise
    })
  }

  async claim(): Promise<Invitation> {
    const { nodeKey } = this.#relay.address
    const { linkId, claimToken, claimableKey } = linkSecrets(this.#linkSecret, nodeKey)
    const info = await this.#world.run(this.#send({ type: 'info' }))
    assert.ok(info.type === 'info')
    const claimId = this.#random.bytes(32)
    const { challenge } = info.info
    const relay = relayMultihash(nodeKey)
    const target = { relay, challenge, verb: 'claim', subject: sha256(claimId) } as const
    const work = new WorkSearch(target, WORK_BITS).advance(100_000)
    const claim = { type: 'claim', linkId, claimToken, claimId, work } as const
    const answer = await this.#world.run(this.#send(claim))
    assert.ok(answer.type === 'claimed', JSON.stringify(answer))
    const fields = openClaimable({ claimableKey, linkId, sealed: answer.blob })
    assert.ok(fields)
    return decodeInvitation(decodeSignedInvitation(fields).body)
  }
}
