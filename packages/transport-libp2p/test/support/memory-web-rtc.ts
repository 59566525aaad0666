/** WebRTC without a network: connections that know each other's end have a channel between them, with a buffer that empties. */
import type { PathEnd } from '@sealpost/protocol'
import type {
  DataChannel,
  WebRtc,
  WebRtcConnection,
  WebRtcHandlers
} from '@sealpost/transport-libp2p'

type Listener = (event: { readonly data?: unknown }) => void

/** Bytes that leave a channel in one turn. */
const TURN_BYTES = 128 * 1024
const MESSAGE_BYTES_MAX = 16 * 1024

class MemoryChannel implements DataChannel {
  readyState = 'connecting'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  /** The most that ever waited. */
  waitedMax = 0
  readonly #listeners = new Map<string, Listener[]>()
  readonly #waiting: Uint8Array[] = []
  #other: MemoryChannel | undefined
  #isPlanned = false

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  send(bytes: Uint8Array): void {
    if (this.readyState !== 'open' || bytes.length > MESSAGE_BYTES_MAX) {
      throw new Error('a channel that is not open, or a message that is too large')
    }
    this.#waiting.push(new Uint8Array(bytes))
    this.bufferedAmount += bytes.length
    this.waitedMax = Math.max(this.waitedMax, this.bufferedAmount)
    this.#plan()
  }

  close(): void {
    if (this.readyState === 'open' || this.readyState === 'connecting') {
      this.readyState = 'closing'
      this.#plan()
    }
  }

  /** Something that no client of ours sends. */
  tell(data: unknown): void {
    this.#other?.emit('message', { data })
  }

  join(other: MemoryChannel): void {
    this.#other = other
    this.readyState = 'open'
    this.emit('open')
  }

  emit(type: string, event: { readonly data?: unknown } = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      listener(event)
    }
  }

  /** It ends without what waits, and the other side is told. */
  vanish(): void {
    const wasOpen = this.readyState === 'open' || this.readyState === 'closing'
    this.#waiting.length = 0
    this.readyState = 'closed'
    if (wasOpen) {
      setImmediate(() => {
        this.#other?.lost()
      })
    }
  }

  lost(): void {
    if (this.readyState !== 'closed') {
      this.#waiting.length = 0
      this.readyState = 'closed'
      this.emit('close')
    }
  }

  #plan(): void {
    if (!this.#isPlanned) {
      this.#isPlanned = true
      setImmediate(() => {
        this.#isPlanned = false
        this.#flush()
      })
    }
  }

  #flush(): void {
    const before = this.bufferedAmount
    let left = TURN_BYTES
    while (this.#waiting.length > 0 && left > 0) {
      const bytes = this.#waiting.shift() ?? new Uint8Array()
      left -= bytes.length
      this.bufferedAmount -= bytes.length
      this.#other?.emit('message', { data: bytes.buffer })
    }
    const low = this.bufferedAmountLowThreshold
    if (before > low && this.bufferedAmount <= low) {
      this.emit('bufferedamountlow')
    }
    if (this.#waiting.length > 0) {
      this.#plan()
    } else if (this.readyState === 'closing') {
      this.readyState = 'closed'
      this.emit('close')
      this.#other?.close()
    }
  }
}

interface Made {
  readonly handlers: WebRtcHandlers
  readonly channel: MemoryChannel
  readonly offered: string | undefined
}

export class MemoryWebRtc implements WebRtc {
  /** Connections that are there, by the names of their ends. */
  readonly made = new Map<string, Made>()
  #count = 0

  open(offered: PathEnd | undefined, handlers: WebRtcHandlers): WebRtcConnection {
    const name = `end${String(this.#count++)}`
    const channel = new MemoryChannel()
    const made = { handlers, channel, offered: offered?.iceName }
    this.made.set(name, made)
    setImmediate(() => {
      if (this.made.has(name)) {
        handlers.onChannel(channel)
        handlers.onMade(endNamed(name))
      }
    })
    return {
      take: ({ iceName }) => {
        const other = this.made.get(iceName)
        if (other?.offered === name) {
          channel.join(other.channel)
          other.channel.join(channel)
        }
      },
      close: () => {
        this.made.delete(name)
        channel.vanish()
      }
    }
  }

  /** Every connection fails. */
  fail(): void {
    for (const [name, { handlers, channel }] of [...this.made]) {
      this.made.delete(name)
      channel.vanish()
      handlers.onGone()
    }
  }
}

function endNamed(iceName: string): PathEnd {
  return {
    iceName,
    icePassword: 'p'.repeat(24),
    fingerprint: new Uint8Array(32),
    candidates: [{ host: '192.0.2.1', port: 1 }]
  }
}
