/** Whole clients of alice and bob, at three relays. */
import { DEFAULT_RELAY_OPTIONS } from '@sealpost/core'
import { nodeKeys } from '@sealpost/protocol'
import { HeapQueue } from '../../src/kernel/heap-queue.ts'
import { Kernel } from '../../src/kernel/kernel.ts'
import { OBJECT_CARRIER } from '../../src/nodes/frame-carrier.ts'
import { RelayNode } from '../../src/nodes/relay-node.ts'
import { randomStream } from '../../src/random/random-stream.ts'
import { runAsynchronously } from '../../src/whole/run-asynchronously.ts'
import type { WholeNetwork } from '../../src/whole/simulated-transport.ts'
import { WholeClient } from '../../src/whole/whole-client.ts'

const RELAYS = 3
/** A Monday in 2025. */
const START_MS = 1_736_121_600_000
const ONE_WAY_US = 40_000

export class WholeWorld {
  readonly kernel: Kernel = new Kernel(new HeapQueue())
  readonly relays: readonly RelayNode[]
  readonly clients: readonly WholeClient[]
  readonly errors: string[] = []

  constructor(seed: number, names: readonly string[]) {
    const { kernel } = this
    const times = { commitUs: 4_000, readUs: 200, handleUs: 50 }
    this.relays = Array.from({ length: RELAYS }, (_, id) => {
      return new RelayNode({
        kernel,
        node: id,
        name: `relay${String(id)}`,
        startMs: START_MS,
        options: { ...DEFAULT_RELAY_OPTIONS, workBits: 0 },
        times,
        random: (process) => randomStream(seed, `relay ${String(process)}`, id),
        nodeKey: nodeKeys.fromBytes(randomStream(seed, 'identity', id).bytes(32))
      })
    })
    let connectionCount = 0
    const network: WholeNetwork = {
      kernel,
      carrier: OBJECT_CARRIER,
      paths: {
        arrivalUs: (_, __, bytes) => kernel.nowUs + ONE_WAY_US + bytes,
        dialledUs: () => ({ atUs: kernel.nowUs + 4 * ONE_WAY_US, isThere: true })
      },
      relay: (nodeKey) => this.relays.find(({ address }) => address.nodeKey === nodeKey),
      nextConnection: () => ++connectionCount
    }
    this.clients = names.map((name, id) => {
      const node = RELAYS + id
      return new WholeClient({
        network,
        node,
        startMs: START_MS,
        times,
        name,
        relays: this.relays.map(({ address }) => address),
        range: `198.51.${String(id)}.0/24`,
        random: (purpose) => randomStream(seed, purpose, node),
        onError: (event, code) => {
          this.errors.push(`${name}: ${event} ${code}`)
        }
      })
    })
  }

  async pass(seconds: number): Promise<void> {
    await runAsynchronously(this.kernel, this.kernel.nowUs + seconds * 1_000_000)
  }

  /** Lets time pass until something came about. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let isDone = false
    const done = promise.finally(() => {
      isDone = true
    })
    done.catch(() => undefined)
    for (let seconds = 0; !isDone && seconds < 600; seconds++) {
      await this.pass(1)
    }
    return done
  }
}
