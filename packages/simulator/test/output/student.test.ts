import assert from 'node:assert/strict'
import fc from 'fast-check'
import { studentQuantile } from '../../src/output/student.ts'

/** From the tables of the NIST/SEMATECH e-Handbook, 1.3.6.7.2, two-sided. */
const TABLE: readonly (readonly [confidence: number, freedom: number, t: number])[] = [
  [0.95, 1, 12.706],
  [0.95, 2, 4.303],
  [0.95, 3, 3.182],
  [0.95, 4, 2.776],
  [0.95, 9, 2.262],
  [0.95, 19, 2.093],
  [0.95, 30, 2.042],
  [0.95, 100, 1.984],
  [0.95, 1e9, 1.96],
  [0.9, 5, 2.015],
  [0.99, 1, 63.657],
  [0.99, 10, 3.169],
  [0.998, 20, 3.552]
]

describe("Student's t", () => {
  for (const [confidence, freedom, t] of TABLE) {
    it(`is ${t} for ${confidence} and ${freedom} degrees of freedom`, () => {
      assert.equal(Number(studentQuantile(confidence, freedom).toFixed(3)), t)
    })
  }

  it('is what its closed form says for one and two degrees of freedom', () => {
    const confidence = fc.double({ min: 0.01, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(confidence, (confidence) => {
        const one = Math.tan((Math.PI * confidence) / 2)
        const two = confidence * Math.sqrt(2 / (1 - confidence * confidence))
        assert.ok(Math.abs(studentQuantile(confidence, 1) / one - 1) < 1e-9)
        assert.ok(Math.abs(studentQuantile(confidence, 2) / two - 1) < 1e-9)
      })
    )
  })

  it('falls as there are more degrees of freedom, whole or not', () => {
    const freedom = fc.double({ min: 0.5, max: 1000, noNaN: true })
    fc.assert(
      fc.property(freedom, freedom, (a, b) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)]
        assert.ok(studentQuantile(0.95, few) >= studentQuantile(0.95, many) * (1 - 1e-12))
      })
    )
  })
})
