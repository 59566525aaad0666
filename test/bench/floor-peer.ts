import type { FrameStream, Transport } from '@sealpost/host'
import { encodeClientFrame, type Envelope, type RelayAddress } from '@sealpost/protocol'
import { createTransport } from '@sealpost/transport-libp2p'
import type { BenchMailbox } from './bench-mailbox.ts'
import { systemClock } from './system-clock.ts'

/** What `echo-relay.ts` talks to: sends the very frames that a relay would be sent, and takes each answer for the oldest of them. */
export class FloorPeer {
  readonly #transport: Transport
  readonly #stream: FrameStream
  #answered: (() => void)[] = []
  #answeredCount = 0
  #number = 0

  private constructor(transport: Transport, stream: FrameStream) {
    this.#transport = transport
    this.#stream = stream
    stream.attach({
      onFrames: (frames) => {
        for (let left = frames.length; left > 0; left--) {
          this.#answered[this.#answeredCount++]?.()
        }
        if (this.#answeredCount > 1_024) {
          this.#answered = this.#answered.slice(this.#answeredCount)
          this.#answeredCount = 0
        }
      },
      onClose: () => undefined
    })
  }

  static async dial(address: RelayAddress): Promise<FloorPeer> {
    const transport = await createTransport({ clock: systemClock })
    const signal = AbortSignal.timeout(60_000)
    return new FloorPeer(transport, await transport.dial(address, { signal }))
  }

  deposit(mailbox: BenchMailbox, envelope: Envelope, answered: () => void): void {
    this.#answered.push(answered)
    this.#stream.send(
      encodeClientFrame({
        type: 'request',
        number: ++this.#number,
        request: {
          type: 'deposit',
          mailboxId: mailbox.id,
          depositToken: mailbox.depositToken,
          envelope,
          isLive: false,
          work: undefined
        }
      })
    )
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }
}
