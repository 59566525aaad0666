/**
 * The field GF(2^16) modulo x^16 + x^12 + x^3 + x + 1 (0x1100b), in which SPQR spreads a message over chunks. Sums and
 * differences are `^`. The polynomial is primitive with the generator 2, so products are sums of logarithms.
 *
 * Look-ups are at addresses that depend on the operands. That is in order, because the code is only ever run over what goes
 * over the wire in the clear: keys that are published and ciphertexts.
 */

/** The polynomial that the field's elements are reduced by. */
export const GF16_POLYNOMIAL = 0x1_100b

/** How many powers the generator has before it is 1 again. */
export const GF16_ORDER = 0xffff

/** Logarithms and powers of the generator 2. */
export interface Gf16Tables {
  /** By element; the entry of 0, which has no logarithm, is never to be used. */
  readonly log: Uint16Array
  /** By exponent below `2 * GF16_ORDER`, so that the sum of two logarithms needs no reduction. */
  readonly exp: Uint16Array
}

let tables: Gf16Tables | undefined

/** The tables, which take 384 KiB and are made at the first call, in about a millisecond. */
export function gf16Tables(): Gf16Tables {
  tables ??= makeTables()
  return tables
}

/** The product of two elements. */
export function gf16Multiply(a: number, b: number): number {
  if (a === 0 || b === 0) {
    return 0
  }
  const { log, exp } = gf16Tables()
  return exp[(log[a] ?? 0) + (log[b] ?? 0)] ?? 0
}

/** The inverse of an element that is not 0. */
export function gf16Invert(a: number): number {
  const { log, exp } = gf16Tables()
  return exp[GF16_ORDER - (log[a] ?? 0)] ?? 0
}

function makeTables(): Gf16Tables {
  const log = new Uint16Array(GF16_ORDER + 1)
  const exp = new Uint16Array(2 * GF16_ORDER)
  let power = 1
  for (let exponent = 0; exponent < GF16_ORDER; exponent += 1) {
    log[power] = exponent
    exp[exponent] = power
    exp[exponent + GF16_ORDER] = power
    power <<= 1
    if (power > GF16_ORDER) {
      power ^= GF16_POLYNOMIAL
    }
  }
  return { log, exp }
}
