/** Keys in order, for ranges: sorted pieces that are split where they grow too long. */
const PIECE_MAX = 512

export class OrderedKeys {
  /** None is empty but the only one. */
  readonly #pieces: string[][] = [[]]

  add(key: string): void {
    const piece = this.#pieces[this.#pieceOf(key)] ?? []
    const at = placeIn(piece, key)
    if (piece[at] === key) {
      return
    }
    piece.splice(at, 0, key)
    if (piece.length > PIECE_MAX) {
      this.#pieces.splice(this.#pieceOf(key) + 1, 0, piece.splice(PIECE_MAX >>> 1))
    }
  }

  delete(key: string): void {
    const index = this.#pieceOf(key)
    const piece = this.#pieces[index] ?? []
    const at = placeIn(piece, key)
    if (piece[at] === key) {
      piece.splice(at, 1)
      if (piece.length === 0 && this.#pieces.length > 1) {
        this.#pieces.splice(index, 1)
      }
    }
  }

  /** Those with `from <= key < to`, ascending or descending, at most `limit`. */
  range(from: string, to: string, limit: number, isReversed: boolean): readonly string[] {
    return isReversed ? this.#down(from, to, limit) : this.#up(from, to, limit)
  }

  #up(from: string, to: string, limit: number): readonly string[] {
    const found: string[] = []
    let index = this.#pieceOf(from)
    let at = placeIn(this.#pieces[index] ?? [], from)
    while (found.length < limit && index < this.#pieces.length) {
      const key = this.#pieces[index]?.[at]
      if (key === undefined) {
        index += 1
        at = 0
      } else if (key >= to) {
        break
      } else {
        found.push(key)
        at += 1
      }
    }
    return found
  }

  #down(from: string, to: string, limit: number): readonly string[] {
    const found: string[] = []
    let index = this.#pieceOf(to)
    let at = placeIn(this.#pieces[index] ?? [], to) - 1
    while (found.length < limit && index >= 0) {
      const key = this.#pieces[index]?.[at]
      if (key === undefined) {
        index -= 1
        at = (this.#pieces[index]?.length ?? 0) - 1
      } else if (key < from) {
        break
      } else {
        found.push(key)
        at -= 1
      }
    }
    return found
  }

  /** The last piece that begins at `key` or before; the first where none does. */
  #pieceOf(key: string): number {
    let low = 0
    let high = this.#pieces.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#pieces[middle]?.[0] ?? '') <= key) {
        low = middle
      } else {
        high = middle
      }
    }
    return low
  }
}

/** Where `key` stands in a sorted piece, or would. */
function placeIn(piece: readonly string[], key: string): number {
  let low = 0
  let high = piece.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((piece[middle] ?? '') < key) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low
}
