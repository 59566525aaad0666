import { bytesToHex, identityKeys } from '@sealpost/protocol'
import type { ComplianceCase } from './compliance-case.ts'
import { check, checkBytes, checkEqual, checkRefused } from './check.ts'
import { referenceDigits, referenceScannable } from './safety-number-reference.ts'
import type { FingerprintSide } from './safety-number-reference.ts'

const ITERATIONS = 5_200
const SCANNABLE_VERSION = 2

/** What two people compare to know that nobody stands between them. */
export const SAFETY_NUMBER_CASES: readonly ComplianceCase[] = [
  {
    title: 'gives both sides the same safety number, and each pair another',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const [alice, bob, mallory] = await Promise.all(
        [1, 2, 3].map(async () => identityKeys.fromBytes((await engine.makeIdentity()).publicKey))
      )
      check(alice !== undefined && bob !== undefined && mallory !== undefined, 'three identities')
      const { digits, scannable } = await engine.safetyNumber(alice, bob)
      check(/^[0-9]{60}$/.test(digits), `60 digits: ${digits}`)
      const reverse = await engine.safetyNumber(bob, alice)
      checkEqual(reverse.digits, digits, "the other side's number")
      check(bytesToHex(reverse.scannable) !== bytesToHex(scannable), 'who scans whom is lost')
      const between = await engine.safetyNumber(alice, mallory)
      check(between.digits !== digits, 'another pair has the same number')
    }
  },
  {
    title: 'makes safety numbers by the formula',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const [own, theirs] = [await engine.makeIdentity(), await engine.makeIdentity()].map(
        ({ publicKey }): FingerprintSide => ({ key: publicKey, id: publicKey })
      )
      check(own !== undefined && theirs !== undefined, 'two identities')
      const { digits, scannable } = await engine.safetyNumber(
        identityKeys.fromBytes(own.key),
        identityKeys.fromBytes(theirs.key)
      )
      checkEqual(digits, referenceDigits(ITERATIONS, own, theirs), 'the digits')
      const reference = referenceScannable(ITERATIONS, SCANNABLE_VERSION, own, theirs)
      checkBytes(scannable, reference, 'the scannable form is another')
    }
  },
  {
    title: 'has no safety number for a key that is none',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const own = identityKeys.fromBytes((await engine.makeIdentity()).publicKey)
      const none = identityKeys.fromBytes(new Uint8Array(33))
      await checkRefused(engine.safetyNumber(own, none), 'SEALPOST_BUNDLE_INVALID')
      await checkRefused(engine.safetyNumber(none, own), 'SEALPOST_BUNDLE_INVALID')
    }
  }
]
