/**
 * The floor: what stands where a relay would, over the same libp2p stack, and answers each frame with a small one. With a
 * directory it first puts the frame into a store there, and all that came while one commit was on its way to the disk share the
 * next: a bare synced group commit. It checks nothing, reads nothing and keeps no index.
 *
 * Run by the bench: `echo-relay.ts [DIRECTORY]`.
 */
import type { FrameStream, Mutation } from '@sealpost/host'
import { type LevelStore, openLevelStore, RELAY_STORE_OPTIONS } from '@sealpost/storage-level'
import { generateNodeSeed, listen } from '@sealpost/transport-libp2p'
import { answerCalls } from './answer-calls.ts'
import { silentLog, systemClock } from './system-clock.ts'

/** As large as a relay's answer to a deposit. */
const ANSWER = Uint8Array.of(0x08, 0xff, 0xff, 0x01, 0x22, 0x02, 0x08, 0x01)
const CONNECTIONS_MAX = 1_000
const ERASED_AT_ONCE = 4_096

class GroupCommit {
  readonly #store: LevelStore
  #waiting: (readonly [stream: FrameStream, mutation: Mutation])[] = []
  #isCommitting = false
  #rowCount = 0

  constructor(store: LevelStore) {
    this.#store = store
  }

  put(stream: FrameStream, mailbox: string, frame: Uint8Array): void {
    const key = mailbox + (this.#rowCount++).toString(16).padStart(12, '0')
    this.#waiting.push([stream, { type: 'write', table: 'envelope', key, value: frame }])
    if (!this.#isCommitting) {
      this.#isCommitting = true
      // At the end of the turn, so that what came together is committed together.
      void Promise.resolve().then(async () => this.#commitAll())
    }
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      await this.#store.commit(group.map(([, mutation]) => mutation))
      for (const [stream] of group) {
        stream.send(ANSWER)
      }
    }
    this.#isCommitting = false
  }

  /** Leaves nothing, as a relay has nothing left of what was fetched. */
  async eraseAll(): Promise<void> {
    for (;;) {
      const rows = await this.#store.getRange({
        table: 'envelope',
        from: '',
        to: 'g',
        limit: ERASED_AT_ONCE
      })
      if (rows.length === 0) {
        return
      }
      await this.#store.commit(rows.map(({ key }) => ({ type: 'erase', table: 'envelope', key })))
    }
  }
}

const directory = process.argv[2]
const commits =
  directory === undefined
    ? undefined
    : new GroupCommit(await openLevelStore(directory, RELAY_STORE_OPTIONS))
let streams = 0

const listener = await listen({
  seed: generateNodeSeed(),
  endpoints: [{ host: '127.0.0.1', port: 0 }],
  bounds: {
    connectionsMax: CONNECTIONS_MAX,
    connectionsPerRangeMax: CONNECTIONS_MAX,
    pendingMax: CONNECTIONS_MAX
  },
  clock: systemClock,
  log: silentLog,
  onStream: (stream) => {
    const mailbox = (++streams).toString(16).padStart(64, '0')
    stream.attach({
      onFrames: (frames) => {
        for (const frame of frames) {
          if (commits === undefined) {
            stream.send(ANSWER)
          } else {
            commits.put(stream, mailbox, frame)
          }
        }
      },
      onClose: () => undefined
    })
  }
})

answerCalls({
  address: async () => Promise.resolve(listener.addresses[0]),
  clear: async () => commits?.eraseAll()
})
