/**
 * Acquaintances that are made while a run goes on: somebody opens a link of somebody whom they do not know, asks, and is let in.
 *
 * ```
 *   a pause --both online--> link for one person: made, at a relay --> opened ---+--> asked --> let in by who made it --> know each other
 *          `--online--> public address of anybody -----------------> opened ---+
 * ```
 * The link itself goes another way, as a code on a screen does. Whoever is asked says yes at once, when they see it.
 */
import type { PeerInput, PeerNotice } from '@sealpost/core'
import type { ContactId } from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { LogHistogram } from '../metrics/log-histogram.ts'
import type { ClientNode } from '../nodes/client-node.ts'
import type { GrowingContacts } from '../people/growing-contacts.ts'
import { exponential } from '../random/distributions.ts'
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import { DAY_US } from '../scenario/quantities.ts'
import type { Workload } from '../scenario/scenario.ts'
import type { World } from '../world/world.ts'
import type { OnlineTimes } from './online-times.ts'

export interface MeetingsInit {
  readonly kernel: Kernel
  readonly world: World
  readonly online: OnlineTimes
  readonly contacts: GrowingContacts
  readonly workload: Workload
  /** When the scenario's time begins, and when counting does, in the kernel's. */
  readonly startUs: number
  readonly countFromUs: number
  /** That of the workload. */
  readonly seed: number
}

/** One who opened, or is about to open, a link of another. */
interface Meeting {
  readonly guest: number
  readonly host: number
  readonly link: Uint8Array
  /** Undefined until it is opened. */
  openedAtUs: number | undefined
}

/** Who is away, or finds nobody, tries again so much later. */
const AGAIN_US = 600_000_000
const TRIES_MAX = 20
/** How long a link for one person is good for. */
const LINK_MS = 7 * 86_400_000
/** Everybody publishes their address before time 0, within so long. */
const PUBLISHING_US = 120_000_000

export class Meetings {
  readonly latencyUs: LogHistogram = new LogHistogram()
  readonly #init: MeetingsInit
  readonly #streams: readonly RandomStream[]
  /** Public addresses by their owners. */
  readonly #addresses = new Map<number, Uint8Array>()
  /** Links for one person that are not at a relay yet, by their ids. */
  readonly #given = new Map<string, Meeting>()
  readonly #asking = new Map<ContactId, Meeting>()
  /** Pairs that are on the way to each other. */
  readonly #pairs = new Set<string>()
  opened = 0
  made = 0
  failed = 0
  claimables = 0
  fallbacks = 0

  constructor(init: MeetingsInit) {
    const { seed, workload, world } = init
    this.#init = init
    this.#streams = world.clients.map((_, id) => randomStream(seed, 'meetings', id))
    if (workload.publicAddressShare > 0) {
      for (const [id, client] of world.clients.entries()) {
        this.#publishLater(id, client)
      }
    }
  }

  /** The link of a public address; undefined of who has none. */
  addressOf(client: number): Uint8Array | undefined {
    return this.#addresses.get(client)
  }

  /** From time 0 on. */
  begin(): void {
    for (const client of this.#streams.keys()) {
      this.#meetIn(client, this.#pauseUs(client))
    }
  }

