import { multiaddr } from '@multiformats/multiaddr'
import type { MessageStreamDirection } from '@libp2p/interface'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import type { Clock } from '@sealpost/host'
import { OFFERS_ADDRESS, UnreachableError } from '@sealpost/protocol'
import type { NodeKey } from '@sealpost/protocol'
import type { Uint8ArrayList } from 'uint8arraylist'
import { peerIdOfNodeKey } from './node-key.ts'
import { silentLogger } from './silent-logger.ts'
import type { DataChannel } from './web-rtc.ts'

/** Bytes of one message: what every browser takes, and none cuts into pieces that it holds back. */
const MESSAGE_BYTES_MAX = 16 * 1024
/** Bytes that may wait in the channel before writers are held back, and so many are left when they go on. */
const WAITING_BYTES_MAX = 256 * 1024
const WAITING_BYTES_LOW = 64 * 1024
/** How long the other side may take to close its end of the channel. */
const CLOSE_MS = 2_000

/** A data channel as libp2p sees connections, before they are encrypted: a stream of bytes in both directions. */
export class ChannelConnection extends AbstractMultiaddrConnection {
  readonly #channel: DataChannel
  readonly #clock: Clock

  /** @param remoteKey whom the other side must prove to be */
  constructor(
    channel: DataChannel,
    init: {
      readonly clock: Clock
      readonly remoteKey: NodeKey
      readonly direction: MessageStreamDirection
    }
  ) {
    super({
      remoteAddr: multiaddr(`${OFFERS_ADDRESS}/p2p/${peerIdOfNodeKey(init.remoteKey).toString()}`),
      direction: init.direction,
      log: silentLogger.forComponent('path'),
      maxMessageSize: MESSAGE_BYTES_MAX
    })
    this.#channel = channel
    this.#clock = init.clock
    channel.bufferedAmountLowThreshold = WAITING_BYTES_LOW
    channel.addEventListener('bufferedamountlow', () => {
      this.safeDispatchEvent('drain')
    })
    channel.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) {
        this.onData(new Uint8Array(data))
      } else {
        this.abort(new UnreachableError('SEALPOST_CONNECTION_CLOSED'))
      }
    })
    channel.addEventListener('close', () => {
      this.onTransportClosed()
    })
  }

  override sendData(data: Uint8ArrayList): { sentBytes: number; canSendMore: boolean } {
    const sentBytes = data.byteLength
    // One that is closing tells so by its event; until then what is sent is lost, as on any connection that ends.
    if (this.#channel.readyState === 'open') {
      this.#channel.send(data.subarray())
    }
    return { sentBytes, canSendMore: this.#channel.bufferedAmount < WAITING_BYTES_MAX }
  }

  override sendReset(): void {
    this.#channel.close()
  }

  /** Closing sends what waits, and is over when the other side has closed, too. */
  override async sendClose(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const settle = (): void => {
      resolve(undefined)
    }
    const cancelTimer = this.#clock.setTimer(CLOSE_MS, settle)
    this.#channel.addEventListener('close', settle)
    this.addEventListener('close', settle)
    if (this.#channel.readyState === 'closed') {
      settle()
    }
    this.#channel.close()
    await promise
    cancelTimer()
  }

  /** A channel cannot be told to wait; yamux gives each stream its window. */
  override sendPause(): void {
    // Nothing to do.
  }

  override sendResume(): void {
    // Nothing to do.
  }
}
