import type { State } from './states-first.ts'

/** A screen whose question waits, and one whose question is refused. */
export function asking(name: string, hash: string, calls: readonly string[]): readonly State[] {
  return [
    {
      name: `${name}-loading`,
      reach: async (stage) => {
        await stage.go('#/')
        for (const call of calls) {
          await stage.fault(call, { type: 'wait' })
        }
        await stage.place(hash)
      }
    },
    {
      name: `${name}-failed`,
      reach: async (stage) => {
        await stage.go('#/')
        for (const call of calls) {
          await stage.fault(call, { type: 'refuse', code: 'SEALPOST_STORE_FAILED' })
        }
        await stage.place(hash)
      }
    }
  ]
}
