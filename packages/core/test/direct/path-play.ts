/**
 * Two devices that offer each other paths, and what lies between them: words that are lost, doubled and late, and connections that
 * are made in their own time, or fail.
 */
import assert from 'node:assert/strict'
import type { PeerAppEffect } from '@sealpost/core'
import { type SeededRandom, seededRandom } from '@sealpost/host/testing'
import {
  type Here,
  type LiveBody,
  type NodeKey,
  OFFERS_ADDRESS,
  type PathEnd
} from '@sealpost/protocol'
import { DirectDials } from '../../src/direct/direct-dials.ts'
import type { ContactDevice } from '../../src/direct/direct-stream.ts'
import { PeerKernel } from '../../src/peer/kernel.ts'
import { bytesOf, contactId, FIRST, relayKey, START_MS } from '../peer/cast.ts'

/** What may go wrong, each from 0 to 1. */
export interface Misfortunes {
  readonly lost: number
  readonly doubled: number
  readonly failed: number
  /** Words arrive after up to so long. */
  readonly lateMs: number
}

/** A connection of one side's page. */
interface Made {
  readonly attempt: number
  readonly own: PathEnd
  remote: PathEnd | undefined
  readonly isOffer: boolean
}

interface Event {
  readonly atMs: number
  readonly run: () => void
}

const MADE_MS = 300
const CONNECT_MS = 2_000

export function endOf(name: string): PathEnd {
  return {
    iceName: name.padStart(4, '0'),
    icePassword: 'p'.repeat(24),
    fingerprint: bytesOf(name, 32),
    candidates: [{ host: '192.0.2.1', port: 1 }]
  }
}

export class PathSide {
  readonly kernel: PeerKernel
  readonly nodeKey: NodeKey
  readonly dials: DirectDials
  /** How the other side knows this one. */
  readonly device: ContactDevice
  /** When it said a word. */
  readonly saidAtMs: number[] = []
  /** Attempts that were begun and of which nothing is known to have come. */
  readonly open = new Set<number>()
  readonly made = new Map<number, Made>()
  /** What it is connected by. */
  path: { readonly isDialled: boolean; readonly by: PathEnd } | undefined
  readonly #play: PathPlay

  constructor(play: PathPlay, name: string) {
    this.#play = play
    this.kernel = new PeerKernel(seededRandom(play.random.below(1_000_000)), START_MS)
    this.nodeKey = relayKey(`direct ${name}`)
    this.device = { contactId: contactId(name), device: FIRST }
    this.dials = new DirectDials(this.kernel, (_, body) => {
      this.saidAtMs.push(play.nowMs)
      play.carry(this, body)
    })
  }

  get here(): Here {
    return { nodeKey: this.nodeKey, addresses: [OFFERS_ADDRESS], validUntilMs: START_MS * 2 }
  }

  /** Something happens here: performs what comes of it. */
  act(what: () => void): void {
    this.kernel.begin(this.#play.nowMs)
    what()
    this.kernel.fireTimers()
    for (const effect of this.kernel.takeEffects()) {
      this.#perform(effect as PeerAppEffect)
    }
  }

  want(): void {
    if (this.path === undefined) {
      const other = this.#play.otherOf(this)
      this.act(() => {
        this.dials.try(other.device, other.here, { ...this.here })
      })
    }
  }

  hear(body: LiveBody): void {
    const { device } = this.#play.otherOf(this)
    this.act(() => {
      if (body.type === 'path-offer') {
        this.dials.offered(device, body, { ...this.here })
      } else if (body.type === 'path-answer') {
        this.dials.answered(device, body)
      }
    })
  }

  connected(made: Made): void {
    const { nodeKey, device } = this.#play.otherOf(this)
    this.open.delete(made.attempt)
    this.act(() => {
      assert.deepEqual(this.dials.connected(nodeKey, made.isOffer), device)
    })
    this.path = { isDialled: made.isOffer, by: made.own }
  }

  failed({ attempt }: Made): void {
    if (this.made.delete(attempt)) {
      this.open.delete(attempt)
      this.act(() => {
        this.dials.pathFailed(attempt)
      })
    }
  }

  #perform(effect: PeerAppEffect): void {
    switch (effect.type) {
      case 'offer-path':
        this.#make(effect.attempt, undefined)
        return
      case 'answer-path':
        this.#make(effect.attempt, effect.end)
        return
      case 'take-answer': {
        const made = this.made.get(effect.attempt)
        assert.ok(made?.isOffer === true && made.remote === undefined)
        made.remote = effect.end
        this.#play.join(this, made)
        return
      }
      case 'drop-path':
        assert.ok(this.open.delete(effect.attempt), 'dropped what is not under way')
        this.made.delete(effect.attempt)
        return
      default:
        assert.fail(effect.type)
    }
  }

