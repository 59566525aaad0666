import type { Socket } from 'node:net'
import type { Clock } from '@sealpost/host'
import type { Admitted } from './admission.ts'
import { remoteRange } from './remote-range.ts'

/** A connection that has no frame stream so long after it asked for a WebSocket is closed. */
const PENDING_MS = 10_000
/** A socket that is still open so long after its connection ended cleanly is destroyed. */
const LINGER_MS = 5_000

/** One socket that came in, from the first byte of TCP until it is closed. */
export class InboundSocket {
  readonly socket: Socket
  /** What is read from and written to: the socket itself, or what encrypts for it. */
  outer: Socket
  /** The range of addresses it comes from, for bounds only. A proxy's until that says whom it speaks for. */
  range: string
  /** The address it comes from, a proxy's likewise; only compared. */
  address: string
  readonly #admitted: Admitted
  readonly #clock: Clock
  #isSettled = false
  #bytesBefore = 0
  #expectedAtMs = 0
  #cancelTimer: (() => void) | undefined

  constructor(socket: Socket, address: string, admitted: Admitted, clock: Clock) {
    this.socket = socket
    this.outer = socket
    this.address = address
    this.range = remoteRange(address)
    this.#admitted = admitted
    this.#clock = clock
    socket.on('close', () => {
      this.#cancelTimer?.()
      admitted.release()
    })
  }

  /** It has a frame stream, or needs none. */
  get isSettled(): boolean {
    return this.#isSettled
  }

  /** Counts it for where it comes from, as a proxy may say; false where that range has too many connections. */
  takeRange(address: string): boolean {
    this.address = address
    this.range = remoteRange(address)
    return this.#admitted.takeRange(this.range)
  }

  /** Bytes that came since it became a WebSocket. */
  get pendingBytes(): number {
    return this.socket.bytesRead - this.#bytesBefore
  }

  /** For how long it has been a WebSocket, in ms. */
  get webSocketMs(): number {
    return this.#clock.monotonicMs() - this.#expectedAtMs
  }

  /** It becomes a WebSocket, and must have a frame stream soon; false where too many must. */
  expectStream(): boolean {
    this.#isSettled = false
    this.#bytesBefore = this.socket.bytesRead
    this.#expectedAtMs = this.#clock.monotonicMs()
    this.#endAfter(PENDING_MS)
    return this.#admitted.pend()
  }

  settle(): void {
    this.#isSettled = true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#admitted.settle()
  }

  /** Closes it: at once, or when the other side had time to do so. */
  end(isClean: boolean): void {
    if (isClean) {
      this.#endAfter(LINGER_MS)
    } else {
      this.socket.destroy()
    }
  }

  #endAfter(delayMs: number): void {
    this.#cancelTimer?.()
    if (this.socket.closed) {
      return
    }
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => {
      this.socket.destroy()
    })
  }
}
