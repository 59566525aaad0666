/** The last inputs of a run, for who looks into what went wrong. */
import type { PeerInput, RelayInput } from '@sealpost/core'

const KEPT_MAX = 4_096
const HEX_SHOWN = 10

interface Kept {
  readonly atUs: number
  readonly node: number
  readonly input: PeerInput | RelayInput
}

export class Trace {
  readonly #kept: Kept[] = []
  #next = 0

  add(atUs: number, node: number, input: PeerInput | RelayInput): void {
    this.#kept[this.#next] = { atUs, node, input }
    this.#next = (this.#next + 1) % KEPT_MAX
  }

  /** The last inputs of these nodes, one a line. */
  lines(nodes: readonly number[], count: number): readonly string[] {
    const inOrder = [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)]
    return inOrder
      .filter(({ node }) => nodes.includes(node))
      .slice(-count)
      .map(({ atUs, node, input }) => `${secondsOf(atUs)} node ${String(node)} ${brief(input)}`)
  }
}

export function secondsOf(us: number): string {
  return `${(us / 1e6).toFixed(3)} s`
}

function brief(input: PeerInput | RelayInput): string {
  const { type, ...rest } = input
  const text = JSON.stringify(rest, (key, value: unknown) => {
    if (value instanceof Uint8Array) {
      return `<${String(value.length)}>`
    }
    const isLong = typeof value === 'string' && value.length > 2 * HEX_SHOWN
    return key === 'atMs' ? undefined : isLong ? `${value.slice(0, HEX_SHOWN)}...` : value
  })
  return `${type} ${text}`.slice(0, 400)
}