  #make(attempt: number, remote: PathEnd | undefined): void {
    this.open.add(attempt)
    const own = endOf(`${String(attempt)}${this.nodeKey.slice(0, 8)}`)
    this.#play.after(this.#play.random.below(MADE_MS), () => {
      if (this.open.has(attempt)) {
        this.made.set(attempt, { attempt, own, remote, isOffer: remote === undefined })
        this.act(() => {
          this.dials.pathMade(attempt, own)
        })
      }
    })
  }
}

export class PathPlay {
  readonly random: SeededRandom
  nowMs = START_MS
  misfortunes: Misfortunes
  /** What each side said, whatever became of it. */
  readonly said = new Map<PathSide, readonly LiveBody[]>()
  readonly sides: readonly [PathSide, PathSide]
  #events: Event[] = []

  constructor(seed: number, misfortunes: Misfortunes) {
    this.random = seededRandom(seed)
    this.misfortunes = misfortunes
    this.sides = [new PathSide(this, 'alice'), new PathSide(this, 'bob')]
  }

  otherOf(side: PathSide): PathSide {
    return side === this.sides[0] ? this.sides[1] : this.sides[0]
  }

  after(delayMs: number, run: () => void): void {
    this.#events.push({ atMs: this.nowMs + delayMs, run })
  }

  carry(from: PathSide, body: LiveBody): void {
    this.said.set(from, [...(this.said.get(from) ?? []), body])
    const { lost, doubled, lateMs } = this.misfortunes
    const count = this.random.chance(lost) ? 0 : this.random.chance(doubled) ? 2 : 1
    for (let copy = 0; copy < count; copy++) {
      this.after(this.random.below(lateMs) + 1, () => {
        this.otherOf(from).hear(body)
      })
    }
  }

  /** Both ends know each other: it comes about, or fails, unless either is dropped meanwhile. */
  join(offerer: PathSide, offer: Made): void {
    const answerer = this.otherOf(offerer)
    const fails = this.random.chance(this.misfortunes.failed)
    this.after(this.random.below(CONNECT_MS), () => {
      const answer = [...answerer.made.values()].find(({ own }) => own === offer.remote)
      if (answer === undefined || offerer.made.get(offer.attempt) !== offer) {
        return
      }
      assert.deepEqual(answer.remote, offer.own, 'an answer to another offer')
      if (fails) {
        offerer.failed(offer)
        answerer.failed(answer)
      } else {
        offerer.connected(offer)
        answerer.connected(answer)
      }
    })
  }

  /** Lets time pass, with everything that happens in it. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms
    for (;;) {
      const due = [
        ...this.#events.map(({ atMs }) => atMs),
        ...this.sides.map(({ kernel }) => kernel.deadlineMs() ?? Infinity)
      ]
      const nextMs = Math.min(...due)
      if (nextMs > endMs) {
        break
      }
      this.nowMs = Math.max(this.nowMs, nextMs)
      const now = this.#events.filter(({ atMs }) => atMs <= this.nowMs)
      this.#events = this.#events.filter((event) => !now.includes(event))
      for (const { run } of now) {
        run()
      }
      for (const side of this.sides) {
        side.act(() => undefined)
      }
    }
    this.nowMs = endMs
  }
}
