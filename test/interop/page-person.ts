/** Someone in a page, as Node sees her: she is told what to do, and answers. */
import assert from 'node:assert/strict'
import { Party } from '@sealpost/crypto/compliance'
import type { Ciphertext } from '@sealpost/crypto'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { bytesToHex, hexToBytes, isSealpostError, parseDeviceNumber } from '@sealpost/protocol'
import type { DeviceAddress, IdentityKey } from '@sealpost/protocol'
import { dice, seededRandom } from './seeded-random.ts'

const MESSAGES = 1_000

interface Task {
  readonly act: string
  readonly told: unknown
}

/** The page asks for its next task with the answer to the one before; both sides wait for each other. */
export class PagePerson {
  #waiting: ((task: Task) => void) | undefined
  #task: (Task & { readonly answered: (answer: unknown) => void }) | undefined
  /** Of the task that the page is at. */
  #answered: ((answer: unknown) => void) | undefined

  /** What the page asks. */
  next(answer: unknown): Promise<unknown> {
    this.#answered?.(withBytes(answer))
    this.#answered = undefined
    return new Promise((resolve) => {
      this.#waiting = resolve
      this.#hand()
    })
  }

  /** Has the page do something. One thing at a time. */
  tell(act: string, told: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      this.#task = { act, told: withHex(told), answered: resolve }
      this.#hand()
    })
  }

  #hand(): void {
    if (this.#task !== undefined && this.#waiting !== undefined) {
      const { act, answered, told } = this.#task
      this.#answered = answered
      this.#waiting({ act, told })
      this.#task = undefined
      this.#waiting = undefined
    }
  }
}

/** Bytes as an object of hex, which JSON takes. */
function withHex(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, held: unknown) =>
      held instanceof Uint8Array ? { bytes: 'hex', hex: bytesToHex(held) } : held
    )
  )
}

function withBytes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, held: unknown) =>
    typeof held === 'object' && held !== null && 'bytes' in held && 'hex' in held
      ? hexToBytes(String(held.hex))
      : held
  )
}

interface UnderWay {
  readonly isFromPage: boolean
  readonly ciphertext: Ciphertext
  readonly text: string
  isRead: boolean
}

/** 1,000 messages with loss, duplicates and reordering; then both compare safety numbers. */
export async function talkWithPage(person: PagePerson): Promise<void> {
  const roll = dice(seededRandom('a page and libsignal'))
  const bob = await Party.create(createLibsignalEngine())
  const hello = (await person.tell('hello', {})) as { readonly identityKey: IdentityKey }
  const device = parseDeviceNumber(1) ?? assert.fail()
  const alice: DeviceAddress = { identityKey: hello.identityKey, device }
  const peer = bob.address
  await person.tell('start', { peer, bundle: await bob.publish({ hasOneTimePrekey: true }) })

  const read = { page: 0, node: 0 }
  const receive = async (message: UnderWay): Promise<void> => {
    const { ciphertext, isFromPage, text } = message
    const outcome = isFromPage
      ? await receivedBy(bob, alice, ciphertext)
      : ((await person.tell('receive', { peer, ciphertext })) as ReceivedText)
    if (message.isRead) {
      assert.equal(outcome.code, 'SEALPOST_DUPLICATE_MESSAGE')
    } else {
      assert.equal(outcome.text, text, `refused: ${String(outcome.code)}`)
      message.isRead = true
      read[isFromPage ? 'node' : 'page']++
    }
  }

  let underWay: UnderWay[] = []
  for (let sent = 0; sent < MESSAGES; sent++) {
    const isFromPage = sent < 5 || roll(2) === 0
    const text = `message ${String(sent)}`
    const ciphertext = isFromPage
      ? ((await person.tell('send', { peer, text })) as Ciphertext)
      : await bob.engine.encrypt(bob.stores, alice, new TextEncoder().encode(text), 0)
    underWay.push({ isFromPage, ciphertext, text, isRead: false })
    if (underWay.length >= 1 + roll(4) || sent === 4) {
      for (const message of underWay.reverse()) {
        for (
          let copies = roll(5) === 0 && sent > 10 ? 0 : 1 + Number(roll(10) === 0);
          copies > 0;
          copies--
        ) {
          await receive(message)
        }
      }
      underWay = []
    }
  }
  assert.ok(read.page > 300 && read.node > 300, JSON.stringify(read))
  const theirs = (await person.tell('compare', { peer })) as { readonly digits: string }
  const ours = await bob.engine.safetyNumber(peer.identityKey, alice.identityKey)
  assert.equal(theirs.digits, ours.digits)
}

interface ReceivedText {
  readonly text?: string
  readonly code?: string
}

async function receivedBy(
  party: Party,
  from: DeviceAddress,
  ciphertext: Ciphertext
): Promise<ReceivedText> {
  try {
    const bytes = await party.engine.decrypt(party.stores, from, ciphertext, 0)
    return { text: new TextDecoder().decode(bytes) }
  } catch (error) {
    assert.ok(isSealpostError(error), String(error))
    return { code: error.code }
  }
}