  noticed(client: number, notice: PeerNotice): void {
    switch (notice.type) {
      case 'invitation-changed':
        this.#published(notice.invitationId)
        return
      case 'request':
        this.#init.world.clients[client]?.give({
          type: 'accept-request',
          contactId: notice.contactId,
          name: '',
          replaces: undefined
        })
        return
      case 'contact-changed':
        this.#contactChanged(client, notice.contactId)
        return
      case 'link-failed':
        this.#ended(notice.contactId, 'failed')
        break
      default:
    }
  }

  /** What a client is told, before it has it. */
  took(input: PeerInput): void {
    if (input.type === 'claimable-opened' && input.invitation !== undefined && this.#isCounting) {
      this.claimables += 1
      this.fallbacks += input.invitation.isFallback ? 1 : 0
    }
  }

  get #isCounting(): boolean {
    return this.#init.kernel.nowUs >= this.#init.countFromUs
  }

  #publishLater(id: number, client: ClientNode): void {
    const { kernel, startUs } = this.#init
    const atUs = startUs - PUBLISHING_US - (this.#streams[id]?.below(PUBLISHING_US) ?? 0)
    kernel.at(atUs, EVENTS.meeting, client.node, () => {
      const given = client.app.firstWords.invite({ isPublic: true, expiresAtMs: 0 })
      if (given !== undefined) {
        this.#addresses.set(id, given.link)
      }
    })
  }

  #pauseUs(client: number): number {
    const meanUs = DAY_US / this.#init.workload.newContactsPerDay
    const stream = this.#streams[client]
    return stream === undefined ? Infinity : 1 + Math.round(exponential(stream, meanUs))
  }

  #meetIn(client: number, inUs: number): void {
    const { kernel, world } = this.#init
    if (Number.isFinite(inUs)) {
      kernel.at(kernel.nowUs + inUs, EVENTS.meeting, world.clients[client]?.node ?? -1, () => {
        this.#meetIn(client, this.#meet(client) ? this.#pauseUs(client) : AGAIN_US)
      })
    }
  }

  /** @returns whether it found somebody */
  #meet(guest: number): boolean {
    const { online, workload } = this.#init
    const stream = this.#streams[guest]
    if (stream === undefined || !online.isOnline(guest)) {
      return false
    }
    const isPublic = stream.chance(workload.publicAddressShare)
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const host = stream.below(this.#streams.length)
      const address = this.#addresses.get(host)
      if (this.#areStrangers(guest, host) && (isPublic || online.isOnline(host))) {
        return isPublic && address !== undefined
          ? this.#open({ guest, host, link: address, openedAtUs: undefined })
          : this.#give(guest, host)
      }
    }
    return false
  }

  #areStrangers(one: number, other: number): boolean {
    const { contacts } = this.#init
    const areKnown = contacts.knows(one, other) || contacts.knows(other, one)
    return one !== other && !areKnown && !this.#pairs.has(pairOf(one, other))
  }

  /** The host makes a link for the guest, who opens it once it is at a relay. */
  #give(guest: number, host: number): boolean {
    const client = this.#init.world.clients[host]
    const given = client?.app.firstWords.invite({
      isPublic: false,
      expiresAtMs: client.wallMs + LINK_MS
    })
    if (given === undefined) {
      return false
    }
    this.#pairs.add(pairOf(guest, host))
    const { invitationId, link } = given
    this.#given.set(invitationId, { guest, host, link, openedAtUs: undefined })
    return true
  }

  #published(invitationId: string): void {
    const meeting = this.#given.get(invitationId)
    if (meeting !== undefined) {
      this.#given.delete(invitationId)
      this.#open(meeting)
    }
  }

  #open(meeting: Meeting): boolean {
    const { kernel, world } = this.#init
    const { guest, host, link } = meeting
    const contactId = world.clients[guest]?.app.firstWords.openLink(link, '')
    if (contactId === undefined) {
      this.#pairs.delete(pairOf(guest, host))
      return false
    }
    this.#pairs.add(pairOf(guest, host))
    meeting.openedAtUs = kernel.nowUs
    this.#asking.set(contactId, meeting)
    this.opened += this.#isCounting ? 1 : 0
    return true
  }

  #contactChanged(client: number, contactId: ContactId): void {
    const { contacts, world } = this.#init
    const standing = world.clients[client]?.machine?.contact(contactId)?.standing
    const other = standing === 'accepted' ? world.learn(client, contactId) : undefined
    if (other !== undefined) {
      contacts.add(client, other)
      this.#ended(contactId, 'made')
    }
  }

  #ended(contactId: ContactId, end: 'made' | 'failed'): void {
    const meeting = this.#asking.get(contactId)
    if (meeting?.openedAtUs === undefined) {
      return
    }
    this.#asking.delete(contactId)
    this.#pairs.delete(pairOf(meeting.guest, meeting.host))
    if (meeting.openedAtUs >= this.#init.countFromUs) {
      this[end] += 1
      if (end === 'made') {
        this.latencyUs.add(this.#init.kernel.nowUs - meeting.openedAtUs)
      }
    }
  }
}

function pairOf(one: number, other: number): string {
  return `${String(Math.min(one, other))} ${String(Math.max(one, other))}`
}
