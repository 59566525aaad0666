/** Reads many rows without holding them all. */
import type { Row, TableName } from '@sealpost/core'
import type { PeerDriver } from './correspondence-contract.ts'

export interface PageRange {
  readonly table: TableName
  /** `from <= key < to` */
  readonly from: string
  readonly to: string
  /** Rows of a page. */
  readonly limit: number
}

/** Gives the rows of a range, ascending, in pages none of which is empty; each as every input before it was read left it. @throws StorageError */
export async function* rowPages(
  reader: Pick<PeerDriver, 'read'>,
  range: PageRange
): AsyncGenerator<readonly Row[]> {
  let { from } = range
  for (;;) {
    const { rows, isEnd } = await reader.read([], { ...range, from })
    const last = rows.at(-1)
    if (last !== undefined) {
      yield rows
      from = `${last.key}\u0000`
    }
    if (isEnd || last === undefined) {
      return
    }
  }
}
