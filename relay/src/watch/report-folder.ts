/** Reports on the disk: one a day, one a week, each as text and as a page; the oldest make room. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Report, reportHtml, reportText } from '@sealpost/operator'
import { writeWhole } from '../books/whole-file.ts'

const BYTES_MAX = 1024 * 1024
/** Reports of each kind that are kept. */
const KEPT = 14

/** @throws StorageError, or an error as Node has it */
export async function keepReport(
  folder: string,
  span: 'day' | 'week',
  date: string,
  report: Report
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const [ending, text] of [
    ['txt', reportText(report)],
    ['html', reportHtml(report)]
  ] as const) {
    await writeWhole({ path: join(folder, `${span}-${date}.${ending}`), bytesMax: BYTES_MAX }, text)
    const pattern = new RegExp(`^${span}-\\d{4}-\\d{2}-\\d{2}\\.${ending}$`)
    const ours = (await readdir(folder)).filter((name) => pattern.test(name)).toSorted()
    for (const name of ours.slice(0, -KEPT)) {
      await rm(join(folder, name), { force: true })
    }
  }
}
