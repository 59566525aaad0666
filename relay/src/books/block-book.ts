import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { blockedMailboxHash, type BlockedMailboxes, type Random } from '@sealpost/core'
import type { Clock, Log } from '@sealpost/host'
import {
  type AddressRange,
  type BlockKind,
  type BlockRow,
  Blocks,
  type Caller,
  formatAddressRange,
  isAddressIn,
  parseAddressRange
} from '@sealpost/operator'
import {
  type MailboxId,
  mailboxIds,
  type NodeKey,
  nodeKeys,
  peerIdTextToNodeKey,
  UsageError
} from '@sealpost/protocol'
import { Turns } from './turns.ts'
import { readWhole, type WholeFile, writeWhole } from './whole-file.ts'

/** 4,096 blocks of at most some 600 bytes. */
const FILE_BYTES_MAX = 4 * 1024 * 1024
const ID_DIGITS = 12

/** What somebody wants blocked. */
export interface WantedBlock {
  readonly kind: BlockKind
  /** A mailbox id in hex, a peer id, or a range of addresses. */
  readonly value: string
  readonly reason: string
  readonly lifeMs: number
}

/** Is told that what is blocked has changed, and of the mailbox that was blocked just now, if one was. */
export type OnBlocks = (mailboxId: MailboxId | undefined) => void

interface StoredValue {
  readonly value: string
  readonly mailboxId?: MailboxId
}

export interface BlockWorld {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Whom this relay does not serve, in a file of the data directory: mailboxes and nodes by their hash, ranges as they are. */
export class BlockBook {
  readonly #file: WholeFile
  readonly #world: BlockWorld
  readonly #turns = new Turns()
  #blocks: Blocks
  #ranges: readonly AddressRange[]
  #nodes: ReadonlySet<string>
  #mailboxes: BlockedMailboxes
  #onChange: OnBlocks = () => undefined
  #cancelTimer: () => void = () => undefined

  private constructor(file: WholeFile, blocks: Blocks, world: BlockWorld) {
    this.#file = file
    this.#world = world
    this.#blocks = blocks
    this.#ranges = blocks.ranges(world.clock.wallMs())
    this.#nodes = blocks.hashes('node', world.clock.wallMs())
    this.#mailboxes = blocks.hashes('mailbox', world.clock.wallMs())
  }

  /** @param directory the data directory. @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_FAILED` */
  static async open(directory: string, world: BlockWorld): Promise<BlockBook> {
    const file = { path: join(directory, 'blocks.json'), bytesMax: FILE_BYTES_MAX }
    const text = await readWhole(file)
    const blocks = text === undefined ? new Blocks() : Blocks.parse(file.path, text)
    return new BlockBook(file, blocks, world)
  }

  /** Tells whenever what is blocked changes, and forgets what is over. */
  watch(onChange: OnBlocks): void {
    this.#onChange = onChange
    this.#setTimer()
  }

  /** No change is told any more. */
  close(): void {
    this.#onChange = () => undefined
    this.#cancelTimer()
  }

