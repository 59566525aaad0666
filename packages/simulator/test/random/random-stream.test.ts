import assert from 'node:assert/strict'
import { randomStream } from '../../src/random/random-stream.ts'

function draw(seed: number, purpose: string, node?: number): readonly number[] {
  const stream = randomStream(seed, purpose, node)
  return Array.from({ length: 4 }, () => stream.uint32())
}

describe('a stream of randomness', () => {
  it('is the same whatever other streams there are', () => {
    const alone = draw(42, 'jitter', 7)
    const one = randomStream(42, 'jitter', 6)
    const other = randomStream(42, 'jitter', 7)
    const mixed = Array.from({ length: 4 }, () => {
      one.unit()
      randomStream(42, 'new').unit()
      return other.uint32()
    })
    assert.deepEqual(mixed, alone)
  })

  it('stays what it is, from version to version', () => {
    assert.deepEqual(draw(42, 'jitter', 7), [1204157700, 3974108619, 3548842292, 1722720516])
    assert.deepEqual(draw(2 ** 53 - 1, 'Jitter µ'), [1353986084, 2202703827, 3691120819, 744763674])
  })

  it('is another for each seed, purpose and node', () => {
    const seen = new Set<string>()
    let count = 0
    const see = (seed: number, purpose: string, node?: number): void => {
      const stream = randomStream(seed, purpose, node)
      seen.add(`${stream.uint32()} ${stream.uint32()}`)
      count += 1
    }
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 33, 2 ** 53 - 1]
    for (const seed of seeds) {
      for (const purpose of ['', 'a', 'b', 'ab', 'ba', 'aa', '\0', '\0\0']) {
        see(seed, purpose)
        for (let node = 0; node < 1_000; node++) {
          see(seed, purpose, node)
        }
      }
    }
    assert.equal(seen.size, count)
  })

  it('has nothing in common with those of close seeds and nodes', () => {
    // Of 64 bits two that know nothing of each other share 32, give or take 4: so of 4,000 pairs, give or take 0.063.
    for (const next of [
      (at: number) => [randomStream(at, 'p', 0), randomStream(at + 1, 'p', 0)] as const,
      (at: number) => [randomStream(1, 'p', at), randomStream(1, 'p', at + 1)] as const,
      (at: number) => [randomStream(1, `p${at}`, 0), randomStream(1, `p${at + 1}`, 0)] as const,
      (at: number) => [randomStream(at, 'p', at + 1), randomStream(at + 1, 'p', at)] as const
    ]) {
      let shared = 0
      for (let at = 0; at < 4_000; at++) {
        const [one, other] = next(at)
        for (let word = 0; word < 2; word++) {
          shared += 32 - bitCount(one.uint32() ^ other.uint32())
        }
      }
      assert.ok(Math.abs(shared / 4_000 - 32) < 0.4, String(shared / 4_000))
    }
  })

  it('draws units evenly, below 1', () => {
    const stream = randomStream(3, 'units')
    const bins = new Array<number>(64).fill(0)
    const count = 64_000
    for (let draws = 0; draws < count; draws++) {
      const unit = stream.unit()
      assert.ok(unit >= 0 && unit < 1)
      bins[Math.floor(unit * 64)] = (bins[Math.floor(unit * 64)] ?? 0) + 1
    }
    assert.ok(chiSquare(bins, count / 64) < 110, String(chiSquare(bins, count / 64)))
  })

  it('has the last of 53 bits in its units', () => {
    const stream = randomStream(3, 'units')
    const odd = Array.from({ length: 4_000 }, () => (stream.unit() * 2 ** 53) % 2)
    const share = odd.reduce((sum, bit) => sum + bit, 0) / odd.length
    assert.ok(Math.abs(share - 0.5) < 0.04, String(share))
  })

  it('stays below a bound, and reaches all below it', () => {
    const stream = randomStream(4, 'bounds')
    for (const bound of [1, 2, 3, 7]) {
      const seen = new Set(Array.from({ length: 500 }, () => stream.below(bound)))
      assert.deepEqual([...seen].toSorted(), [0, 1, 2, 3, 4, 5, 6].slice(0, bound))
    }
    assert.ok(Array.from({ length: 100 }, () => stream.below(2 ** 32)).some((n) => n > 2 ** 31))
  })

  it('knows what is certain and what cannot be', () => {
    const stream = randomStream(5, 'chances')
    const all = Array.from({ length: 1_000 }, () => [stream.chance(1), stream.chance(0)])
    assert.ok(all.every(([certain, impossible]) => certain && !impossible))
  })

  it('gives bytes as its words have them, lowest first', () => {
    const words = randomStream(6, 'bytes')
    const bytes = randomStream(6, 'bytes').bytes(7)
    const view = new DataView(new ArrayBuffer(8))
    view.setUint32(0, words.uint32(), true)
    view.setUint32(4, words.uint32(), true)
    assert.deepEqual(bytes, new Uint8Array(view.buffer).slice(0, 7))
  })

  it('picks one of several', () => {
    const stream = randomStream(7, 'picks')
    const seen = new Set(Array.from({ length: 200 }, () => stream.pick(['a', 'b', 'c'])))
    assert.deepEqual([...seen].toSorted(), ['a', 'b', 'c'])
  })
})

function bitCount(word: number): number {
  let rest = word >>> 0
  let count = 0
  for (; rest !== 0; rest = (rest & (rest - 1)) >>> 0) {
    count += 1
  }
  return count
}

function chiSquare(bins: readonly number[], expected: number): number {
  return bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
