import type { Paths } from '../nodes/connection.ts'

/** Counts what passes over the paths of a run, by node. */
export class CountingPaths implements Paths {
  readonly #paths: Paths
  readonly #bytesFrom: Float64Array
  readonly #bytesTo: Float64Array
  readonly #framesFrom: Float64Array
  readonly #framesTo: Float64Array

  constructor(paths: Paths, nodeCount: number) {
    this.#paths = paths
    this.#bytesFrom = new Float64Array(nodeCount)
    this.#bytesTo = new Float64Array(nodeCount)
    this.#framesFrom = new Float64Array(nodeCount)
    this.#framesTo = new Float64Array(nodeCount)
  }

  bytesFrom(node: number): number {
    return this.#bytesFrom[node] ?? 0
  }

  bytesTo(node: number): number {
    return this.#bytesTo[node] ?? 0
  }

  framesFrom(node: number): number {
    return this.#framesFrom[node] ?? 0
  }

  framesTo(node: number): number {
    return this.#framesTo[node] ?? 0
  }

  arrivalUs(from: number, to: number, bytes: number): number | undefined {
    const atUs = this.#paths.arrivalUs(from, to, bytes)
    if (bytes > 0) {
      this.#bytesFrom[from] = this.bytesFrom(from) + bytes
      this.#framesFrom[from] = this.framesFrom(from) + 1
      if (atUs !== undefined) {
        this.#bytesTo[to] = this.bytesTo(to) + bytes
        this.#framesTo[to] = this.framesTo(to) + 1
      }
    }
    return atUs
  }

  dialledUs(from: number, to: number): { readonly atUs: number; readonly isThere: boolean } {
    return this.#paths.dialledUs(from, to)
  }
}