  /** Whether nobody is let in from this IP address. */
  isAddressBlocked(address: string): boolean {
    return isAddressIn(this.#ranges, address)
  }

  /** Whether who has this node key is not served. */
  isNodeBlocked(nodeKey: NodeKey): boolean {
    return this.#nodes.size > 0 && this.#nodes.has(hashOf(nodeKey))
  }

  get mailboxes(): BlockedMailboxes {
    return this.#mailboxes
  }

  /** What is blocked now. */
  get rows(): readonly BlockRow[] {
    return this.#blocks.at(this.#world.clock.wallMs()).rows
  }

  /** Blocks that tokens may still make today. */
  get leftForTokens(): number {
    return this.#blocks.leftForTokens(this.#world.clock.wallMs())
  }

  /** Blocks; it holds once this resolves. @throws UsageError for what is no such value; OperatorError as `Blocks.add`; StorageError */
  block(wanted: WantedBlock, caller: Caller): Promise<BlockRow> {
    return this.#turns.take(async () => {
      const { value, mailboxId } = storedValue(wanted)
      const createdAtMs = this.#world.clock.wallMs()
      const { kind, reason, lifeMs } = wanted
      const { blocks, row } = this.#blocks.add(
        {
          id: kind === 'range' ? this.#drawId() : value.slice(0, ID_DIGITS),
          kind,
          value,
          reason,
          by: caller.name,
          createdAtMs,
          expiresAtMs: createdAtMs + lifeMs
        },
        caller.isOwner === true
      )
      await this.#keep(blocks, mailboxId)
      return row
    })
  }

  /** Takes a block back. @param what its id, or what was blocked. @throws OperatorError `SEALPOST_NOT_FOUND`; StorageError */
  unblock(what: string): Promise<BlockRow> {
    return this.#turns.take(async () => {
      const { blocks, row } = this.#blocks.remove(candidates(what))
      await this.#keep(blocks)
      return row
    })
  }

  /** A range's id is drawn: from a hash of it anybody could find it, there are so few. */
  #drawId(): string {
    const bytes = this.#world.random.bytes(16)
    return createHash('sha256').update(bytes).digest('hex').slice(0, ID_DIGITS)
  }

  async #keep(blocks: Blocks, mailboxId?: MailboxId): Promise<void> {
    await writeWhole(this.#file, blocks.toText())
    this.#hold(blocks, mailboxId)
  }

  #hold(blocks: Blocks, mailboxId?: MailboxId): void {
    this.#blocks = blocks
    const nowMs = this.#world.clock.wallMs()
    this.#ranges = blocks.ranges(nowMs)
    this.#nodes = blocks.hashes('node', nowMs)
    this.#mailboxes = blocks.hashes('mailbox', nowMs)
    this.#onChange(mailboxId)
    this.#setTimer()
  }

  #setTimer(): void {
    this.#cancelTimer()
    const { clock, log } = this.#world
    const endMs = this.#blocks.nextEndMs
    this.#cancelTimer =
      endMs === undefined
        ? () => undefined
        : clock.setTimer(Math.max(0, endMs - clock.wallMs()), () => {
            void this.#turns
              .take(() => this.#forget())
              .catch(() => {
                log.warn('relay.blocks.not-written')
              })
          })
  }

  /** What is over leaves memory in any case, and the disk as soon as that takes it. */
  async #forget(): Promise<void> {
    const blocks = this.#blocks.at(this.#world.clock.wallMs())
    this.#hold(blocks)
    await writeWhole(this.#file, blocks.toText())
  }
}

/** How it is kept. @throws UsageError `SEALPOST_USAGE` */
function storedValue({ kind, value, reason }: WantedBlock): StoredValue {
  if (reason.trim() === '') {
    throw new UsageError('SEALPOST_USAGE', '--reason says why, in a few words.')
  }
  if (kind === 'mailbox') {
    const mailboxId = mailboxIds.fromHex(value)
    if (mailboxId === undefined) {
      throw new UsageError('SEALPOST_USAGE', 'A mailbox is named by its id: 64 hex digits.')
    }
    return { value: blockedMailboxHash(mailboxId), mailboxId }
  }
  if (kind === 'node') {
    const nodeKey = peerIdTextToNodeKey(value)
    if (nodeKey === undefined) {
      throw new UsageError('SEALPOST_USAGE', 'A node is named by its peer id: 12D3KooW...')
    }
    return { value: hashOf(nodeKey) }
  }
  const range = parseAddressRange(value)
  if (range === undefined) {
    const message = 'A range is an address, or 192.0.2.0/24, from /8; or 2001:db8::/32, from /19.'
    throw new UsageError('SEALPOST_USAGE', message)
  }
  return { value: formatAddressRange(range) }
}

/** All that a row may have for what somebody wrote: an id, or what was blocked. */
function candidates(what: string): readonly string[] {
  const mailboxId = mailboxIds.fromHex(what)
  const nodeKey = peerIdTextToNodeKey(what)
  const range = parseAddressRange(what)
  return [
    what,
    ...(mailboxId === undefined ? [] : [blockedMailboxHash(mailboxId)]),
    ...(nodeKey === undefined ? [] : [hashOf(nodeKey)]),
    ...(range === undefined ? [] : [formatAddressRange(range)])
  ]
}

/** For this purpose alone, so that it is of no use elsewhere. */
function hashOf(nodeKey: NodeKey): string {
  const label = 'sealpost-relay/1/blocked node'
  return createHash('sha256').update(label).update(nodeKeys.toBytes(nodeKey)).digest('hex')
}
