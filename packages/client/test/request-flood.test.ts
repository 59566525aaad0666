/** Somebody floods the box of a public address while others use it, and while contacts write: beside whole clients. */
import assert from 'node:assert/strict'
import { seededRandom } from '@sealpost/host/testing'
import { sha256, WorkSearch } from '@sealpost/core'
import {
  decodeRelayFrame,
  encodeClientFrame,
  envelopeIds,
  type MailboxId,
  mailboxIds,
  type MailboxRequest,
  relayMultihash,
  REQUEST_SEALED_BYTES
} from '@sealpost/protocol'
import { acquainted } from './acquaintance.ts'
import type { TestHome, TestRelay, World } from './world.ts'

const SECOND_MS = 1_000
/** Ten times what a request box holds. */
const FLOOD = 640
/** As `TestRelay` asks. */
const WORK_BITS = 4
const GUESTS = 9
const HONEST_MEDIAN_MS_MAX = 10 * SECOND_MS

type Deposit = Extract<MailboxRequest, { readonly type: 'deposit' }>

/** What mallory saw when she used the link herself: where its box is at a relay, and what lets her deposit there. */
interface Box {
  readonly relay: TestRelay
  readonly mailboxId: MailboxId
  readonly depositToken: Uint8Array
}

/** Opens the link as anybody may, and notes where the request goes. */
async function boxesOf(world: World, link: string): Promise<readonly Box[]> {
  const boxes = new Map<TestRelay, Box>()
  for (const relay of world.relays) {
    relay.onRequest = (request) => {
      if (request.type === 'deposit' && request.envelope.sealed.length === REQUEST_SEALED_BYTES) {
        const { mailboxId, depositToken } = request
        boxes.set(relay, { relay, mailboxId, depositToken })
      }
    }
  }
  const mallory = await world.addHome('mallory')
  await mallory.open()
  const { contactId } = await world.run(mallory.client.add(link))
  await world.run(mallory.client.waitForContact(contactId, 'requested'))
  await world.run(mallory.client.settle())
  await mallory.close()
  for (const relay of world.relays) {
    relay.onRequest = undefined
  }
  return [...boxes.values()]
}

/** Deposits what nobody can open, with the work that is asked for, again and again, from one place. */
class Flood {
  storedCount = 0
  refusedCount = 0
  readonly #random = seededRandom(77)
  #isOver = false

  constructor(world: World, boxes: readonly Box[]) {
    for (const box of boxes) {
      void this.#run(world, box)
    }
  }

  end(): void {
    this.#isOver = true
  }

  async #run(world: World, box: Box): Promise<void> {
    const transport = world.network.transport({ remoteRange: '203.0.113.0/24' })
    const { signal } = new AbortController()
    const stream = await transport.dial(box.relay.address, { signal })
    let number = 0
    let challenge: Uint8Array | undefined
    const send = (request: MailboxRequest): void => {
      stream.send(encodeClientFrame({ type: 'request', number: ++number, request }))
    }
    const next = (): void => {
      if (!this.#isOver && challenge !== undefined) {
        send(this.#deposit(box, challenge))
      }
    }
    stream.attach({
      onFrames: (frames) => {
        for (const bytes of frames) {
          const frame = decodeRelayFrame(bytes)
          if (frame.type !== 'answer') {
            continue
          }
          if (frame.answer.type === 'info') {
            challenge = frame.answer.info.challenge
          } else if (frame.answer.type === 'deposited') {
            this.storedCount += 1
          } else {
            this.refusedCount += 1
          }
          // As fast as the relay takes it from one connection.
          world.clock.setTimer(50, next)
        }
      },
      onClose: () => undefined
    })
    send({ type: 'info' })
  }

  #deposit({ relay, mailboxId, depositToken }: Box, challenge: Uint8Array): Deposit {
    const envelopeId = this.#random.bytes(16)
    const sealed = new Uint8Array(REQUEST_SEALED_BYTES)
    sealed.set(this.#random.bytes(64))
    const subject = sha256(
      Buffer.concat([mailboxIds.toBytes(mailboxId), envelopeId, sha256(sealed)])
    )
    const target = { relay: relayMultihash(relay.address.nodeKey), challenge }
    const work = new WorkSearch({ ...target, verb: 'deposit', subject }, WORK_BITS).advance(100_000)
    return {
      type: 'deposit',
      mailboxId,
      depositToken,
      envelope: {
        envelopeId: envelopeIds.fromBytes(envelopeId),
        recallHash: this.#random.bytes(32),
        lifetime: 2,
        sealed
      },
      isLive: false,
      work
    }
  }
}

/** How long, on their clocks, until somebody who opens the link is asked about at alice's. */
async function firstContact(
  world: World,
  alice: TestHome,
  link: string,
  name: string
): Promise<number> {
  const guest = await world.addHome(name)
  await guest.open()
  const fromMs = world.clock.wallMs()
  await world.run(guest.client.add(link))
  while (!alice.client.requests().some((request) => request.name === name)) {
    await world.pass(SECOND_MS / 4)
    assert.ok(world.clock.wallMs() - fromMs < 600 * SECOND_MS, `${name} came through at last`)
  }
  const tookMs = world.clock.wallMs() - fromMs
  await guest.close()
  return tookMs
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

describe('a request box that is flooded with ten times what it holds', () => {
  it('lets honest guests in within seconds, and holds up no contact', async () => {
    const { world, alice, bob, toAlice: contactId } = await acquainted()
    const { link } = await world.run(alice.client.invite({ isReusable: true }))
    await world.run(alice.client.settle())
    const boxes = await boxesOf(world, link)
    assert.equal(boxes.length, 2)
    const flood = new Flood(world, boxes)
    await world.pass(5 * SECOND_MS)
    const guestsMs: number[] = []
    const contactsMs: number[] = []
    for (let guest = 0; guest < GUESTS; guest++) {
      await world.pass(2 * SECOND_MS)
      guestsMs.push(await firstContact(world, alice, link, `guest ${String(guest)}`))
      const fromMs = world.clock.wallMs()
      const { messageId } = await world.run(bob.client.send(contactId, `number ${String(guest)}`))
      assert.ok(messageId)
      await world.run(bob.client.waitForMessage(messageId, 'delivered'))
      contactsMs.push(world.clock.wallMs() - fromMs)
    }
    flood.end()
    assert.ok(flood.storedCount + flood.refusedCount >= FLOOD)
    assert.ok(median(guestsMs) < HONEST_MEDIAN_MS_MAX, guestsMs.join(' '))
    assert.ok(Math.max(...contactsMs) < SECOND_MS, contactsMs.join(' '))
    const texts = (await world.run(alice.client.received())).map(({ text }) => text)
    assert.equal(texts.length, guestsMs.length)
  }).timeout(120_000)
})
