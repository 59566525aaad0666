import type { Migration } from '../src/migrate.ts'

/** Rows of one step. */
const STEP_ROWS = 10

/** To format 2 every message's byte grows by one, to format 3 by ten more; never twice. */
export function testMigrations(onStep: (step: number) => void): readonly Migration[] {
  let step = 0
  return [1, 10].map((growth): Migration => async (db, cursor) => {
    onStep(++step)
    const entries = await db.iterator({ gt: cursor ?? 'M', lt: 'N', limit: STEP_ROWS }).all()
    return {
      operations: entries.map(([key, [value = 0]]) => ({
        type: 'put',
        key,
        value: new Uint8Array([value + growth])
      })),
      cursor: entries.length < STEP_ROWS ? undefined : entries.at(-1)?.[0]
    }
  })
}
