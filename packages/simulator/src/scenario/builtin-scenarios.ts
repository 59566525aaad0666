/** Scenarios that need no file: `extends: builtin:NAME`. */
import { SHIPPED_SCENARIOS } from './shipped-scenarios.ts'

/** By name; each says only what differs from the defaults of the rows. */
export const BUILTIN_SCENARIOS: ReadonlyMap<string, string> = new Map([
  [
    'builtin:default',
    `sealpost-sim: 1
question: How does a day of a thousand people on twenty relays go, with nothing wrong?
`
  ],
  ...SHIPPED_SCENARIOS.map(({ name, text }) => [`builtin:${name}`, text] as const)
])
