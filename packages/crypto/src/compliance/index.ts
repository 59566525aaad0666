/**
 * The suite that every SignalEngine passes, in whatever runs JavaScript: it needs no test library and no platform. Beside it
 * the stores and people it is played with, for tests of whoever uses an engine.
 */
import { BUNDLE_CASES } from './bundles.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { HOSTILE_CASES } from './hostile-bytes.ts'
import { ORDER_CASES, SLOW_ORDER_CASES } from './order.ts'
import { SAFETY_NUMBER_CASES } from './safety-numbers.ts'
import { SECRECY_CASES } from './secrecy.ts'
import { SESSION_CASES } from './sessions.ts'
import { SIGNATURE_CASES } from './signatures.ts'
import { SIGNED_BODY_CASES } from './signed-bodies.ts'
import { STORE_CASES } from './stores.ts'
import { TAMPERING_CASES } from './tampering.ts'

export type { ComplianceCase, EngineFactory } from './compliance-case.ts'
export { MemoryEngineStores, sessionKey } from './memory-stores.ts'
export { Party, NOW_MS, twoInTouch, deliver } from './party.ts'

/** All cases, in an order for reading; each stands for itself. */
export const ENGINE_COMPLIANCE: readonly ComplianceCase[] = [
  ...SESSION_CASES,
  ...ORDER_CASES,
  ...BUNDLE_CASES,
  ...STORE_CASES,
  ...TAMPERING_CASES,
  ...HOSTILE_CASES,
  ...SIGNATURE_CASES,
  ...SIGNED_BODY_CASES,
  ...SAFETY_NUMBER_CASES,
  ...SECRECY_CASES
]

/** The limits that take seconds to reach. */
export const SLOW_ENGINE_COMPLIANCE: readonly ComplianceCase[] = SLOW_ORDER_CASES
